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


@dataclass(frozen=True)
class Slopes:
    """A relief divided among its peaks.

    `place` (n,) are the flat positions of the pixels inside, `height` (n,) their relief, `peak` (n,) the index of the
    pixel they climb to, and `right`, `below` (n,) the index of their neighbour inside, or -1.
    """

    place: NDArray[np.intp]
    height: NDArray[np.float32]
    peak: NDArray[np.int32]
    right: NDArray[np.int32]
    below: NDArray[np.int32]


def peaks(relief: NDArray[np.float32], inside: NDArray[np.bool_], depth: float) -> NDArray[np.intp]:
    """The flat positions, ascending, of the peaks in `inside` that stand out by at least `depth`.

    Parameters
    ----------
    relief : (Y, X) float32.
    inside : (Y, X) bool; connected by edges, not corners. What is outside is infinitely low.
    depth : in units of the relief, above 0. Of peaks of exactly equal height, the first stays.
    """
    slopes = climb(relief, inside)
    lower, higher, passes = _passes(slopes)
    kept = _outstanding(slopes, lower, higher, passes, depth)
    return np.sort(slopes.place[kept])


def climb(relief: NDArray[np.float32], inside: NDArray[np.bool_]) -> Slopes:
    """Divide the relief among its peaks."""
    padded = np.pad(np.where(inside, relief, -np.inf), 1, constant_values=-np.inf).ravel()
    stride = relief.shape[1] + 2
    spot = np.flatnonzero(padded > -np.inf)
    index = np.full(padded.size, -1, np.int32)
    index[spot] = np.arange(len(spot), dtype=np.int32)
    height = padded[spot]
    best, target = height, np.arange(len(spot), dtype=np.int32)
    for step in (-stride, -1, 1, stride):
        neighbour = padded[spot + step]
        higher = neighbour > best
        target = np.where(higher, index[spot + step], target)
        best = np.maximum(best, neighbour)
    place = np.flatnonzero(inside)
    return Slopes(place, height, _followed(target), index[spot + 1], index[spot + stride])


def _followed(target: NDArray[np.int32]) -> NDArray[np.int32]:
    """Where each pixel arrives when every pixel keeps sending on to its target; doubles the stride every round."""
    while True:
        further = target[target]
        if np.array_equal(further, target):
            return target
        target = further


def _passes(slopes: Slopes) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Pairs of peaks whose slopes meet, and the height of the highest place where they do, highest first."""
    ends = [_meetings(slopes, neighbour) for neighbour in (slopes.right, slopes.below)]
    one, other, height = (np.concatenate(parts) for parts in zip(*ends, strict=True))
    order = np.argsort(-height, kind="stable")
    one, other, height = one[order], other[order], height[order]
    key = np.minimum(one, other).astype(np.int64) * len(slopes.place) + np.maximum(one, other)
    first = np.sort(np.unique(key, return_index=True)[1])
    return one[first], other[first], height[first]


def _meetings(
    slopes: Slopes, neighbour: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    here = np.flatnonzero((neighbour >= 0) & (slopes.peak != slopes.peak[neighbour]))
    there = neighbour[here]
    return slopes.peak[here], slopes.peak[there], np.minimum(slopes.height[here], slopes.height[there])


def _outstanding(
    slopes: Slopes,
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    passes: NDArray[np.float32],
    depth: float,
) -> NDArray[np.int32]:
    """The peaks that stand out by `depth`. Passes must come highest first."""
    tops = np.unique(slopes.peak)
    ruler = {int(top): int(top) for top in tops}
    height = dict(zip(tops.tolist(), slopes.height[tops].tolist(), strict=True))
    drowned = set()
    for left, right, level in zip(one.tolist(), other.tolist(), passes.tolist(), strict=True):
        low, high = sorted((_ruler(ruler, left), _ruler(ruler, right)), key=lambda top: (height[top], -top))
        if low == high:
            continue
        ruler[low] = high
        if height[low] - level < depth:
            drowned.add(low)
    return np.array([top for top in tops.tolist() if top not in drowned], np.int32)


def _ruler(ruler: dict[int, int], top: int) -> int:
    """The highest peak of the range that `top` belongs to; shortens the way for the next who asks."""
    while ruler[top] != top:
        ruler[top] = ruler[ruler[top]]
        top = ruler[top]
    return top
