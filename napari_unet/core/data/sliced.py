"""Arrays in files that are read a part at a time: what they have in common, and bringing one in whole."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import IO, Protocol

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.read_tiff import Loaded

MOST_HELD = 2**31
"""Bytes of an array that is brought into memory; a larger one goes to a temporary file, a part at a time."""

PART = 2**28
"""Bytes that are brought into such a file at once, about."""


class Sliced(Protocol):
    """An array that stays in its file; slicing it reads what is asked for."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sides, in the order of the file."""

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The type of its values."""

    @property
    def chunks(self) -> tuple[int, ...]:
        """The sides of the pieces in which the file keeps it: nothing smaller can be read."""

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.generic]:
        """A part: a slice for each axis, with a start, a stop and no step. Raises PictureError."""


class Mapped:
    """An array that is in memory, or mapped from a file, as one that is sliced."""

    def __init__(self, array: NDArray[np.generic]) -> None:
        self._array = array
        self.shape: tuple[int, ...] = array.shape
        self.dtype = array.dtype
        self.chunks = (*(1 for _ in self.shape[:-1]), *self.shape[-1:])

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.generic]:
        return self._array[key]


@dataclass(frozen=True)
class Opened:
    """A file of which only what it says of itself was read: the grid in `loaded` is an `outline`, `pieces` has the
    pixels.
    """

    loaded: Loaded
    pieces: Sliced


def outline(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    """An array of this shape and type that takes no memory: for asking what becomes of its axes."""
    return np.broadcast_to(np.zeros((), dtype), shape)


def held(source: Sliced) -> NDArray[np.generic]:
    """All of it. What is larger than `MOST_HELD` is mapped from a file without a name, which goes with the array.

    Raises
    ------
    PictureError : a part cannot be read.
    StorageError : there is no room for the file.
    """
    if prod(source.shape) * source.dtype.itemsize <= MOST_HELD:
        return np.asarray(source[tuple(slice(0, side) for side in source.shape)])
    array = _unnamed_file(source.shape, source.dtype)
    for part in _parts(source):
        array[part] = source[part]
    return array


def _unnamed_file(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    size = prod(shape) * dtype.itemsize
    with storage_errors(Path(tempfile.gettempdir()) / "a picture"), tempfile.TemporaryFile() as file:
        _reserve(file, size)
        return np.memmap(file, dtype, "r+", shape=shape)


def _reserve(file: IO[bytes], size: int) -> None:
    """Take the room now, where the system can: a disk that is full later would be the end of the program."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
                raise
    file.truncate(size)


def _parts(source: Sliced) -> Iterator[tuple[slice, ...]]:
    """The array in parts of whole pieces: along its first axes as many as fit into `PART`, whole along the others."""
    sides = list(source.chunks)
    for axis in reversed(range(len(sides))):
        rest = prod(sides[:axis]) * prod(source.shape[axis + 1 :]) * source.dtype.itemsize
        most = max(1, PART // max(1, rest * sides[axis]))
        sides[axis] = min(source.shape[axis], sides[axis] * most)
    starts = (range(0, whole, side) for whole, side in zip(source.shape, sides, strict=True))
    for place in product(*starts):
        yield tuple(
            slice(start, min(start + side, whole))
            for start, side, whole in zip(place, sides, source.shape, strict=True)
        )
