"""Where a stroke would help most: places where the answer is probably wrong, over an area worth a stroke, spread out.

Of two classes a pixel is wrong with the probability of the less likely one (least-confidence sampling, Lewis and Gale
1994). It is summed over the surroundings that one stroke decides, so that a thin unsure outline, which every cell has,
counts less than a cell that is doubted as a whole. Where the forest, which knows only strokes, contradicts the network,
there is more to be learned (query by committee, Seung, Opper, Sompolinsky 1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

REACH = 8.0
"""Standard deviation, in pixels, of the surroundings that a stroke decides."""

APART = 40
"""Two places are at least so many pixels apart: not the same cell twice."""

PAINTED = 12
"""No place is nearer to a stroke than this, in pixels."""

CONTRADICTION = 0.5
"""How much a contradiction between forest and network counts beside doubt."""


@dataclass(frozen=True)
class Place:
    """Where to paint next.

    Parameters
    ----------
    name : of the picture.
    position : (y, x) in pixels.
    gain : 0..1, how doubtful the surroundings are.
    """

    name: str
    position: tuple[int, int]
    gain: float


def places_in(
    name: str,
    planes: NDArray[np.float32],
    guide: NDArray[np.float32] | None,
    painted: NDArray[np.bool_] | None,
    count: int,
) -> list[Place]:
    """The most helpful places of one picture, the best first.

    Parameters
    ----------
    planes, guide : (K, Y, X), how probable the network and the forest find each class, summing to 1.
    painted : (Y, X), where strokes are.
    count : how many places at most.
    """
    doubt = 1 - planes.max(0)
    if guide is not None:
        doubt = doubt + CONTRADICTION * np.abs(planes - guide).max(0)
    worth = ndimage.gaussian_filter(doubt, REACH, mode="nearest")
    if painted is not None and painted.any():
        worth[ndimage.distance_transform_edt(~painted) < PAINTED] = 0
    return [Place(name, position, gain) for position, gain in _peaks(worth, count)]


def _peaks(worth: NDArray[np.floating], count: int) -> list[tuple[tuple[int, int], float]]:
    """The highest places, each with its surroundings put aside before the next is looked for."""
    found, left = [], worth.copy()
    for _ in range(count):
        y, x = (int(side) for side in np.unravel_index(left.argmax(), left.shape))
        if left[y, x] <= 0:
            break
        found.append(((y, x), float(min(worth[y, x], 1))))
        left[max(0, y - APART) : y + APART + 1, max(0, x - APART) : x + APART + 1] = 0
    return found
