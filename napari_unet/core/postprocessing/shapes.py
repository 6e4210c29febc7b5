"""Objects of the wrong shape: cut by the edge of the picture, too long, or ragged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import PostprocessingSettings

OF_A_PIXEL = 1 / 12
"""Variance of a place within one pixel: a line one pixel wide is not endlessly long."""

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
    flat = labels.ravel()
    sides = (np.arange(side, dtype=np.float64) for side in labels.shape)
    rows, columns = np.meshgrid(*sides, indexing="ij")

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(flat, values.ravel(), count + 1) / sizes, np.float64)

    sizes = np.maximum(np.bincount(flat, minlength=count + 1), 1)
    y, x = mean(rows), mean(columns)
    yy = mean(rows * rows) - y * y + OF_A_PIXEL
    xx = mean(columns * columns) - x * x + OF_A_PIXEL
    half, middle = np.hypot((yy - xx) / 2, mean(rows * columns) - x * y), (yy + xx) / 2
    ratio: NDArray[np.float64] = np.sqrt((middle + half) / np.maximum(middle - half, OF_A_PIXEL))
    return ratio


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
