"""Labels as a picture: what StarDist, ilastik, Fiji and most others write."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.masks import check_same_size
from napari_unet.core.data.plain_folders import is_annotation
from napari_unet.core.data.read import TIFF_SUFFIXES, read_mask, read_partly
from napari_unet.core.data.read_tiff import BROKEN
from napari_unet.core.importing.canvas import empty
from napari_unet.core.importing.imported import Imported, Shape
from napari_unet.core.importing.naming import SIMPLE_SEGMENTATION, key
from napari_unet.core.importing.opening import understood

CLASSES = "The numbers are classes of ilastik, not objects: they belong into a project of the kind regions."
NO_ZERO = "No pixel is 0, which is background here: in ilastik background is a class of its own."


def read_label_picture(path: Path, shape: Shape, picture_name: str) -> Imported:
    """The annotation in a label picture, 0 = background.

    Raises
    ------
    MaskError : it cannot be read, is no mask, has another size than the picture, or is empty.
    """
    with understood(path):
        _check_declared_size(path, shape, picture_name)
        if is_annotation(path):
            return _painted_in_part(path, shape, picture_name)
        labels = read_mask(path, shape)
        check_same_size(picture_name, shape, labels.shape)
        if not labels.any():
            raise empty(path)
        classes = key(path.name).endswith(SIMPLE_SEGMENTATION)
        notes = [CLASSES] * classes + [NO_ZERO] * bool(classes and labels.all())
        return Imported(from_mask(labels), notes=tuple(notes))


def _painted_in_part(path: Path, shape: Shape, picture_name: str) -> Imported:
    """An annotation that our own export wrote: what is unlabelled in it stays so."""
    annotation = read_partly(path, shape)
    check_same_size(picture_name, shape, annotation.shape)
    if not annotation.any():
        raise empty(path)
    return Imported(annotation.astype(np.promote_types(annotation.dtype, np.uint16)), complete=False)


def _check_declared_size(path: Path, shape: Shape, picture_name: str) -> None:
    """A TIFF that says it is much larger than the picture is refused before memory is taken for it."""
    if path.suffix.lower() not in TIFF_SUFFIXES or not path.is_file() or not path.stat().st_size:
        return  # the reader has its own sentences for these
    import tifffile  # 0.2 s that a window which only opens need not wait for

    try:
        with tifffile.TiffFile(path) as tiff:
            declared = tuple(int(side) for side in tiff.pages.first.shape)
    except BROKEN:
        return
    if np.prod(declared, dtype=float) > 8 * np.prod(shape, dtype=float):
        check_same_size(picture_name, shape, declared)
