"""What a learner may start from, and what each start says about a picture before anything was painted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.model import Model, load_model
from napari_unet.core.model.card import OBJECT_PLANES
from napari_unet.core.model.header import written
from napari_unet.core.model.shipped import AUTO, USUAL, shipped, shipped_model
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.seen import Seen, sampled
from napari_unet.core.strokes.trust import BOTH, UNKNOWN
from napari_unet.core.strokes.windows import Window
from napari_unet.core.strokes.word import Word

CERTAIN = 0.5
"""A start knows pictures of a kind when it is at least so certain on average: 0 at a probability of 0.5, 1 at 0 and 1.
On the sets that `cells` learned from it was 0.5 to 1.0, on membranes, which it does not know, 0.4 to 0.5.
"""

SURE, SOME = 0.7, 0.1
"""A start of regions knows pictures where no start of objects does, when it is so certain on average, and finds its
region in more than so much of them.
"""

ALIKE = 0.8
"""What two starts find must overlap (IoU) by more than this for them to see the same."""


SPECK = 20
"""What a start finds of fewer pixels is no object."""


def names_of(start: str | Path | None) -> tuple[str, ...]:
    """The starts to ask, the usual one first. Raises ModelError for one that is not there."""
    if start is None:
        return ()
    if start == AUTO:
        return tuple(sorted(shipped(), key=lambda name: name != USUAL))
    if str(start) in shipped() or not Path(start).exists():
        shipped_model(str(start))
    return (str(start),)


def fitting(starts: Sequence[str], seen: Seen) -> str | None:
    """The start that fits a picture best: the first, or a specialist that sees the same in it; None when none fits.

    A first start that is in two minds about most of the picture knows nothing of such pictures; one that looks for
    something else than objects may. Strokes have no say: they lie where the answer on show was wrong, so whoever gave
    it would always look the worst.
    """
    usual, *specialists = starts
    window = sampled(seen)
    said = said_by(usual, seen, window)
    if said is None or certainty(said[:1])[0] < CERTAIN:
        return next((name for name in specialists if _knows_alone(name, seen, window)), None)
    objects = [name for name in specialists if not tells_one_region(name)]
    return next((name for name in objects if _alike(said, said_by(name, seen, window))), usual)


def _knows_alone(name: str, seen: Seen, window: Window) -> bool:
    """Whether a start of regions is sure of what it sees in a picture, and sees something."""
    told = said_by(name, seen, window) if tells_one_region(name) else None
    return told is not None and certainty(told[:1])[0] > SURE and (told[0] < UNKNOWN).mean() > SOME


def certainty(told: NDArray[np.float32]) -> NDArray[np.float32]:
    """How sure somebody is of what was told (K, ...), plane by plane: (K,), 0..1, 0 at a probability of 0.5."""
    sure: NDArray[np.float32] = np.abs(2 * told - 1).reshape(len(told), -1).mean(1)
    return sure


def _alike(one: NDArray[np.float32], other: NDArray[np.float32] | None) -> bool:
    if other is None:
        return False
    first, second = one[0] > UNKNOWN, other[0] > UNKNOWN
    return bool((first & second).sum() > ALIKE * max(1, (first | second).sum()))


def model_of(name: str) -> Model:
    """A starting model by the name of one that came with the package, or by its folder. Raises ModelError."""
    return _loaded(name, written(Path(name)))


@lru_cache(maxsize=8)
def _loaded(name: str, _written: int) -> Model:
    """The model, read again only when its file was written again: a training may go on in the same folder."""
    return load_model(shipped_model(name) if name in shipped() else Path(name))


def said_by(name: str, seen: Seen, window: Window) -> NDArray[np.float32] | None:
    """What the start itself says about a window, (K, y, x), kept with the picture; None when it cannot be asked."""
    if name not in seen.starts:
        seen.starts[name] = _word(name, seen)
    word = seen.starts[name]
    return None if word is None else word(window)


def meant(name: str, said: NDArray[np.float32] | None, kind: Kind, count: int) -> NDArray[np.float32] | None:
    """What it says about `count` classes of this kind; None when that is nothing.

    Parameters
    ----------
    said : (K, ...), what the start says, of a picture or of some pixels of it.

    Returns
    -------
    planes : objects: cell, border, distance; of a model of one region, cell alone: what lies between. Regions: one
        plane per class, background first, some of them unknown.
    """
    card = model_of(name).card
    if said is None or not answers(name, kind, count):
        return None
    if card.kind != kind:
        return said[:1] if kind == "objects" else _as_regions(said[0], count)
    return said[: len(OBJECT_PLANES)] if kind == "objects" else _with_more(said, count)


def size_of_found(name: str, seen: Seen, window: Window) -> float:
    """How many pixels the objects have on average that a start finds in a window; 0 where it finds none."""
    told = meant(name, said_by(name, seen, window), "objects", BOTH)
    if told is None or len(told) < len(OBJECT_PLANES):
        return 0.0
    sizes = np.bincount(ndimage.label((told[0] > UNKNOWN) & (told[1] < UNKNOWN))[0].ravel())[1:]
    objects = sizes[sizes >= SPECK]
    return float(objects.mean()) if len(objects) else 0.0


def classes_said_by(name: str, seen: Seen, window: Window) -> NDArray[np.float32] | None:
    """How probable a start finds each class of objects in a window, (N, y, x); None where it tells none."""
    said = said_by(name, seen, window) if model_of(name).card.object_classes else None
    return None if said is None else said[len(OBJECT_PLANES) :]


def _word(name: str, seen: Seen) -> Word | None:
    model = model_of(name)
    if model.card.plan.network.dimensions == "3-D":
        return None  # it says nothing about a plane alone
    try:
        return Word(model, seen)
    except (ModelError, PictureError):
        return None


def answers(name: str, kind: Kind, count: int) -> bool:
    """Whether a start's answer says anything about `count` classes of this kind.

    What a model that came along calls its region may be any of several classes, or none.
    """
    card = model_of(name).card
    if tells_one_region(name):
        return count <= BOTH
    return card.kind == "objects" or (kind == "regions" and len(card.outputs) <= count)


def tells_one_region(name: str | None) -> bool:
    """Whether a start came along and parts pictures in two: a region, and all else.

    A person's own model of a region is none of these: it finds what that person calls so.
    """
    if name is None or name not in shipped():
        return False
    card = model_of(name).card
    return card.kind == "regions" and len(card.outputs) == BOTH


def classes_of(name: str, kind: Kind) -> int:
    """How many classes a start tells apart, background among them; 0 where that says nothing of those of this kind."""
    card = model_of(name).card
    return len(card.outputs) if card.kind == kind == "regions" else 0


def _with_more(said: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """What a model says of its classes, and nothing of those that the project was given later."""
    more = np.full((count - len(said), *said.shape[1:]), np.float32(UNKNOWN))
    return np.concatenate([said, more]) if len(more) else said


def _as_regions(cell: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """What a model that only tells objects from background says about classes: nothing about which class it is."""
    answer = np.full((count, *cell.shape), np.float32(UNKNOWN))
    answer[0] = 1 - cell
    if count == 2:
        answer[1] = cell
    return answer
