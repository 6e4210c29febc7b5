"""Masks as files other programs open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.masks import check_same_size
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.write_tiff import write_labels
from napari_unet.core.export.refusing import refuse_overwriting
from napari_unet.core.settings import ExportSettings


def export_labels(labels: NDArray[np.integer], picture: Picture, path: Path, settings: ExportSettings) -> Path:
    """Write labels as a TIFF that Fiji, QuPath and Python show with the right numbers, pixel size and unit.

    The numbers are as wide as the highest one needs: 8 bits up to 255 objects, 16 bits up to 65535, above that 32
    bits (as OME-TIFF: ImageJ's own has no 32-bit whole numbers).

    Parameters
    ----------
    labels : ([T,] [Z,] Y, X) unsigned integers, 0 = background.
    picture : what the labels are of; its axes, pixel size and unit go with them.
    path : the file to write; its folder is made when missing.

    Returns
    -------
    path : the file that was written.

    Raises
    ------
    StorageError : the file is there already and `settings.overwrite` is off; the disk is full or may not be written.
    MaskError : the labels have another size than the picture.
    """
    check_same_size(picture.name, picture.spatial_shape, labels.shape)
    refuse_overwriting([path], settings.overwrite)
    write_labels(path, narrowed(labels), picture, settings.compress, note="")
    return path


def narrowed(labels: NDArray[np.integer]) -> NDArray[np.unsignedinteger]:
    """The labels in the narrowest of uint8, uint16 and uint32 that holds their highest number."""
    return labels.astype(narrowest(int(labels.max(initial=0))))


def narrowest(highest: int) -> np.dtype[np.unsignedinteger]:
    """The narrowest of uint8, uint16 and uint32 that holds a number."""
    return np.dtype(next(kind for kind in (np.uint8, np.uint16, np.uint32) if highest <= np.iinfo(kind).max))
