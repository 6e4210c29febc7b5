"""A picture for people: what was found, drawn over what was acquired."""

from __future__ import annotations

import colorsys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.picture import Picture

GOLDEN = 0.618034
"""Steps of hue that never come back near where they were: neighbours by number look different."""
TINT = 0.25
SHOWN = (0.5, 99.5)
"""Percentiles of brightness shown as black and white."""


def write_overlay(picture: Picture, labels: NDArray[np.integer], path: Path) -> None:
    """Write a PNG: the picture on the left; on the right with every object outlined and tinted in a colour of its own.

    `labels` is (Y, X), 0 = background. Raises StorageError.
    """
    from PIL import Image  # only the demo draws

    grey = _grey(picture.image)
    plain = np.repeat(grey[..., np.newaxis], 3, axis=-1)
    gap = np.ones((len(plain), 6, 3), np.float32)
    both = np.concatenate([plain, gap, _drawn(plain, labels)], axis=1)
    with atomic_path(path) as temporary:
        Image.fromarray(np.round(both * 255).astype(np.uint8)).save(temporary)


def _grey(image: NDArray[np.generic]) -> NDArray[np.float32]:
    """The mean of the channels (C, Y, X), stretched to 0..1."""
    grey = image.astype(np.float32).mean(axis=0)
    low, high = np.percentile(grey, SHOWN)
    stretched: NDArray[np.float32] = np.clip((grey - low) / max(float(high - low), 1e-6), 0, 1).astype(np.float32)
    return stretched


def _drawn(plain: NDArray[np.float32], labels: NDArray[np.integer]) -> NDArray[np.float32]:
    numbers, place = np.unique(labels, return_inverse=True)
    colours = np.array([colorsys.hsv_to_rgb(number * GOLDEN % 1, 0.75, 1.0) for number in numbers], np.float32)
    colour = colours[place].reshape(*labels.shape, 3)
    rim = (ndimage.grey_erosion(labels, size=3) != labels) & (labels > 0)
    weight = np.where(rim, 1.0, np.where(labels > 0, TINT, 0.0))[..., np.newaxis].astype(np.float32)
    drawn: NDArray[np.float32] = plain * (1 - weight) + colour * weight
    return drawn
