"""What a learner may start from, and what each start says about a picture before anything was painted."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core import inference
from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.model import Model, load_model
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.shipped import AUTO, shipped, shipped_model
from napari_unet.core.settings import InferenceSettings, Kind
from napari_unet.core.strokes.seen import Seen, grey

USUAL = "cells"
"""The start before the first stroke: the one that knows most kinds of pictures."""

LOOKS = InferenceSettings(turns=1)
SURE = 0.98
"""A model that is surer than this is taken to be only this sure: one wild mistake must not decide."""


def names_of(start: str | Path | None) -> tuple[str, ...]:
    """The starts to ask, the usual one first. Raises ModelError for one that is not there."""
    if start is None:
        return ()
    if start == AUTO:
        return tuple(sorted(shipped(), key=lambda name: name != USUAL))
    if str(start) in shipped() or not Path(start).exists():
        shipped_model(str(start))
    return (str(start),)


@lru_cache(maxsize=8)
def model_of(name: str) -> Model:
    """A starting model by the name of one that came with the package, or by its folder. Raises ModelError."""
    return load_model(shipped_model(name) if name in shipped() else Path(name))


def said_by(name: str, seen: Seen, kind: Kind, count: int) -> NDArray[np.float32] | None:
    """What the start says about the picture: (K, Y, X), kept with it; None when it cannot be asked about it.

    Objects: cell, border, distance. Regions: one plane per class, background first, each of which may be unknown.
    """
    key = f"{name} {count}"
    if key not in seen.starts:
        seen.starts[key] = _asked(model_of(name), seen, kind, count)
    return seen.starts[key]


def _asked(model: Model, seen: Seen, kind: Kind, count: int) -> NDArray[np.float32] | None:
    fits = answers(model.card, kind, count)
    if not fits:
        return None
    image = _channels(seen.image, model.card)
    out = np.zeros((len(model.card.outputs), *seen.shape), np.float32)
    try:
        for _ in inference.predict(model, image, LOOKS, out, lambda: False):
            pass
    except (ModelError, PictureError):
        return None
    return out if model.card.kind == kind else _as_regions(out[0], count)


def answers(card: ModelCard, kind: Kind, count: int) -> bool:
    """Whether a model's answer says anything about `count` classes of this kind."""
    if kind == "objects":
        return card.kind == "objects"
    return card.kind == "objects" or len(card.outputs) == count


def _channels(image: NDArray[np.generic], card: ModelCard) -> NDArray[np.generic]:
    """The picture with channels that the model can be shown: of more than it knows, their mean."""
    return image if len(image) == card.channels else grey(image)


def _as_regions(cell: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """What a model that only tells objects from background says about classes: nothing about which class it is."""
    answer = np.full((count, *cell.shape), np.float32(0.5))
    answer[0] = 1 - cell
    if count == 2:
        answer[1] = cell
    return answer


def loss_of(name: str, seen: Seen, classes: NDArray[np.int16], kind: Kind, count: int) -> float:
    """Mean log-loss of a start on what was painted, each class counting the same.

    Parameters
    ----------
    classes : (Y, X); below 0 nothing is painted, 0 is background, then the classes.
    """
    said = said_by(name, seen, kind, count)
    if said is None:
        return math.inf
    planes = np.stack([1 - said[0], said[0]]) if kind == "objects" else said
    bounded = planes.clip(1 - SURE, SURE)
    painted = [number for number in np.unique(classes) if number >= 0]
    return float(np.mean([-np.log(bounded[number][classes == number]).mean() for number in painted]))
