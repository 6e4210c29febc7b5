"""The peaks of a relief that stand out: the h-maxima of mathematical morphology, without iterating over the picture.

The pixels that climb to one peak are its slopes. Where the slopes of two peaks meet, the highest such place is the
pass between them. Taking the passes from the highest down, the lower of the two peaks it joins stands out by its height
above the pass (its *dynamics*: Grimaud, SPIE 1992). Peaks that stand out by at least the depth are kept; the highest
peak of a connected part always is. One that is not kept belongs to whom that pass leads to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.postprocessing.climbing import Slopes, further, parts

Passes = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]
"""The two peaks that each pass joins, and its height."""


@dataclass(frozen=True)
class Standing:
    """Which peaks stand out, and what becomes of the others.

    `kept` are their numbers, ascending. `owner` (m,) is for each peak the place among these of the one that it belongs
    to, and `level` (m,) the height from which that one reaches it: the lowest place on the highest way to one that is
    kept. That of a kept one is infinite.
    """

    kept: NDArray[np.intp]
    owner: NDArray[np.intp]
    level: NDArray[np.float32]


def standing(slopes: Slopes, depth: float) -> Standing:
    """Tell the peaks that stand out by at least `depth`, above 0 and in units of the relief, from the others.

    Of peaks of exactly equal height, the first stays.
    """
    onto, level = _led(slopes.height[slopes.top], _passes(slopes), depth)
    kept = np.flatnonzero(onto == np.arange(len(onto)))
    while not np.array_equal(far := onto[onto], onto):
        level, onto = np.minimum(level, level[onto]), far
    return Standing(kept, np.searchsorted(kept, onto), level)


def _passes(slopes: Slopes) -> Passes:
    """Pairs of peaks whose slopes meet, and the height of the highest place where they do, highest first."""
    count, size = len(slopes.top), len(slopes.height)
    met = [
        _highest(_meetings(slopes, part, step), count) for step in (1, slopes.stride) for part in parts(0, size - step)
    ]
    one, other, height = (np.concatenate(each) for each in zip(*met, strict=True))
    return _highest((one, other, height), count)


def _meetings(slopes: Slopes, part: slice, step: int) -> Passes:
    """All places where the pixels of a part and their neighbours a step further climb to different peaks."""
    here = meeting(slopes.peak, part, step)
    height = np.minimum(slopes.height[here], slopes.height[here + step])
    return slopes.peak[here], slopes.peak[here + step], height


def meeting(numbers: NDArray[np.int32], part: slice, step: int) -> NDArray[np.intp]:
    """The positions in a part whose number is another than that a step further, both of them inside: 0 or more."""
    own, other = numbers[part], numbers[further(part, step)]
    here: NDArray[np.intp] = np.flatnonzero((own != other) & ((own | other) >= 0))  # -1 and any other are below 0
    here += part.start
    return here


def _highest(passes: Passes, count: int) -> Passes:
    """The highest pass of every pair of `count` peaks, highest first; of equally high ones, those that came first."""
    one, other, height = passes
    order = np.argsort(-height, kind="stable")
    one, other, height = one[order], other[order], height[order]
    pair = np.minimum(one, other).astype(np.int64) * count + np.maximum(one, other)
    first = np.sort(np.unique(pair, return_index=True)[1])
    return one[first], other[first], height[first]


def _led(heights: NDArray[np.float32], passes: Passes, depth: float) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """To which peak each of these heights is led by the pass that ends its range, and how high that is; to itself, and
    infinitely high, where it stands out by `depth`. Passes come highest first.
    """
    height, ruler = heights.tolist(), list(range(len(heights)))
    onto, levels = np.arange(len(heights)), np.full(len(heights), np.inf, np.float32)
    for one, other, level in zip(*(part.tolist() for part in passes), strict=True):
        (low, beyond), (high, _) = sorted(
            ((_ruler(ruler, one), other), (_ruler(ruler, other), one)), key=lambda end: (height[end[0]], -end[0])
        )
        if low != high:
            ruler[low] = high
            if not height[low] - level >= depth:
                onto[low], levels[low] = beyond, level
    return onto, levels


def _ruler(ruler: list[int], peak: int) -> int:
    """The highest peak of the range that `peak` belongs to; shortens the way for the next who asks."""
    while ruler[peak] != peak:
        ruler[peak] = ruler[ruler[peak]]
        peak = ruler[peak]
    return peak
