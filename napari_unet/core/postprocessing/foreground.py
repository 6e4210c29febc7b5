"""Which pixels belong to a cell: smooth, threshold, opening, closing, fill holes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.postprocessing.morphology import closed, opened
from napari_unet.core.settings import PostprocessingSettings


def smoothed(plane: NDArray[np.floating], sigma: float) -> NDArray[np.float32]:
    """The (Y, X) plane blurred by a Gaussian of `sigma` pixels, mirrored at the picture's edge. 0 is off."""
    plane = np.asarray(plane, np.float32)
    if sigma == 0:
        return plane
    blurred: NDArray[np.float32] = ndimage.gaussian_filter(plane, sigma)
    return blurred


def foreground(cell: NDArray[np.floating], settings: PostprocessingSettings) -> NDArray[np.bool_]:
    """Pixels whose smoothed probability (Y, X) lies above the threshold. NaN is background."""
    return smoothed(cell, settings.smooth) > np.float32(settings.threshold)


def tidied(mask: NDArray[np.bool_], settings: PostprocessingSettings) -> NDArray[np.bool_]:
    """The mask (Y, X) opened, then closed, by the settings' discs."""
    return closed(opened(mask, settings.opening), settings.closing)


def filled(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask (Y, X) with its holes filled: background that reaches no edge of the picture, corners not counting.

    The same as `scipy.ndimage.binary_fill_holes`.
    """
    background, count = ndimage.label(~mask)
    outside = np.zeros(count + 1, bool)
    for edge in (background[0], background[-1], background[:, 0], background[:, -1]):
        outside[edge] = True
    outside[0] = False
    return np.logical_not(outside)[background]
