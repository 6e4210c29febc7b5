"""The peaks of a relief that stand out: the h-maxima of mathematical morphology, without iterating over the picture.

Every pixel climbs to its highest neighbour until it stands on a peak; the pixels that reach one peak are its slopes.
Where the slopes of two peaks meet, the highest such place is the pass between them. Taking the passes from the highest
down, the lower of the two peaks it joins stands out by its height above the pass (its *dynamics*: Grimaud, SPIE 1992).
Peaks that stand out by at least the depth are kept; the highest peak of a connected part always is.

Pixels are taken AT_ONCE at a time: what is juggled stays near the processor, and takes no memory to speak of beside the
four arrays of 4 bytes a pixel that are needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

AT_ONCE = 2**18
"""So many pixels are looked at in one go."""

Passes = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]
"""The two peaks that each pass joins, and its height."""


@dataclass(frozen=True)
class Slopes:
    """A relief divided among its peaks.

    `height` is the relief, flat, with a rim of one pixel around it; outside it is infinitely low. `spot` (n,) are the
    positions in it of the pixels inside, `index` is the place among these of each position, or -1, and `stride` how
    far a pixel is from the one below it. `peak` (n,) is the number of the peak that each pixel inside climbs to, and
    `top` (m,) the index of the first pixel of each peak; a level peak has several.
    """

    height: NDArray[np.float32]
    stride: int
    spot: NDArray[np.int32]
    index: NDArray[np.int32]
    peak: NDArray[np.int32]
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
    tops = slopes.spot[slopes.top].astype(np.intp)
    kept = _outstanding(slopes.height[tops], _passes(slopes), depth)
    rows, columns = np.divmod(tops[kept], slopes.stride)
    flat: NDArray[np.intp] = (rows - 1) * relief.shape[1] + columns - 1
    return flat


def climb(relief: NDArray[np.float32], inside: NDArray[np.bool_]) -> Slopes:
    """Divide the relief among its peaks."""
    padded = np.full([side + 2 for side in relief.shape], -np.inf, np.float32)
    np.copyto(padded[1:-1, 1:-1], relief, where=inside)
    height, stride = padded.ravel(), padded.shape[1]
    spot, index = _numbered(np.pad(inside, 1))
    target = np.empty(len(spot), np.int32)
    for part in _parts(len(spot)):
        target[part] = _highest_around(height, index, spot[part].astype(np.intp), stride)
    summits = np.flatnonzero(target == np.arange(len(spot), dtype=np.int32))
    number, top = _levels(spot[summits], summits, padded.shape)
    _follow(target)
    for part in _parts(len(spot)):
        target[part] = number[spot[target[part]]]
    return Slopes(height, stride, spot, index, target, top)


def _parts(count: int) -> list[slice]:
    """So many pixels, AT_ONCE at a time."""
    return [slice(start, start + AT_ONCE) for start in range(0, count, AT_ONCE)] or [slice(0, 0)]


def _numbered(inside: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The flat positions of the pixels inside, and at each position the number that it has among these, or -1."""
    spot = np.flatnonzero(inside)
    index = np.full(inside.size, -1, np.int32)
    index[spot] = np.arange(len(spot), dtype=np.int32)
    return spot.astype(np.int32), index


def _highest_around(
    height: NDArray[np.float32], index: NDArray[np.int32], here: NDArray[np.intp], stride: int
) -> NDArray[np.int32]:
    """The index of the highest of each pixel at the positions `here` and its four neighbours; its own in a tie."""
    best, target = height[here], index[here]
    for step in (-stride, -1, 1, stride):
        neighbour = height[here + step]
        target = np.where(neighbour > best, index[here + step], target)
        best = np.maximum(best, neighbour)
    return target


def _levels(
    spot: NDArray[np.int32], summits: NDArray[np.intp], shape: tuple[int, ...]
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Join the summits that touch, which are of one height: each pixel's number, and the first summit of each."""
    mask = np.zeros(shape, np.bool_)
    mask.ravel()[spot] = True
    levels, count = ndimage.label(mask)
    number = levels.ravel()
    number -= 1
    first = np.empty(count, np.intp)
    first[number[spot[::-1]]] = summits[::-1]  # the last to be written stays: the first in reading order
    return number, first


def _follow(target: NDArray[np.int32]) -> None:
    """Let every pixel know where it arrives when each keeps sending on to its target; strides grow every round."""
    moved = True
    while moved:
        moved = False
        for part in _parts(len(target)):
            further = target[target[part]]
            if not np.array_equal(further, target[part]):
                target[part], moved = further, True


def _passes(slopes: Slopes) -> Passes:
    """Pairs of peaks whose slopes meet, and the height of the highest place where they do, highest first."""
    steps, parts = (1, slopes.stride), _parts(len(slopes.spot))
    met = [_highest(_meetings(slopes, part, step), len(slopes.top)) for step in steps for part in parts]
    one, other, height = (np.concatenate(each) for each in zip(*met, strict=True))
    return _highest((one, other, height), len(slopes.top))


def _meetings(slopes: Slopes, part: slice, step: int) -> Passes:
    """All places where the pixels of a part and their neighbours a step further climb to different peaks."""
    spot, own = slopes.spot[part].astype(np.intp), slopes.peak[part]
    there = slopes.index[spot + step]
    here = np.flatnonzero((there >= 0) & (own != slopes.peak[there]))
    height = np.minimum(slopes.height[spot[here]], slopes.height[spot[here] + step])
    return own[here], slopes.peak[there[here]], height


def _highest(passes: Passes, count: int) -> Passes:
    """The highest pass of every pair of `count` peaks, highest first; of equally high ones, those that came first."""
    one, other, height = passes
    order = np.argsort(-height, kind="stable")
    one, other, height = one[order], other[order], height[order]
    pair = np.minimum(one, other).astype(np.int64) * count + np.maximum(one, other)
    first = np.sort(np.unique(pair, return_index=True)[1])
    return one[first], other[first], height[first]


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
