"""Small pictures of what a model says: a part of the picture, tinted and outlined where it sees something."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import find_boundaries

from napari_unet.core.data.axes import behind
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import Kind, PostprocessingSettings

SIDE = 256
"""Of the part that is shown, in pixels of the picture: cells are seen as they are."""

FLAT, COLOURS = 3, 3
"""Axes of a picture that is no stack; channels of one in colour."""

LIGHT = (1.0, 99.0)
"""Percentiles that become black and white."""

FAINT = 1e-6

TINT, LINE = np.array([0.90, 0.62, 0.0], np.float32), np.array([1.0, 0.85, 0.3], np.float32)
STRENGTH = 0.35


def flat(image: NDArray[np.generic]) -> NDArray[np.generic]:
    """A picture (C, Y, X) as it is; of a stack, its middle plane."""
    return image[behind(middle_plane(image))]


def middle_plane(image: NDArray[np.generic]) -> tuple[int, ...]:
    """Where the middle plane of a stack is along ([T,] [Z]); nothing for a picture that is none."""
    return tuple(side // 2 for side in image.shape[1:-2])


def middle(image: NDArray[np.generic]) -> NDArray[np.generic]:
    """The middle of a picture, (C, Y, X), at most SIDE pixels wide and high; of a stack, its middle plane."""
    image = flat(image)
    starts = [max(0, (side - SIDE) // 2) for side in image.shape[1:]]
    y, x = (slice(start, start + SIDE) for start in starts)
    return np.ascontiguousarray(image[:, y, x])


def tile(image: NDArray[np.generic], probability: NDArray[np.float32] | None, kind: Kind) -> NDArray[np.uint8]:
    """A picture (C, Y, X) as (SIDE, SIDE, 3) uint8 with what a probability (K, Y, X) says of it; black beyond it."""
    shown = _lit(image)
    if probability is not None:
        labels = postprocess(probability, kind, PostprocessingSettings())
        found = labels > 0
        shown[found] = (1 - STRENGTH) * shown[found] + STRENGTH * TINT
        shown[find_boundaries(labels, mode="inner")] = LINE
    page = np.zeros((SIDE, SIDE, COLOURS), np.uint8)
    page[: shown.shape[0], : shown.shape[1]] = (shown * 255).astype(np.uint8)
    return page


def _lit(image: NDArray[np.generic]) -> NDArray[np.float32]:
    """(Y, X, 3) float32, 0..1. More or fewer channels than colours are averaged into grey."""
    planes = image.astype(np.float32)
    if len(planes) != COLOURS:
        planes = np.repeat(planes.mean(axis=0, keepdims=True), COLOURS, axis=0)
    low, high = np.percentile(planes, LIGHT)
    lit: NDArray[np.float32] = ((planes - low) / max(high - low, FAINT)).clip(0, 1).astype(np.float32)
    return np.moveaxis(lit, 0, -1).copy()
