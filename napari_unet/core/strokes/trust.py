"""How far those who answer agree with what a person painted, in numbers that the steered network is shown.

Somebody's trust is exp(-L), L the mean log-loss on the strokes, where each stroke counts the same and what was looked
for as much as all else: so to say, how probable they found what was painted. Who knows nothing gets a half. The forest
is asked about strokes that were left out of it, whole strokes and not pixels: those of one stroke are alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.strokes.guide import Guide

SURE = 0.98
"""Who is surer than this is taken to be only this sure: one wild mistake must not decide."""

FOLDS, TREES = 4, 10
"""Strokes are left out in so many parts, and a forest of so many trees is asked about each part."""

FEW = 6
"""With so many strokes, half is known of what strokes can tell."""

BOTH = 2
"""Background and what is looked for: the fewest classes there are."""

UNKNOWN = 0.5
"""The probability of those who know nothing."""


Trusts = NDArray[np.float32]
"""(K,), how far somebody agrees with the strokes, class by class."""


def trust(told: NDArray[np.floating], this: NDArray[np.bool_], strokes: NDArray[np.intp]) -> float:
    """0..1, one half for those who were not asked.

    Parameters
    ----------
    told : (N,), how probable they find it that a painted pixel is of this class; NaN where they were not asked.
    this : (N,), is it?
    strokes : (N,), the number of the stroke it lies in.
    """
    asked = ~np.isnan(told)
    if not asked.any():
        return UNKNOWN
    right = np.where(this, told, 1 - told)[asked].clip(1 - SURE, SURE)
    return float(np.exp(np.average(np.log(right), weights=evened(this[asked], strokes[asked]))))


def evened(this: NDArray[np.bool_], strokes: NDArray[np.intp]) -> NDArray[np.float64]:
    """Weights (N,) by which each stroke counts the same, and what was looked for as much as all else.

    Their sum is the number of strokes. For the parameters, see `trust`.
    """
    _, inverse, sizes = np.unique(strokes, return_inverse=True, return_counts=True)
    weights = 1 / sizes[inverse]
    for side in (this, ~this):
        weights[side] /= weights[side].sum() or 1
    return np.asarray(weights * len(sizes) / weights.sum())


def trusts_of(told: NDArray[np.floating], values: NDArray[np.intp], strokes: NDArray[np.intp]) -> Trusts:
    """Class by class, of what somebody told (K, N) about painted pixels."""
    each = [trust(one, values == number, strokes) for number, one in enumerate(told)]
    return np.array(each, np.float32)


def by_stroke(told: NDArray[np.floating], strokes: NDArray[np.intp]) -> NDArray[np.floating]:
    """The mean of each stroke, in the order of their numbers, of what was told (N,) about painted pixels."""
    _, inverse, sizes = np.unique(strokes, return_inverse=True, return_counts=True)
    return np.asarray(np.bincount(inverse, told, len(sizes)) / sizes)


def amount(strokes: int) -> float:
    """How much can be known from so many strokes, 0..1."""
    return strokes / (strokes + FEW)


def left_out(
    features: NDArray[np.floating], classes: NDArray[np.intp], strokes: NDArray[np.intp], count: int, threads: int
) -> NDArray[np.float32]:
    """What forests that did not know a stroke say about it: (count, N) float32, NaN where none could be grown.

    Parameters
    ----------
    features, classes, strokes : (N, F), (N,) and (N,), of the painted pixels.
    count : how many classes there are.
    """
    return told_without(features, classes, _parts(classes, strokes), count, threads)


def told_without(
    features: NDArray[np.floating], classes: NDArray[np.intp], parts: NDArray[np.intp], count: int, threads: int
) -> NDArray[np.float32]:
    """The same for any FOLDS parts: what forests say about a part (N,) that did not know it."""
    told = np.full((count, len(classes)), np.float32(np.nan))
    for part in range(FOLDS):
        out = parts == part
        if out.any() and len(np.unique(classes[~out])) >= 2:
            guide = Guide(features[~out], classes[~out], count, threads, TREES)
            told[:, out] = guide.ask(features[out])
    return told


def _parts(classes: NDArray[np.intp], strokes: NDArray[np.intp]) -> NDArray[np.intp]:
    """The part that each pixel is left out with: the strokes of each class in turn."""
    parts = np.zeros(len(classes), np.intp)
    for number in np.unique(classes):
        which, order = np.unique(strokes[classes == number], return_inverse=True)
        parts[classes == number] = np.arange(len(which))[order] % FOLDS
    return parts
