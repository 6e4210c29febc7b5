"""An array too large for memory, kept in files of a block each while a picture is worked on."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.large.grid import Block, Window, blocks, shape_of, shared, within

Key = tuple[slice, slice, slice]
"""Planes, rows and columns; ends may be left open, steps are always 1."""

ZEROS = bytes(2**20)


class Store:
    """An array (K, Y, X) on the disk. Any window is read and written as of an array in memory; at first it is all 0.

    Files are opened for a moment only, and mapped, so that next to nothing of them counts as this process's memory.

    Parameters
    ----------
    folder : where the files go; made when missing.
    side : of a block, in pixels.
    below : what is read where nothing was put here; an array of the same shape.

    Raises
    ------
    StorageError : the disk is full, or the folder cannot be written.
    """

    def __init__(
        self, folder: Path, shape: tuple[int, ...], dtype: type[np.generic], side: int, below: Store | None = None
    ) -> None:
        self.shape, self.dtype, self.ndim = shape, np.dtype(dtype), len(shape)
        self._folder, self._below, self._side = folder, below, side
        self._blocks = {block.place: block for block in blocks((shape[1], shape[2]), side)}
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, key: Key) -> NDArray[Any]:
        planes, window = closed_key(key, self.shape)
        part = np.zeros((planes.stop - planes.start, *shape_of(window)), self.dtype)
        for block, common in self.touched(window):
            there = self._mapped(block, "r")
            if there is not None:
                part[(slice(None), *within(common, window))] = there[(planes, *within(common, block.core))]
        return part

    def __setitem__(self, key: Key, values: NDArray[Any]) -> None:
        planes, window = closed_key(key, self.shape)
        for block, common in self.touched(window):
            self._make(block)
            there = self._mapped(block, "r+")
            assert there is not None
            there[(planes, *within(common, block.core))] = values[(slice(None), *within(common, window))]

    def put(self, block: Block, values: NDArray[Any]) -> None:
        """Write all of a block (K, y, x), whole or not at all, so that two may do the same."""
        file = self._file(block)
        part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
        with storage_errors(file):
            np.ascontiguousarray(values, self.dtype).tofile(part)
            os.replace(part, file)

    def has(self, block: Block) -> bool:
        """Whether something was written to a block."""
        return self._file(block).exists()

    def drop(self, block: Block) -> None:
        """Forget a block, to make room."""
        self._file(block).unlink(missing_ok=True)

    def _file(self, block: Block) -> Path:
        return self._folder / "{}-{}".format(*block.place)

    def touched(self, window: Window) -> Iterator[tuple[Block, Window]]:
        """The blocks that a window touches, each with what of the window lies in it."""
        rows, columns = (range(part.start // self._side, -(-part.stop // self._side)) for part in window)
        for place in ((i, j) for i in rows for j in columns):
            block = self._blocks[place]
            common = shared(window, block.core)
            if common is not None:
                yield block, common

    def _mapped(self, block: Block, mode: Any) -> NDArray[Any] | None:
        """The file of a block as an array (K, y, x); None where there is none."""
        file = self._file(block)
        if not file.exists():
            return None if self._below is None else self._below._mapped(block, mode)
        return np.memmap(file, self.dtype, mode, shape=(self.shape[0], *shape_of(block.core)))

    def _make(self, block: Block) -> None:
        """Make the file of a block, of zeros. All its room is taken now: a full disk under a mapped file is the end."""
        file = self._file(block)
        if file.exists():
            return
        size = int(np.prod((self.shape[0], *shape_of(block.core)))) * self.dtype.itemsize
        with storage_errors(file), file.open("wb") as opened:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(opened.fileno(), 0, size)
            else:
                for start in range(0, size, len(ZEROS)):
                    opened.write(ZEROS[: size - start])


class OneBlock:
    """A block of such an array, in memory: what is written beside it is forgotten. Begins as zeros."""

    def __init__(self, shape: tuple[int, ...], block: Block) -> None:
        self.shape, self._core = shape, block.core
        self.values = np.zeros((shape[0], *shape_of(block.core)), np.float32)

    def __getitem__(self, key: Key) -> NDArray[np.float32]:
        planes, window = closed_key(key, self.shape)
        part = np.zeros((planes.stop - planes.start, *shape_of(window)), np.float32)
        if common := shared(window, self._core):
            part[(slice(None), *within(common, window))] = self.values[(planes, *within(common, self._core))]
        return part

    def __setitem__(self, key: Key, new: NDArray[np.float32]) -> None:
        planes, window = closed_key(key, self.shape)
        if common := shared(window, self._core):
            self.values[(planes, *within(common, self._core))] = new[(slice(None), *within(common, window))]


def closed_key(key: Key, shape: tuple[int, ...]) -> tuple[slice, Window]:
    """The planes, and the rows and columns, of a key whose ends may be open."""
    planes, rows, columns = (slice(*part.indices(side)[:2]) for part, side in zip(key, shape, strict=True))
    return planes, (rows, columns)
