"""What a pixel looks like to someone who has never seen a cell: brightness, edges, ridges and texture, at four sizes.

The filters of ilastik's pixel classification (Berg et al. 2019, https://doi.org/10.1038/s41592-019-0582-9) and of
scikit-image's `multiscale_basic_features`, without their largest size, which tells where a stroke lies rather than what
it lies on, and with the energy of fine detail, which tells textures apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Plane = NDArray[np.float32]

SIZES = (0.7, 1.4, 2.8, 5.6)
"""Standard deviations of the blurs, in pixels."""

TEXTURED = 1.0
"""From this size on there is something finer whose energy can be measured."""

WIDER = 1.5
"""So many times as wide as the blur is the surrounding whose texture is summed up."""

REACH = 48
"""So many pixels around a pixel have a say in its features."""

_NAMED = ["brightness"] + [
    name
    for size in SIZES
    for name in (
        "brightness",
        "slope",
        "curvature",
        "curvature",
        *(("detail", "along", "across") if size > TEXTURED else ()),
    )
]

SHIFTED = np.array([name == "brightness" for name in _NAMED])
"""The features of a channel, in their order: which of them become more when all of a picture becomes brighter."""

DETAILED = np.array([name == "detail" for name in _NAMED])
"""Which of them say how much fine detail there is."""

TEXTURE = np.isin(_NAMED, ("detail", "along", "across"))
"""Which of them tell textures apart."""

PER_CHANNEL = len(_NAMED)
"""How many features a channel gives."""


def filter_bank(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The features of every pixel.

    Parameters
    ----------
    planes : (C, Y, X) float32, brightness on a common scale, about 0..1.

    Returns
    -------
    features : (Y, X, C * PER_CHANNEL) float32.
    """
    features = np.empty((*planes.shape[1:], len(planes) * PER_CHANNEL), np.float32)
    for place, plane in enumerate(plane for channel in planes for plane in _of_channel(channel)):
        features[..., place] = plane
    return features


def _of_channel(channel: Plane) -> Iterator[Plane]:
    yield channel
    for size in SIZES:
        yield from _of_size(channel, size)


def _of_size(channel: Plane, size: float) -> Iterator[Plane]:
    """Blurred, slope, the two curvatures; then how much fine detail there is, and whether it has a direction."""
    blurred = _blur(channel, size)
    down, right = np.gradient(blurred)
    yield blurred
    yield np.hypot(down, right) * size
    (down_down, down_right), right_right = np.gradient(down), np.gradient(right, axis=1)
    for curvature in _eigenvalues(down_down, down_right, right_right):
        yield curvature * size**2
    if size > TEXTURED:
        fine: Plane = np.square(channel - blurred)
        yield _root(_around(fine, size))
        products = (down * down, down * right, right * right)
        for strength in _eigenvalues(*(_around(np.asarray(product), size) for product in products)):
            yield _root(strength) * size


def _eigenvalues(a: Plane, b: Plane, c: Plane) -> tuple[Plane, ...]:
    """The larger and the smaller eigenvalue of [[a, b], [b, c]], pixel by pixel."""
    middle, half = (a + c) / 2, np.hypot((a - c) / 2, b)
    return np.asarray(middle + half, np.float32), np.asarray(middle - half, np.float32)


def _blur(plane: Plane, size: float) -> Plane:
    blurred: Plane = ndimage.gaussian_filter(plane, size, truncate=3)
    return blurred


def _around(plane: NDArray[np.floating], size: float) -> Plane:
    summed: Plane = ndimage.gaussian_filter(plane, WIDER * size, truncate=2)
    return summed


def _root(plane: Plane) -> Plane:
    return np.sqrt(np.maximum(plane, 0))
