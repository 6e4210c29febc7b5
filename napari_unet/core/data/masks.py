"""A mask a person brings along, made to fit a picture and a project."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.picture import size_words
from napari_unet.core.errors import MaskError
from napari_unet.core.settings import Kind

WHITE = 255


def fitting_mask(
    mask: NDArray[np.integer],
    shape: tuple[int, ...],
    name: str,
    kind: Kind,
    class_names: tuple[str, ...],
    axes: str = "",
) -> NDArray[np.integer]:
    """The mask as a project of this kind counts it; black and white ones as `without_white` understands them.

    Parameters
    ----------
    mask : ([Z,] Y, X) unsigned integers, 0 = background.
    shape : the picture's shape along ([Z,] Y, X).
    name : the picture's name, for the sentence.
    axes : the picture's, see `without_white`.

    Raises
    ------
    MaskError : the mask has another size than the picture, or more classes than the project.
    """
    check_same_size(name, shape, mask.shape)
    mask = without_white(mask, kind, axes)
    top = int(mask.max(initial=0))
    if kind == "regions" and top > len(class_names):
        raise MaskError(
            f"The mask of {name} holds the value {top}, but the project has {len(class_names)} classes "
            f"({', '.join(class_names)}).",
            "In a regions project the values of a mask are 0 for background and 1, 2, 3, ... for the classes in order.",
            "Add the missing classes to the project, or make a project of the kind objects.",
        )
    return mask


def check_same_size(name: str, shape: tuple[int, ...], mask_shape: tuple[int, ...]) -> None:
    """Raises MaskError when a mask, annotation or labels array has another size than the picture `name`."""
    if mask_shape != shape:
        raise MaskError(
            f"The picture {name} is {size_words(shape)} but its mask is {size_words(mask_shape)}.",
            "Both must have the same size.",
            "Check that the mask belongs to this picture and was not cropped or rescaled.",
        )


def without_white(mask: NDArray[np.integer], kind: Kind, axes: str = "") -> NDArray[np.integer]:
    """A black and white mask with numbers: class 1 for regions; for objects, cells that do not touch, each its own.

    White is 255, as Fiji and Photoshop write it, and 1 where a number should tell objects apart. Any other mask is
    returned as it is. With T among the picture's `axes` cells have numbers of their own at every time point: where two
    lie at the place of one, all three would else be one.
    """
    top = int(mask.max(initial=0))
    if top not in (1, WHITE) or not np.all((mask == 0) | (mask == top)):
        return mask
    return _numbered(mask, "T" in axes) if kind == "objects" else (mask > 0).astype(np.uint8)


def _numbered(mask: NDArray[np.integer], through_time: bool) -> NDArray[np.integer]:
    from scipy import ndimage  # 0.2 s that a window which only opens need not wait for

    neighbours = np.ones((3,) * mask.ndim)
    if through_time:
        neighbours[::2] = 0
    numbers, count = ndimage.label(mask, structure=neighbours)
    narrow: NDArray[np.integer] = numbers.astype(np.uint16 if count <= 65535 else np.uint32)
    return narrow
