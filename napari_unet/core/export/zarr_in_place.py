"""Parts put into the labels of an OME-Zarr where those lie: only the files in which a part lies are replaced.

They are made whole beside it first, in all sizes of the labels, and then renamed over the old ones, one by one:
whatever breaks that off, each file is the old or the new one. Needs the package zarr.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import replace_files, scratch_folder, storage_errors
from napari_unet.core.data.part import Window
from napari_unet.core.data.zarr_folder import ABOUT, ARRAY, BOTH, GROUP, Node, datasets, multiscale, node
from napari_unet.core.data.zarr_picture import Told, described
from napari_unet.core.data.zarr_pieces import ZarrPieces, open_pieces, zarr_package
from napari_unet.core.errors import SettingsError

ABOUTS = (BOTH, GROUP, ARRAY, ABOUT)
"""Files of a Zarr that hold no pixels."""

Put = tuple[Window, NDArray[np.uint32]]
"""Where in the whole, along (Y, X), labels ([T,] [Z,] h, w) go."""

Bounds = tuple[range, ...]


@dataclass(frozen=True)
class _Size:
    """One of the sizes of labels.

    Parameters
    ----------
    letters : an axis of the array each.
    steps : every so-many-th pixel of the full resolution is there, along each axis.
    """

    array: Node
    pieces: ZarrPieces
    letters: str
    steps: tuple[int, ...]

    def bounds(self, axes: str, window: Window) -> Bounds:
        """Where a part lies in it, along each axis of the array; `axes` are those of labels."""
        at = {**dict.fromkeys(axes, slice(None)), **dict(zip(axes[-2:], window, strict=True))}
        told = zip(self.letters, self.steps, self.pieces.shape, strict=True)
        return tuple(_thinned(at.get(letter, slice(None)), step, side) for letter, step, side in told)

    def touched(self, all_bounds: Sequence[Bounds]) -> Iterator[tuple[slice, ...]]:
        """The files, each as slices of the array, in which something of these lies."""
        chunks, places = self.pieces.chunks, set[tuple[int, ...]]()
        for bounds in all_bounds:
            along = zip(bounds, chunks, strict=True)
            places.update(product(*(range(at.start // side, -(-at.stop // side) if at else 0) for at, side in along)))
        for place in sorted(places):
            sides = zip(place, chunks, self.pieces.shape, strict=True)
            yield tuple(slice(at * side, min((at + 1) * side, whole)) for at, side, whole in sides)

    def paste(self, block: NDArray[np.generic], key: tuple[slice, ...], axes: str, put: Put, bounds: Bounds) -> None:
        """Put what of a part lies in this file into its numbers."""
        window, labels = put
        low = [max(b.start, k.start) for b, k in zip(bounds, key, strict=True)]
        high = [min(b.stop, k.stop) for b, k in zip(bounds, key, strict=True)]
        if any(first >= last for first, last in zip(low, high, strict=True)):
            return
        begins = {**dict.fromkeys(axes, 0), **{axis: at.start for axis, at in zip(axes[-2:], window, strict=True)}}
        taken = {
            letter: slice(first * step - begins[letter], (last - 1) * step - begins[letter] + 1, step)
            for letter, step, first, last in zip(self.letters, self.steps, low, high, strict=True)
            if letter in axes
        }
        there = labels[tuple(taken[axis] for axis in axes)].transpose([axes.index(one) for one in taken])
        where = tuple(slice(first - k.start, last - k.start) for first, last, k in zip(low, high, key, strict=True))
        block[where] = there.reshape([last - first for first, last in zip(low, high, strict=True)])


def put_into(path: Path, axes: str, parts: Sequence[Put], highest: int) -> bool:
    """Put parts into the labels of an OME-Zarr, a folder in it; of those that overlap, the last one holds.

    Parameters
    ----------
    axes : of the labels of all parts, ([T,] [Z,] Y, X).
    highest : no number in them is higher.

    Returns
    -------
    done : False, and nothing is changed, where the labels must be written anew: their numbers need more bits, or a
        smaller size of them is none of every so-many-th pixel.

    Raises
    ------
    SettingsError : the package zarr is missing.
    PictureError : a file of the labels is damaged.
    StorageError : the disk is full, or the folder cannot be written. Then the labels are as they were.
    """
    zarr = zarr_package("written", SettingsError)
    sizes = _sizes(path, axes, highest)
    with scratch_folder(path) as scratch, storage_errors(path):
        for number, size in enumerate(sizes):
            fresh = scratch / str(number)
            fresh.mkdir()
            for name in ABOUTS:
                if (size.array.path / name).is_file():
                    shutil.copyfile(size.array.path / name, fresh / name)
            with zarr.config.set({"array.write_empty_chunks": True}):  # a file that is left out would replace nothing
                made = zarr.open_array(store=fresh, mode="r+", zarr_format=size.array.layout)
                bounds = [size.bounds(axes, window) for window, _ in parts]
                for key in size.touched(bounds):
                    block = np.array(size.pieces[key])
                    for put, at in zip(parts, bounds, strict=True):
                        size.paste(block, key, axes, put, at)
                    made[key] = block
        for number, size in enumerate(sizes):
            replace_files(scratch / str(number), size.array.path, ABOUTS)
    return bool(sizes)


def _thinned(along: slice, step: int, side: int) -> range:
    """Which of every so-many-th pixel lie in a slice of the full resolution."""
    start, stop = along.start or 0, side * step if along.stop is None else along.stop
    return range(min(-(-start // step), side), min(-(-stop // step), side))


def _sizes(path: Path, axes: str, highest: int) -> list[_Size]:
    """The sizes of the labels, full resolution first; none where parts cannot be put into all of them as they are."""
    found, told = node(path), described(path)
    full = told.shape
    letters = told.axes or (axes if len(full) == len(axes) else "")
    if not set(axes) <= set(letters) or any(
        side > 1 for letter, side in zip(letters, full, strict=True) if letter not in axes
    ):
        return []
    sizes = None if found.array else multiscale(found)
    arrays = [told.array] if sizes is None else [node(path / level) for level, _ in datasets(found, sizes)]
    made: list[_Size] = []
    for array in arrays:
        shape = Told(array, letters).shape
        pieces, _ = open_pieces(array, shape)
        steps = tuple(max(1, round(whole / max(1, side))) for whole, side in zip(full, shape, strict=False))
        even = len(shape) == len(full) and all(
            side in (-(-whole // step), whole // step) for whole, side, step in zip(full, shape, steps, strict=True)
        )
        numbers: np.dtype[Any] = pieces.dtype
        if not even or numbers.kind not in "ui" or highest > np.iinfo(numbers).max:
            return []
        made.append(_Size(array, pieces, letters, steps))
    return made
