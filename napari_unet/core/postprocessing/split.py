"""Parting cells that touch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.morphology import h_maxima
from skimage.segmentation import watershed

from napari_unet.core.settings import PostprocessingSettings

SIGMA = 1.0
"""Blur of the relief, in pixels: peaks one pixel wide are noise."""


def split_objects(
    probability: NDArray[np.floating], labels: NDArray[np.int32], count: int, settings: PostprocessingSettings
) -> tuple[NDArray[np.int32], int]:
    """Part the objects in `labels` where their relief has a neck.

    `split` = 1 - h, where h is how far the relief must fall between two peaks, as a share of a cell's full height,
    for them to be two cells.
    """
    inside = labels > 0
    relief = np.where(inside, _relief(probability, labels), 0)
    depth = max(1 - settings.split, 1e-3)
    cross = ndimage.generate_binary_structure(2, 1)
    seeds, seed_count = ndimage.label(h_maxima(relief, depth, footprint=cross))
    missing = np.setdiff1d(np.arange(1, count + 1), labels[seeds > 0])
    parts = watershed(-relief, seeds, mask=inside)
    unseeded = np.isin(labels, missing)
    parts[unseeded] = seed_count + labels[unseeded]
    return _in_reading_order(parts)


def _relief(probability: NDArray[np.floating], labels: NDArray[np.int32]) -> NDArray[np.float32]:
    if len(probability) == 1:
        distance = ndimage.distance_transform_edt(labels > 0)
        tops = np.maximum(ndimage.maximum(distance, labels, np.arange(labels.max() + 1)), 1)
        steep = (distance / tops[labels]).astype(np.float32)
    else:
        steep = probability[2] * (1 - probability[1])
    relief: NDArray[np.float32] = ndimage.gaussian_filter(np.asarray(steep, np.float32), SIGMA)
    return relief


def _in_reading_order(parts: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    values, first, inverse = np.unique(parts, return_index=True, return_inverse=True)
    rank = np.empty(len(values), np.int32)
    order = np.argsort(np.where(values == 0, -1, first))
    rank[order] = np.arange(len(values)) + (0 if values[0] == 0 else 1)
    return rank[inverse].reshape(parts.shape), int(rank.max())
