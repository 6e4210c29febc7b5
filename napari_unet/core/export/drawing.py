"""Pictures for people: what was acquired, and what was found drawn over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import behind
from napari_unet.core.data.picture import Picture

GOLDEN = 0.618034
"""Steps of hue that never come back near where they were: neighbours by number look different."""

TINT = 0.25
SHOWN = (0.5, 99.5)
"""Percentiles of brightness shown as black and white."""

Wheel = tuple[tuple[float, float, float], ...]
"""Colours (red, green, blue), 0..1, for one channel after the other."""

BAND = 256
"""Rows."""

GREY: Wheel = ((1.0, 1.0, 1.0),)
RGB: Wheel = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
CHANNELS: Wheel = ((0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
"""Colours of channels, added up: green, magenta, cyan, yellow, red, blue, as in the window."""

Colours = NDArray[np.uint8]
"""(Y, X, 3) red, green, blue."""


def shown(picture: Picture) -> Colours:
    """A flat picture as one sees it: each channel stretched, in a colour of its own where there are several."""
    if picture.is_colour and picture.image.dtype == np.uint8:
        return np.ascontiguousarray(np.moveaxis(picture.image, 0, -1))
    colours = GREY if picture.channels == 1 else CHANNELS
    mixed = np.zeros((*picture.image.shape[1:], 3), np.float32)
    for index, channel in enumerate(picture.image):
        mixed += _stretched(channel)[..., np.newaxis] * np.array(colours[index % len(colours)], np.float32)
    return np.round(np.clip(mixed, 0, 1) * 255).astype(np.uint8)


def small(picture: Picture, side: int) -> Colours:
    """A picture as one sees it, at most `side` pixels wide and high; of a stack, its middle plane."""
    middle = tuple(length // 2 for length in picture.image.shape[1:-2])
    plane = picture.image[behind(middle)]
    step = max(1, -(-max(plane.shape[-2:]) // side))
    seen = np.ascontiguousarray(plane[:, ::step, ::step])
    return shown(Picture(picture.name, seen, picture.pixel_size[-2:], picture.unit, picture.channel_names))


def drawn(plain: Colours, labels: NDArray[np.integer]) -> Colours:
    """The picture with every object outlined and tinted in a colour of its own.

    Parameters
    ----------
    labels : (Y, X), 0 = background.
    """
    both, edges = plain.copy(), rims(labels)
    for top in range(0, len(labels), BAND):  # of a large picture, a band at a time: memory
        band = slice(top, top + BAND)
        inside = labels[band] > 0
        weight = np.where(edges[band][inside], 1.0, TINT).astype(np.float32)[:, np.newaxis]
        mixed = plain[band][inside] * (1 - weight) + _colours(labels[band][inside]) * weight
        both[band][inside] = np.round(mixed).astype(np.uint8)
    return both


def rims(labels: NDArray[np.integer]) -> NDArray[np.bool_]:
    """The pixels of objects that touch something else, along (Y, X)."""
    from skimage.segmentation import find_boundaries  # 0.3 s that a window which only opens need not wait for

    found: NDArray[np.bool_] = find_boundaries(labels, mode="inner")
    return found & (labels > 0)


def colour_table() -> NDArray[np.uint16]:
    """The colours of the numbers 0 to 255, as in overlays: (3, 256) red, green and blue, 0..65535; 0 is black."""
    table = np.round(_colours(np.arange(256)) * 257).astype(np.uint16)
    table[0] = 0
    return np.ascontiguousarray(table.T)


def _stretched(channel: NDArray[np.generic]) -> NDArray[np.float32]:
    values = channel.astype(np.float32)
    low, high = np.percentile(values, SHOWN)
    stretched: NDArray[np.float32] = np.clip((values - low) / max(float(high - low), 1e-6), 0, 1).astype(np.float32)
    return stretched


def _colours(numbers: NDArray[np.integer]) -> NDArray[np.float32]:
    """(N, 3) bright colours, 0..255, of numbers (N,): HSV of saturation 0.75 (A. R. Smith 1978)."""
    unique, place = np.unique(numbers, return_inverse=True)
    hue = (unique.astype(np.float64) * GOLDEN) % 1
    sector = (np.array([5.0, 3.0, 1.0]) + hue[:, np.newaxis] * 6) % 6
    fade = np.clip(np.minimum(sector, 4 - sector), 0, 1)
    wheel: NDArray[np.float32] = (255 * (1 - 0.75 * fade)).astype(np.float32)
    return wheel[place]
