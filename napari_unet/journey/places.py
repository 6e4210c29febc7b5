"""Where to put the brush: places in a picture, read off its true mask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.integer]
Place = tuple[float, float]
"""(y, x) in pixels of the picture."""


def largest(mask: Mask, count: int) -> list[int]:
    """The numbers of the largest objects, the largest first."""
    sizes = np.bincount(mask.ravel())
    sizes[0] = 0
    return [int(number) for number in np.argsort(sizes)[::-1][:count] if sizes[number]]


def across(mask: Mask, number: int, margin: float) -> list[Place]:
    """A stroke along the longest row of an object, which ends `margin` pixels before its edges."""
    rows, columns = np.nonzero(mask == number)
    row = int(np.bincount(rows).argmax())
    on_row = columns[rows == row]
    left, right = float(on_row.min()) + margin, float(on_row.max()) - margin
    return [(float(row), left), (float(row), (left + right) / 2), (float(row), max(left, right))]


def emptiest(mask: Mask) -> list[Place]:
    """A short stroke in the middle of the largest emptiness."""
    depth = _depth(mask == 0)
    y, x = (float(side) for side in np.unravel_index(int(depth.argmax()), mask.shape))
    reach = float(depth.max()) / 3
    return [(y - reach, x), (y, x + reach), (y + reach, x)]


def _depth(inside: NDArray[np.bool_]) -> NDArray[np.floating]:
    """How far each pixel is from the nearest one outside; the picture's rim counts as outside."""
    depth: NDArray[np.floating] = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    return depth
