"""Arrays as scripts have them, brought to planes; and which of them are the same picture."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import behind
from napari_unet.core.errors import MaskError, PictureError

Shape = tuple[int, ...]

COLOURS = (3, 4)
"""An array whose last axis is so long, and no other is that short, has its colours there."""


GLIMPSE = 16
"""So many pixels along a row tell stacks apart."""


def planes_of(image: NDArray[np.generic], shape: Shape | None) -> list[NDArray[np.generic]]:
    """The planes (C, Y, X) of a picture: one, or those of a stack in the order in which they are stored.

    Parameters
    ----------
    image : (Y, X), (C, Y, X), (Y, X, colours), or a stack ([T,] Z, Y, X) or (C, [T,] Z, Y, X).
    shape : of its annotation ([T,] [Z,] Y, X), which tells channels from planes; None where there is none: then three
        axes are channels first unless the last one can only be colours.

    Raises
    ------
    PictureError : it has another number of axes, or colours where nothing is known of.
    MaskError : the annotation is of another size.
    """
    if image.ndim not in (2, 3, 4, 5):
        raise PictureError(f"The picture has {image.ndim} axes.", "It needs (Y, X), with channels or planes in front.")
    if shape is None:
        shape = _shape_of(image)
    if image.shape == shape:
        image = image[np.newaxis]
    elif image.shape[:-1] == shape:
        transparent = image.shape[-1] == max(COLOURS)
        image = np.moveaxis(image[..., :-1] if transparent else image, -1, 0)
    if image.shape[1:] != shape:
        raise MaskError(f"The annotation is {shape}, but the picture is {image.shape}.", "Both must be of one size.")
    return [image[behind(place)] for place in np.ndindex(shape[:-2])]


def _shape_of(image: NDArray[np.generic]) -> Shape:
    if image.ndim == 2:
        return image.shape
    colours_last = image.shape[-1] in COLOURS and min(image.shape[:-1]) > max(COLOURS)
    return image.shape[:-1] if colours_last else image.shape[1:]


def glimpse(image: NDArray[np.generic]) -> str:
    """The same for stacks of the same shape and dtype that look alike at evenly spaced pixels; cheap."""
    step = max(1, image.shape[-1] // GLIMPSE)
    return f"{image.shape} {digest(image[..., ::step, ::step])}"


def planes_to_look_at(image: NDArray[np.generic], flat: NDArray[np.integer], painted: dict[str, set[int]]) -> list[int]:
    """The planes of a picture that are painted on, or were when it was last seen.

    Parameters
    ----------
    flat : its annotation, (planes, Y, X).
    painted : which planes of stacks are painted on; brought up to date.
    """
    if len(flat) == 1:
        return [0]
    stack, now = glimpse(image), set(np.flatnonzero(flat.any((1, 2))).tolist())
    before = painted.get(stack, set())
    painted[stack] = now
    return sorted(before | now)


def is_blank(plane: NDArray[np.generic]) -> bool:
    """Whether every channel of a plane (C, Y, X) has one value everywhere: nothing can be seen in it.

    Stacks are padded with such planes, for example where they were registered.
    """
    first = plane[:, :1, :1]
    return bool((plane[:, ::GLIMPSE, ::GLIMPSE] == first).all() and (plane == first).all())


def digest(image: NDArray[np.generic]) -> str:
    """The same for arrays of the same shape, dtype and content, wherever they lie."""
    made = hashlib.blake2b(f"{image.shape} {image.dtype.str}".encode(), digest_size=16)
    made.update(np.ascontiguousarray(image).data)
    return made.hexdigest()
