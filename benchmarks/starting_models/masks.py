"""Masks made into what can be learned from: classes into open objects, and smaller copies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.annotation import UNLABELLED, from_mask

ALL_AROUND = np.ones((3, 3), bool)


def opened(classes: NDArray[np.integer]) -> NDArray[np.integer]:
    """An annotation (Y, X) in which each connected piece of any class is an object that nobody has outlined.

    Around each piece lies a ring of one unlabelled pixel. So training takes from it what is cell and what is not, but
    not how deep inside a cell a pixel lies: a piece may be one cell or many.
    """
    inside = classes > 0
    pieces, _ = ndimage.label(inside, ALL_AROUND)
    annotation = from_mask(pieces.astype(np.uint32))
    ring = ndimage.binary_dilation(inside, ALL_AROUND) & ~inside
    annotation[ring] = UNLABELLED
    if inside.all():
        annotation[0, 0] = UNLABELLED  # no edge to be seen, but an end nobody knows
    return annotation


def halved(image: NDArray[np.generic], mask: NDArray[np.integer]) -> tuple[NDArray[np.generic], NDArray[np.integer]]:
    """Picture (C, Y, X) and mask (Y, X) at half the size: means of four pixels, and the number of one of them."""
    rows, columns = (side // 2 * 2 for side in mask.shape)
    fours = image[:, :rows, :columns].reshape(len(image), rows // 2, 2, columns // 2, 2)
    small: NDArray[np.generic] = np.round(fours.mean((2, 4))).astype(image.dtype)
    return small, mask[:rows:2, :columns:2]
