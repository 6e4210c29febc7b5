"""Objects of the wrong shape: cut by the edge of the picture, too long, or ragged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.settings import PostprocessingSettings

OF_A_PIXEL = 1 / 12
"""Variance of a place within one pixel: a line one pixel wide is not endlessly long."""

BAND = 256
"""So many rows are looked at at once where places are added up: that takes 40 bytes a pixel."""

Labels = NDArray[np.integer]
Keep = NDArray[np.bool_]


def well_shaped(labels: Labels, count: int, settings: PostprocessingSettings) -> Keep:
    """Which of the numbers 0 to `count` in `labels` (Y, X) have an allowed shape."""
    keep = np.ones(count + 1, np.bool_)
    if not settings.keep_cut:
        for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
            keep[edge] = False
    if settings.longest:
        keep &= elongation(labels, count) <= settings.longest
    if settings.solidity:
        keep &= _solid(labels, keep, settings.solidity)
    return keep


def elongation(labels: Labels, count: int) -> NDArray[np.float64]:
    """How many times as long as wide each object is: axes of the ellipse with the same second moments, (count + 1,)."""
    return ratio_of_axes(np.bincount(labels.ravel(), minlength=count + 1), moments(labels, count, (0, 0)))


def moments(labels: Labels, count: int, corner: tuple[int, int]) -> NDArray[np.float64]:
    """The sums of y, x, yy, xx and xy over the pixels of each object, (5, count + 1): whole numbers, all exact.

    `corner` is where the labels (Y, X) lie in their picture.
    """
    sums = np.zeros((5, count + 1))
    for top in range(0, len(labels), BAND):
        sums += _moments(labels[top : top + BAND], count, (corner[0] + top, corner[1]))
    return sums


def _moments(labels: Labels, count: int, corner: tuple[int, int]) -> NDArray[np.float64]:
    flat = labels.ravel()
    sides = (np.arange(side, dtype=np.float64) + start for side, start in zip(labels.shape, corner, strict=True))
    y, x = np.meshgrid(*sides, indexing="ij")
    return np.stack([np.bincount(flat, value.ravel(), count + 1) for value in (y, x, y * y, x * x, y * x)])


def ratio_of_axes(sizes: NDArray[np.integer], sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many times as long as wide: (N,), from the pixels (N,) and `moments` (5, N) of each object."""
    y, x, yy, xx, xy = sums / np.maximum(sizes, 1)
    yy = yy - y * y + OF_A_PIXEL
    xx = xx - x * x + OF_A_PIXEL
    half, middle = np.hypot((yy - xx) / 2, xy - x * y), (yy + xx) / 2
    ratio: NDArray[np.float64] = np.sqrt((middle + half) / np.maximum(middle - half, OF_A_PIXEL))
    return ratio


def solidity_of(labels: Labels, count: int) -> NDArray[np.float64]:
    """Which share of its convex hull each object fills, (count + 1,); 1 where there is none."""
    shares = np.ones(count + 1)
    for number, box in enumerate(ndimage.find_objects(np.asarray(labels, np.int32), count), 1):
        if box is not None:
            shares[number] = _solidity(labels[box] == number)
    return shares


def _solid(labels: Labels, wanted: Keep, least: float) -> Keep:
    """Which of the wanted objects fill at least this share of their convex hull."""
    from skimage.measure import regionprops  # as in `postprocess`

    keep = np.zeros_like(wanted)
    for region in regionprops(labels):
        keep[region.label] = wanted[region.label] and _solidity(region.image) >= least
    return keep


def _solidity(inside: NDArray[np.bool_]) -> float:
    from skimage.morphology import convex_hull_image

    if min(inside.shape) < 3:  # a line has no hull
        return 1.0
    return float(inside.sum() / convex_hull_image(inside).sum())
