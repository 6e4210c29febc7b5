"""Connected pixels: finding, measuring and numbering them. Pixels that meet only at a corner are not connected."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.runs import sizes
from napari_unet.core.settings import PostprocessingSettings


def components(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Number the connected parts of the mask (Y, X) 1, 2, ... in reading order of their first pixel, and count them."""
    labels, count = ndimage.label(mask)
    return labels, int(count)


def within_size(labels: NDArray[np.integer], count: int, settings: PostprocessingSettings) -> NDArray[np.bool_]:
    """Which of the numbers 0 to `count` in `labels` are of an allowed size. 0, the background, never is."""
    pixels = np.zeros(count + 1, np.intp)
    found = sizes(labels)
    pixels[: len(found)] = found
    keep = right_size(pixels, settings)
    keep[0] = False
    return keep


def right_size(pixels: NDArray[np.integer], settings: PostprocessingSettings) -> NDArray[np.bool_]:
    """Which objects of so many pixels are of an allowed size."""
    keep = np.asarray(pixels >= max(settings.smallest, 1))
    return keep & (pixels <= settings.largest) if settings.largest else keep


def numbered(labels: NDArray[np.integer], keep: NDArray[np.bool_]) -> NDArray[np.unsignedinteger]:
    """The kept objects numbered 1, 2, ... in their order, as uint16, or uint32 when there are more than 65535."""
    kept = int(np.count_nonzero(keep))
    numbers: NDArray[np.unsignedinteger] = np.cumsum(keep, dtype=np.uint16 if kept <= 65535 else np.uint32)
    numbers[~keep] = 0
    return np.take(numbers, labels)
