"""Gaussian blur in a time that does not depend on its width, so that the slider can be dragged to its end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

REACH = 4
"""The Gaussian is cut off at so many standard deviations, as in scikit-image and SciPy."""

NARROW = 1.5
"""Up to this width a pixel is computed from its neighbours alone, so that a part of a picture is blurred bit for bit
as in the whole. By waves, rounding depends on all of the picture.
"""

EVEN, ROOM = 256, 16
"""Pixels: rows of a multiple of EVEN get so much room between them."""


def blurred(plane: NDArray[np.floating], sigma: float) -> NDArray[np.float32]:
    """The (Y, X) plane blurred by a Gaussian of `sigma` pixels, mirrored at the picture's edges. 0 is off.

    The cosine transform of a picture is that of the picture mirrored at its edges, so there the blur is one
    multiplication. Equals `skimage.filters.gaussian(mode="reflect")` but for float32 rounding (about 5e-7).
    """
    plane = np.asarray(plane, np.float32)
    if sigma == 0:
        return plane
    if sigma <= NARROW:
        return _by_neighbours(plane, sigma)
    waves = fft.dctn(plane, type=2)
    waves *= _response(plane.shape[0], sigma)[:, np.newaxis]
    waves *= _response(plane.shape[1], sigma)
    result: NDArray[np.float32] = fft.idctn(waves, type=2, overwrite_x=True)
    return result


def _by_neighbours(plane: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """The same pixel by pixel. Rows as wide as 1024 pixels lie so that those above and below push each other out of the
    processor's own memory: room between them halves the time.
    """
    if plane.shape[1] % EVEN:
        narrow: NDArray[np.float32] = ndimage.gaussian_filter(plane, sigma, mode="reflect", truncate=REACH)
        return narrow
    width = plane.shape[1]
    roomy, result = (np.empty((len(plane), width + ROOM), np.float32)[:, :width] for _ in range(2))
    roomy[...] = plane
    ndimage.gaussian_filter(roomy, sigma, mode="reflect", truncate=REACH, output=result)
    return np.ascontiguousarray(result)


def reach(sigma: float) -> int:
    """How far around a pixel the blur looks, in pixels."""
    return int(REACH * sigma + 0.5)


def _response(size: int, sigma: float) -> NDArray[np.float32]:
    """By how much the blur weakens each of the `size` cosine waves along an axis."""
    steps = np.arange(1, reach(sigma) + 1)
    weights = np.exp(-0.5 * (steps / sigma) ** 2)
    waves = np.cos(np.outer(np.pi * np.arange(size) / size, steps)) @ weights
    response: NDArray[np.float64] = (1 + 2 * waves) / (1 + 2 * weights.sum())
    return response.astype(np.float32)
