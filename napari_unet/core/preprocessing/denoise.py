"""Taking away noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.preprocessing.background import disc

PATCH, DISTANCE = 5, 6
"""Sides of the patches that are compared, and how far from a pixel like ones are looked for, in pixels."""

SHARE = 0.8
"""How unlike patches may be, in standard deviations of the noise, at strength 1 (as scikit-image advises)."""

LAPLACE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
"""Blind to slopes and even to straight edges; noise it makes 6 times as strong (Immerkær 1996)."""

TO_DEVIATION = 1.4826
"""From the median absolute value to the standard deviation, for noise of the usual kind."""


def blurred(plane: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """The plane blurred by a Gaussian of `strength` pixels."""
    smooth: NDArray[np.float32] = ndimage.gaussian_filter(plane, strength)
    return smooth


def despeckled(plane: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """The median of the disc of radius `strength` pixels around each pixel: specks vanish, edges stay."""
    middle: NDArray[np.float32] = ndimage.median_filter(plane, footprint=disc(strength))
    return middle


def like_with_like(plane: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """Non-local means: each pixel becomes the mean of those whose surroundings look like its own (Buades, Coll and
    Morel 2005, https://doi.org/10.1109/CVPR.2005.38). Keeps edges; takes seconds for a million pixels.
    """
    from skimage.restoration import denoise_nl_means

    noise = noise_of(plane)
    if not noise:
        return plane
    found: NDArray[np.float32] = denoise_nl_means(
        plane, patch_size=PATCH, patch_distance=DISTANCE, h=SHARE * strength * noise, sigma=noise, preserve_range=True
    )
    return found


def noise_of(plane: NDArray[np.float32]) -> float:
    """The standard deviation of the noise (Immerkær 1996, https://doi.org/10.1006/cviu.1996.0060), by the median."""
    return float(np.median(np.abs(ndimage.convolve(plane, LAPLACE)))) * TO_DEVIATION / 6


Denoiser = Callable[..., NDArray[np.float32]]

DENOISERS: dict[str, Denoiser] = {"gaussian": blurred, "median": despeckled, "non-local means": like_with_like}
