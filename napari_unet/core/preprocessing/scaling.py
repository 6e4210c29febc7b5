"""Making a picture smaller or larger, whole or window by window, with one and the same result.

Straight-line interpolation between pixel centres; before a picture is made smaller it is blurred just enough that
nothing finer than the new pixels is left to flicker (a Gaussian of (1/zoom - 1) / 2 pixels).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

REACH = 4.0
"""A Gaussian is cut off at so many standard deviations."""

Grid = tuple[int, ...]


def scaled_shape(shape: Grid, factor: float) -> Grid:
    """The shape ([Z,] Y, X) when the last two sides are `factor` times as long; never less than one pixel."""
    return (*shape[:-2], *(max(1, round(side * factor)) for side in shape[-2:]))


def resized(image: NDArray[np.generic], shape: Grid) -> NDArray[np.float32]:
    """The picture (C, [Z,] Y, X) at another size ([Z,] Y, X); float32."""
    return resized_window(image, shape, tuple(slice(0, side) for side in shape))


def resized_window(image: NDArray[np.generic], shape: Grid, window: Sequence[slice]) -> NDArray[np.float32]:
    """A window, inside the picture, of `resized(image, shape)`, reading only the pixels that it needs; float32."""
    needed, places = [], []
    for side, new, part in zip(image.shape[1:], shape, window, strict=True):
        place = (np.arange(part.start, part.stop) + 0.5) * (side / new) - 0.5
        place = place.clip(0, side - 1)
        margin = int(np.ceil(REACH * blur_of(side, new))) + 1
        start = max(0, int(np.floor(place[0])) - margin)
        needed.append(slice(start, min(side, int(np.floor(place[-1])) + 2 + margin)))
        places.append(place - start)
    block = image[(slice(None), *needed)].astype(np.float32)
    for axis, (side, new, place) in enumerate(zip(image.shape[1:], shape, places, strict=True), start=1):
        if side == new:
            block = block.take(np.round(place).astype(np.intp), axis)
            continue
        if new < side:
            block = ndimage.gaussian_filter1d(block, blur_of(side, new), axis, mode="nearest", truncate=REACH)
        block = _between(block, place, axis)
    return block


def blur_of(side: int, new: int) -> float:
    """The standard deviation, in pixels, of the blur before a side of a picture becomes `new` pixels long."""
    return max(0.0, (side / new - 1) / 2)


def resized_numbers(numbers: NDArray[np.integer], shape: Grid) -> NDArray[np.integer]:
    """Labels or an annotation ([Z,] Y, X) at another size: each pixel takes the number nearest to its centre."""
    picked = (
        ((np.arange(new) + 0.5) * (side / new)).astype(np.intp) for side, new in zip(numbers.shape, shape, strict=True)
    )
    nearest: NDArray[np.integer] = numbers[np.ix_(*picked)]
    return nearest


def _between(block: NDArray[np.float32], place: NDArray[np.float64], axis: int) -> NDArray[np.float32]:
    """Values at places between the pixels of an axis."""
    before = np.floor(place).astype(np.intp)
    after = np.minimum(before + 1, block.shape[axis] - 1)
    shape = [1] * block.ndim
    shape[axis] = -1
    share = (place - before).astype(np.float32).reshape(shape)
    first = block.take(before, axis)
    mixed: NDArray[np.float32] = first + share * (block.take(after, axis) - first)
    return mixed
