"""The clean-up in plain scikit-image and SciPy calls, one a step: what ours must equal, and be faster than."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import gaussian
from skimage.measure import label
from skimage.morphology import closing, disk, h_maxima, opening
from skimage.segmentation import watershed

from napari_unet.core.settings import PostprocessingSettings

Blur = Callable[[NDArray[np.floating], float], NDArray[np.float32]]
CROSS = ndimage.generate_binary_structure(2, 1)


def plain_blur(plane: NDArray[np.floating], sigma: float) -> NDArray[np.float32]:
    return gaussian(plane, sigma, mode="reflect", preserve_range=True) if sigma else plane


def plain_objects(
    probability: NDArray[np.floating], settings: PostprocessingSettings, blur: Blur = plain_blur
) -> NDArray[np.unsignedinteger]:
    """`postprocess(probability, "objects", settings)`. `blur` may be replaced, as its rounding can tip a pixel."""
    mask = blur(probability[0], settings.smooth) > np.float32(settings.threshold)
    mask = plain_tidied(mask, settings)
    if settings.fill_holes:
        mask = ndimage.binary_fill_holes(mask)
    labels = label(mask, connectivity=1)
    if settings.split > 0 and labels.any():
        labels = plain_split(probability, labels, settings, blur)
    return plain_numbered(labels, settings)


def plain_split(
    probability: NDArray[np.floating], labels: NDArray[np.integer], settings: PostprocessingSettings, blur: Blur
) -> NDArray[np.integer]:
    relief = np.where(labels > 0, blur(plain_relief(probability, labels), 1.0), np.float32(-1))
    framed = np.pad(relief, 1, constant_values=-1)  # h_maxima finds nothing in a picture without a floor
    seeds = label(h_maxima(framed, max(1 - settings.split, 1e-3), footprint=CROSS)[1:-1, 1:-1], connectivity=1)
    parts: NDArray[np.integer] = watershed(-relief, seeds, mask=labels > 0, connectivity=1)
    return parts


def plain_relief(probability: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.floating]:
    if len(probability) == 3:
        steep: NDArray[np.floating] = probability[2] * (1 - probability[1])
        return steep
    distance = ndimage.distance_transform_edt(labels)
    numbers = np.arange(1, labels.max() + 1)
    tops = np.append(1.0, ndimage.maximum(distance, labels, numbers))
    scaled: NDArray[np.floating] = (distance / tops[labels]).astype(np.float32)
    return scaled


def plain_regions(
    probability: NDArray[np.floating], settings: PostprocessingSettings, blur: Blur = plain_blur
) -> NDArray[np.unsignedinteger]:
    """`postprocess(probability, "regions", settings)`."""
    likeliest = np.argmax([blur(plane, settings.smooth) for plane in probability], axis=0)
    labels = np.zeros(likeliest.shape, np.uint16)
    numbers = range(1, len(probability))
    for number in numbers:
        labels[plain_opened(likeliest == number, settings.opening)] = number
    for number in numbers:
        labels[plain_closed(labels == number, settings.closing) & (labels == 0)] = number
    for number in numbers:
        parts = label(labels == number, connectivity=1)
        labels[(parts > 0) & ~plain_right_size(parts, settings)] = 0
    return labels


def plain_tidied(mask: NDArray[np.bool_], settings: PostprocessingSettings) -> NDArray[np.bool_]:
    return plain_closed(plain_opened(mask, settings.opening), settings.closing)


def plain_opened(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    return opening(mask, disk(radius), mode="ignore") if radius else mask


def plain_closed(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    return closing(mask, disk(radius), mode="ignore") if radius else mask


def plain_right_size(labels: NDArray[np.integer], settings: PostprocessingSettings) -> NDArray[np.bool_]:
    sizes = np.bincount(labels.ravel())[labels]
    right: NDArray[np.bool_] = (sizes >= settings.smallest) & (sizes <= (settings.largest or labels.size))
    return right


def plain_numbered(labels: NDArray[np.integer], settings: PostprocessingSettings) -> NDArray[np.unsignedinteger]:
    kept = np.where((labels > 0) & plain_right_size(labels, settings), labels, 0)
    values, first = np.unique(kept, return_index=True)
    objects = values[np.argsort(first)]
    objects = objects[objects > 0]
    numbers = np.zeros(labels.max() + 1, np.uint16 if len(objects) <= 65535 else np.uint32)
    numbers[objects] = np.arange(1, len(objects) + 1)
    return numbers[kept]
