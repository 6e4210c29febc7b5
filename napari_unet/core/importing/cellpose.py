"""Cellpose's NAME_seg.npy: a dict in a pickle in an .npy, with the labels under `masks`.

Source: https://cellpose.readthedocs.io/en/latest/outputs.html
"""

from __future__ import annotations

import io
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.masks import check_same_size
from napari_unet.core.data.read import mask_numbers
from napari_unet.core.errors import MaskError
from napari_unet.core.importing.canvas import empty
from napari_unet.core.importing.imported import Imported, Shape
from napari_unet.core.importing.opening import MIB, file_bytes, shortened, understood
from napari_unet.core.importing.pickled import Noted, Refused, unpickled

MOST_BYTES = 2048 * MIB
"""The file also holds the flows, and sometimes the picture: many times the labels."""


def read_cellpose(path: Path, shape: Shape, picture_name: str) -> Imported:
    """The annotation in a NAME_seg.npy, ([Z,] Y, X) as its `masks`.

    Raises
    ------
    MaskError : it is damaged, holds more than plain data, has no masks, or those of a picture of another size.
    """
    data = file_bytes(path, MOST_BYTES)
    with understood(path):
        try:
            held = unpickled(data, _start_of_pickle(data))
        except Refused as error:
            raise _not_plain(path, str(error)) from error
        labels = mask_numbers(_array(_masks(path, held)), f"masks in {path.name}")
        while labels.ndim > len(shape) and labels.shape[0] == 1:
            labels = labels[0]
        check_same_size(picture_name, shape, labels.shape)
        if not labels.any():
            raise empty(path)
        return Imported(from_mask(labels))


def is_pickled(path: Path) -> bool:
    """Whether an .npy holds Python's objects rather than numbers. Raises MaskError when it is no .npy at all."""
    with understood(path), path.open("rb") as file:
        return _dtype_in_head(file).hasobject


def _start_of_pickle(data: bytes) -> int:
    file = io.BytesIO(data)
    _dtype_in_head(file)
    return file.tell()


def _dtype_in_head(file: Any) -> np.dtype[Any]:
    """The type that the head of an .npy gives; the file stands behind the head afterwards."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    dtype: np.dtype[Any] = read(file)[2]
    return dtype


def _masks(path: Path, held: Any) -> Noted:
    """The array under `masks`. NumPy wraps a dict that it saves into an array of one object."""
    if isinstance(held, Noted) and held.kind == "_reconstruct":
        (held,) = held.state[4]
    masks = held.get("masks") if isinstance(held, dict) else None
    if isinstance(masks, Noted) and masks.kind == "_reconstruct":
        return masks
    raise MaskError(
        f"{path.name} has no masks in it.",
        'A file of Cellpose holds the labels under the name "masks".',
        "Open the picture in Cellpose, segment it, and save it with Ctrl+S.",
    )


def _array(noted: Noted) -> NDArray[np.generic]:
    """The array that was noted, made of its bytes. Raises ValueError, TypeError when they do not fit together."""
    _, shape, dtype, fortran, data = noted.state
    kind = _plain_type(dtype)
    if not isinstance(data, bytes) or len(shape) > 4 or not all(type(side) is int for side in shape):
        raise ValueError("its masks are no array of numbers")
    if any(not 0 <= side <= len(data) for side in shape) or math.prod(shape) * kind.itemsize != len(data):
        raise ValueError(f"its masks have {len(data)} bytes, which do not fit their size")
    return np.frombuffer(data, kind).reshape(shape, order="F" if fortran else "C")


def _plain_type(noted: Any) -> np.dtype[Any]:
    """A type of whole or broken numbers, from what was noted of it."""
    name, order = (noted.made_of[0], noted.state[1]) if isinstance(noted, Noted) and noted.state else ("", "")
    if not isinstance(name, str) or not re.fullmatch(r"b1|[iu][1248]|f[248]", name) or order not in ("<", ">", "|"):
        raise ValueError("its masks are of a type that is no plain number")
    return np.dtype(name if order == "|" else f"{order}{name}")


def _not_plain(path: Path, why: str) -> MaskError:
    return MaskError(
        f"{path.name} was not opened: {shortened(why)}.",
        "Such a file can run any program when it is opened, so only numbers, words and arrays are accepted in it.",
        "Do not open it elsewhere if you do not know who made it; else export the masks from Cellpose as TIFF or PNG.",
    )
