"""The peaks of a relief that stand out: the h-maxima of mathematical morphology, without iterating over the picture.

Every pixel climbs to its highest neighbour until it stands on a peak; the pixels that reach one peak are its slopes.
Where the slopes of two peaks meet, the highest such place is the pass between them. Taking the passes from the highest
down, the lower of the two peaks it joins stands out by its height above the pass (its *dynamics*: Grimaud, SPIE 1992).
Peaks that stand out by at least the depth are kept; the highest peak of a connected part always is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Passes = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]
"""The two peaks that each pass joins, and its height."""


@dataclass(frozen=True)
class Slopes:
    """A relief divided among its peaks.

    `place` (n,) are the flat positions of the pixels inside, `height` (n,) their relief, `peak` (n,) the number of the
    peak they climb to, and `right`, `below` (n,) the index of their neighbour inside, or -1. `top` (m,) is the index of
    the first pixel of each peak; a level peak has several.
    """

    place: NDArray[np.intp]
    height: NDArray[np.float32]
    peak: NDArray[np.int32]
    right: NDArray[np.int32]
    below: NDArray[np.int32]
    top: NDArray[np.intp]


def peaks(relief: NDArray[np.float32], inside: NDArray[np.bool_], depth: float) -> NDArray[np.intp]:
    """The flat positions, ascending, of the peaks in `inside` that stand out by at least `depth`.

    Parameters
    ----------
    relief : (Y, X) float32.
    inside : (Y, X) bool; connected by edges, not corners. What is outside is infinitely low.
    depth : in units of the relief, above 0. Of peaks of exactly equal height, the first stays.
    """
    slopes = climb(relief, inside)
    kept = _outstanding(slopes.height[slopes.top], _passes(slopes), depth)
    return slopes.place[slopes.top[kept]]


def climb(relief: NDArray[np.float32], inside: NDArray[np.bool_]) -> Slopes:
    """Divide the relief among its peaks."""
    padded = np.pad(np.where(inside, relief, -np.inf), 1, constant_values=-np.inf)
    stride, flat = padded.shape[1], padded.ravel()
    spot = np.flatnonzero(np.pad(inside, 1))
    index = np.full(flat.size, -1, np.int32)
    index[spot] = np.arange(len(spot), dtype=np.int32)
    height = flat[spot]
    best, target = height, index[spot]
    for step in (-stride, -1, 1, stride):
        neighbour = flat[spot + step]
        target = np.where(neighbour > best, index[spot + step], target)
        best = np.maximum(best, neighbour)
    summits = np.flatnonzero(target == index[spot])
    number, top = _levels(spot[summits], summits, padded.shape)
    peak = number[spot[_followed(target)]]
    return Slopes(np.flatnonzero(inside), height, peak, index[spot + 1], index[spot + stride], top)


def _levels(
    spot: NDArray[np.intp], summits: NDArray[np.intp], shape: tuple[int, ...]
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Join the summits that touch, which are of one height: each pixel's number, and the first summit of each."""
    mask = np.zeros(shape, np.bool_)
    mask.ravel()[spot] = True
    levels, count = ndimage.label(mask)
    number = levels.ravel() - 1
    first = np.empty(count, np.intp)
    first[number[spot[::-1]]] = summits[::-1]  # the last to be written stays: the first in reading order
    return number, first


def _followed(target: NDArray[np.int32]) -> NDArray[np.int32]:
    """Where each pixel arrives when every pixel keeps sending on to its target; doubles the stride every round."""
    while True:
        further = target[target]
        if np.array_equal(further, target):
            return target
        target = further


def _passes(slopes: Slopes) -> Passes:
    """Pairs of peaks whose slopes meet, and the height of the highest place where they do, highest first."""
    ends = [_meetings(slopes, neighbour) for neighbour in (slopes.right, slopes.below)]
    one, other, height = (np.concatenate(parts) for parts in zip(*ends, strict=True))
    order = np.argsort(-height, kind="stable")
    one, other, height = one[order], other[order], height[order]
    pair = np.minimum(one, other).astype(np.int64) * len(slopes.top) + np.maximum(one, other)
    first = np.sort(np.unique(pair, return_index=True)[1])
    return one[first], other[first], height[first]


def _meetings(slopes: Slopes, neighbour: NDArray[np.int32]) -> Passes:
    here = np.flatnonzero((neighbour >= 0) & (slopes.peak != slopes.peak[neighbour]))
    there = neighbour[here]
    return slopes.peak[here], slopes.peak[there], np.minimum(slopes.height[here], slopes.height[there])


def _outstanding(heights: NDArray[np.float32], passes: Passes, depth: float) -> NDArray[np.intp]:
    """The numbers, ascending, of the peaks of these heights that stand out by `depth`. Passes come highest first."""
    height, ruler = heights.tolist(), list(range(len(heights)))
    kept = np.ones(len(heights), np.bool_)
    for one, other, level in zip(*(part.tolist() for part in passes), strict=True):
        low, high = sorted((_ruler(ruler, one), _ruler(ruler, other)), key=lambda peak: (height[peak], -peak))
        if low != high:
            ruler[low] = high
            kept[low] = height[low] - level >= depth
    return np.flatnonzero(kept)


def _ruler(ruler: list[int], peak: int) -> int:
    """The highest peak of the range that `peak` belongs to; shortens the way for the next who asks."""
    while ruler[peak] != peak:
        ruler[peak] = ruler[ruler[peak]]
        peak = ruler[peak]
    return peak
