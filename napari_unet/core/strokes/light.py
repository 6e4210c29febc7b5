"""Brightness of all pictures on one scale, or of each picture on its own.

On its own, pictures of different exposures look alike; but an empty one looks like a full one, too. Where all were
taken in the same light, it tells more how bright something is. Which it is, strokes tell: forests are asked about
pictures that they do not know, in both lights, and the one counts in which they find what was painted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.preprocessing.levels import Levels
from napari_unet.core.strokes.filters import PER_CHANNEL, SHIFTED
from napari_unet.core.strokes.painted import Painted
from napari_unet.core.strokes.seen import Features
from napari_unet.core.strokes.trust import FOLDS, told_without, trusts_of

FEWEST = 3
"""Of fewer pictures than this nobody can tell."""

CLEARLY = 0.01
"""By so much more must pictures in one light be trusted."""


def relit(features: Features, own: Levels, one: Levels | None) -> NDArray[np.floating]:
    """Features (..., F) of a picture as if its brightness had been measured by other levels; untouched without any.

    Filters are linear: brightness is stretched and shifted, and slopes and curvatures are stretched.

    Parameters
    ----------
    own : the levels of the picture that the features are of.
    one : those of all pictures.
    """
    if one is None or own is one:
        return features
    span = (one.high - one.low).ravel()
    stretch, shift = ((own.high - own.low).ravel() / span, (own.low - one.low).ravel() / span)
    lit = features.astype(np.float32)
    filters = lit[..., : len(span) * PER_CHANNEL]
    filters *= np.repeat(stretch, PER_CHANNEL)
    filters += np.outer(shift, SHIFTED).ravel()
    return lit


def in_one_light(painted: Sequence[Painted], strokes: NDArray[np.intp], count: int, threads: int) -> Levels | None:
    """The levels by which all pictures are best measured, or None: each by its own.

    Parameters
    ----------
    painted : pictures with equally many channels.
    strokes : (N,) of all their painted pixels one after the other, the number of the stroke.
    """
    one = painted[0].levels
    if len(painted) < FEWEST or all(_alike(picture.levels, one) for picture in painted):
        return None
    own, together = (_trusted(painted, strokes, light, count, threads) for light in (None, one))
    return one if together > own + CLEARLY else None


def lit(painted: Sequence[Painted], one: Levels | None) -> NDArray[np.floating]:
    """Features (N, F) of all painted pixels, one picture after the other."""
    return np.concatenate([relit(picture.features, picture.levels, one) for picture in painted])


def _trusted(
    painted: Sequence[Painted], strokes: NDArray[np.intp], one: Levels | None, count: int, threads: int
) -> float:
    """How far forests may be trusted on pictures that they do not know."""
    values = np.concatenate([picture.values for picture in painted])
    parts = np.concatenate([np.full(len(picture.values), number % FOLDS) for number, picture in enumerate(painted)])
    told = told_without(lit(painted, one), values, parts, count, threads)
    return float(trusts_of(told, values, strokes).mean())


def _alike(levels: Levels, one: Levels) -> bool:
    return levels is one or (np.array_equal(levels.low, one.low) and np.array_equal(levels.high, one.high))
