"""Every pixel of a relief climbs to its highest neighbour, until it stands on a peak.

Pixels are taken AT_ONCE at a time: what is juggled stays near the processor, and takes no memory to speak of beside the
few arrays of 4 bytes a pixel that are needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

AT_ONCE = 2**18
"""So many pixels are looked at in one go."""

Heights = NDArray[np.float32]


@dataclass(frozen=True)
class Slopes:
    """A relief divided among its peaks.

    `height` is the relief, flat, with a rim of one pixel around it; outside it is infinitely low. `stride` is how far a
    pixel is from the one below it. `spot` (n,) are the positions of the pixels inside, `index` is the place among these
    of each position, and `peak` the number of the peak that the pixel there climbs to; both are -1 outside. `top` (m,)
    is the position of the first pixel of each peak; a level peak has several.
    """

    height: Heights
    stride: int
    spot: NDArray[np.int32]
    index: NDArray[np.int32]
    peak: NDArray[np.int32]
    top: NDArray[np.intp]


def climb(relief: Heights, inside: NDArray[np.bool_]) -> Slopes:
    """Divide the relief (Y, X) among its peaks. `inside` (Y, X) is connected by edges, not corners."""
    padded = np.full([side + 2 for side in relief.shape], -np.inf, np.float32)
    np.copyto(padded[1:-1, 1:-1], relief, where=inside)
    height, stride = padded.ravel(), padded.shape[1]
    spot, index = _numbered(np.pad(inside, 1))
    target = _sent_on(height, stride, spot, index)
    summits = np.flatnonzero(target == np.arange(len(spot), dtype=np.int32))
    number, first = _levels(spot[summits].astype(np.intp), padded.shape)
    _follow(target)
    numbers = np.zeros(len(spot), np.int32)
    numbers[summits] = number
    peak = np.full(height.shape, -1, np.int32)
    for part in parts(0, len(spot)):
        peak[spot[part]] = numbers[target[part]]
    return Slopes(height, stride, spot, index, peak, spot[summits[first]].astype(np.intp))


def arrivals(slopes: Slopes, height: Heights) -> NDArray[np.int32]:
    """Where each pixel inside arrives when it climbs on other heights: its place among those inside, (n,)."""
    target = _sent_on(height, slopes.stride, slopes.spot, slopes.index)
    _follow(target)
    return target


def parts(start: int, stop: int) -> list[slice]:
    """So many pixels, AT_ONCE at a time."""
    return [slice(low, min(low + AT_ONCE, stop)) for low in range(start, stop, AT_ONCE)] or [slice(0, 0)]


def further(part: slice, step: int) -> slice:
    """The pixels that are a step further than those of a part."""
    return slice(part.start + step, part.stop + step)


def around(stride: int) -> tuple[int, int, int, int]:
    """The steps to the pixels above, left, right and below."""
    return -stride, -1, 1, stride


def _numbered(inside: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The flat positions of the pixels inside, and at each position the number that it has among these, or -1."""
    spot = np.flatnonzero(inside)
    index = np.full(inside.size, -1, np.int32)
    index[spot] = np.arange(len(spot), dtype=np.int32)
    return spot.astype(np.int32), index


def _sent_on(height: Heights, stride: int, spot: NDArray[np.int32], index: NDArray[np.int32]) -> NDArray[np.int32]:
    """The number of the highest of each pixel inside and its four neighbours; its own in a tie."""
    steps, way = np.array([0, *around(stride)], np.int32), _ways(height, stride)
    target = np.empty(len(spot), np.int32)
    for part in parts(0, len(spot)):
        target[part] = index[spot[part] + steps[way[spot[part]]]]
    return target


def _ways(height: Heights, stride: int) -> NDArray[np.uint8]:
    """Which is the highest: 0 the pixel itself, 1 the one above, 2 left, 3 right, 4 below; of equally high ones the
    pixel itself, else the first of these. The rim is 0.
    """
    way = np.zeros(height.shape, np.uint8)
    for part in parts(stride, len(height) - stride):
        best, there = height[part].copy(), way[part]
        for code, step in enumerate(around(stride), 1):
            neighbour = height[further(part, step)]
            higher = (neighbour > best).view(np.uint8)
            np.maximum(there, np.multiply(higher, np.uint8(code), out=higher), out=there)
            np.maximum(best, neighbour, out=best)
    return way


def _levels(summits: NDArray[np.intp], shape: tuple[int, ...]) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Join the summits at these positions that touch, which are of one height: the number of each, and which is the
    first of every number.
    """
    mask = np.zeros(shape, np.bool_)
    flat = mask.ravel()
    flat[summits] = True
    if not (flat[summits + 1].any() or flat[summits + shape[1]].any()):
        every = np.arange(len(summits), dtype=np.int32)
        return every, every
    levels, count = ndimage.label(mask)
    number = levels.ravel()[summits] - 1
    first = np.empty(count, np.intp)
    first[number[::-1]] = np.arange(len(summits))[::-1]  # the last to be written stays: the first in reading order
    return number, first


def _follow(target: NDArray[np.int32]) -> None:
    """Let every pixel know where it arrives when each keeps sending on to its target; strides grow every round."""
    moved = True
    while moved:
        moved = False
        for part in parts(0, len(target)):
            on = target[target[part]]
            if not np.array_equal(on, target[part]):
                target[part], moved = on, True
