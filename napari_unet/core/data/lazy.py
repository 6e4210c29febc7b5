"""A picture that stays in its file: slicing it reads only the pieces that are touched.

`open_lazily("slide.ome.zarr").image[:, 1000:2000, 500:900]` is an ordinary array (C, 1000, 400).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from types import EllipsisType

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import CHANNELS, NO_AXIS, Grid, channels_first, in_order, named, stretched, told_axes
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.read import TIFF_SUFFIXES, file_stem, read_picture, sayable, shown_name
from napari_unet.core.data.read_zarr import open_zarr
from napari_unet.core.data.sliced import Mapped, Opened, Sliced, outline
from napari_unet.core.data.tiff_pieces import open_tiff
from napari_unet.core.data.vendor_files import VENDOR_SUFFIXES, is_scene, open_vendor
from napari_unet.core.data.zarr_folder import is_zarr
from napari_unet.core.errors import PictureError

Along = int | slice
Key = Along | EllipsisType | tuple[Along | EllipsisType, ...]


class LazyArray:
    """(C, [T,] [Z,] Y, X) of a file. Indexed with whole numbers, slices and `...`, it gives what numpy would.

    Parameters
    ----------
    source : the array in its file.
    axes : a letter for each of its axes, as tifffile names them.
    name : the picture's, for errors.

    Raises
    ------
    PictureError, AxesError : as `channels_first` does; and values that are no plain numbers.
    """

    def __init__(self, source: Sliced, axes: str, name: str) -> None:
        grid = Grid(outline(source.shape, source.dtype), axes)
        self._source = source
        self._kept = named(grid, name).axes
        has = [side != 1 or axis in "YX" for side, axis in zip(source.shape, axes, strict=True)]
        self._letters = _lettered(self._kept, has)
        arranged = channels_first(grid, name)
        self.shape: tuple[int, ...] = arranged.array.shape
        self.axes = arranged.axes
        if source.dtype.kind not in "buif":
            raise PictureError(f"{name} holds values of the type {source.dtype}.", "A picture has plain numbers.")
        plain = np.dtype(np.uint8) if source.dtype.kind == "b" else source.dtype.newbyteorder("=")
        self.dtype: np.dtype[np.generic] = plain

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many values it has."""
        return prod(self.shape)

    @property
    def nbytes(self) -> int:
        """How many bytes it would take in memory."""
        return self.size * self.dtype.itemsize

    @property
    def pieces(self) -> tuple[int, ...]:
        """The sides of the pieces in which the file keeps it, along the same axes: nothing smaller can be read."""
        sides = dict(zip(self._letters, self._source.chunks, strict=True))
        sides["C"] = prod(sides[axis] for axis in CHANNELS if axis in self._kept)
        return tuple(min(sides[axis], side) for axis, side in zip(self.axes, self.shape, strict=True))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Key) -> NDArray[np.generic]:
        picked = [range(side)[along] for side, along in zip(self.shape, _spelled(key, self.ndim), strict=True)]
        bounds = [_bounds(one) for one in picked]
        rest = tuple(0 if isinstance(one, int) else slice(None, None, one.step) for one in picked)
        if any(low == high for low, high in bounds):
            return np.zeros([high - low for low, high in bounds], self.dtype)[rest]
        return self._read(bounds)[rest]

    def __array__(self, dtype: np.dtype[np.generic] | None = None, copy: bool | None = None) -> NDArray[np.generic]:
        whole = self[...]
        return whole if dtype is None else whole.astype(dtype, copy=False)

    def first_channels(self, count: int) -> LazyArray:
        """The same without the channels behind the first `count`."""
        fewer = object.__new__(LazyArray)
        fewer.__dict__.update(self.__dict__, shape=(count, *self.shape[1:]))
        return fewer

    def _read(self, bounds: Sequence[tuple[int, int]]) -> NDArray[np.generic]:
        """What lies within the bounds along (C, [T,] [Z,] Y, X)."""
        wanted = dict(zip(self.axes, bounds, strict=True))
        channels = [axis for axis in CHANNELS if axis in self._kept]
        if len(channels) == 1:
            wanted[channels[0]] = wanted["C"]
        both = len(channels) == 2  # which lie how in C is known only when they are there
        key = tuple(
            slice(0, side) if letter not in wanted or (both and letter in CHANNELS) else slice(*wanted[letter])
            for letter, side in zip(self._letters, self._source.shape, strict=True)
        )
        part = self._source[key]
        drop = tuple(at for at, letter in enumerate(self._letters) if letter not in self._kept)
        ordered = in_order(part.squeeze(drop), self._kept)
        if both:
            ordered = ordered[slice(*bounds[0])]
        return ordered.astype(self.dtype, copy=False)


@dataclass(frozen=True)
class LazyPicture:
    """What `Picture` is, but for `image`, whose pixels are still in the file. Values that are no numbers (NaN) were not
    looked for. `note` says what a person should know of how it was read, `files` which others it was read from.
    """

    name: str
    image: LazyArray
    pixel_size: tuple[float, ...]
    unit: str
    channel_names: tuple[str, ...]
    source: str
    told: str = ""
    note: str = ""
    files: tuple[str, ...] = ()

    @property
    def axes(self) -> str:
        """A letter for each axis of `image`: CYX, CZYX, CTYX or CTZYX."""
        return self.image.axes

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        """Shape along ([T,] [Z,] Y, X)."""
        return self.image.shape[1:]

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.image.shape[0]

    def part(self, *along: slice) -> Picture:
        """A part as a picture in memory: slices along ([T,] [Z,] Y, X). Raises PictureError."""
        about = self.pixel_size, self.unit, self.channel_names, self.source, self.axes, self.told
        return Picture(self.name, self.image[(slice(None), *along)], *about, files=self.files)


def open_lazily(path: Path, axes: str = "") -> LazyPicture:
    """Open a picture and read what it says of itself, but no pixel.

    Zarr and TIFFs of tiles or strips are read a part at a time, uncompressed TIFFs and NPY are mapped. What can only be
    read whole (PNG, JPG, TIFFs packed in rare ways) is in memory.

    Parameters
    ----------
    axes : as in `read_picture`.

    Raises
    ------
    PictureError, AxesError : as `read_picture`; that a piece is damaged is told when it is read.
    """
    opened = _opened(path)
    if opened is None:
        return _in_memory(read_picture(path, axes))
    loaded = opened.loaded
    told = told_axes(axes, loaded.grid, shown_name(path)).axes if axes else ""
    letters = stretched(told or loaded.grid.axes, loaded.grid)
    image = LazyArray(opened.pieces, letters, shown_name(path))
    image = image.first_channels(loaded.plain_channels(image.shape[0]))
    return LazyPicture(
        name=sayable(file_stem(path)),
        image=image,
        pixel_size=loaded.sizes(image.axes),
        unit=loaded.unit,
        channel_names=loaded.names_of(image.shape[0]),
        source=sayable(str(path)),
        told=told,
        note=loaded.note,
        files=tuple(map(sayable, loaded.files)),
    )


def _opened(path: Path) -> Opened | None:
    """The file, open for slicing; None where it can only be read whole, or not at all."""
    if is_zarr(path):
        return open_zarr(path)
    if is_scene(path) or (path.is_file() and path.suffix.lower() in VENDOR_SUFFIXES):
        return open_vendor(path)
    there = path.is_file() and path.stat().st_size
    return open_tiff(path) if there and path.suffix.lower() in TIFF_SUFFIXES else None


def _in_memory(picture: Picture) -> LazyPicture:
    return LazyPicture(
        picture.name,
        LazyArray(Mapped(picture.image), picture.axes, picture.name),
        picture.pixel_size,
        picture.unit,
        picture.channel_names,
        picture.source,
        picture.told,
        picture.note,
        picture.files,
    )


def _lettered(letters: str, which: Sequence[bool]) -> str:
    """The letters, one for each axis that has one; those without have NO_AXIS."""
    left = iter(letters)
    return "".join(next(left) if has else NO_AXIS for has in which)


def _spelled(key: Key, count: int) -> list[Along]:
    """An index for each of `count` axes. Raises IndexError for more."""
    given = list(key) if isinstance(key, tuple) else [key]
    if Ellipsis not in given:
        given.append(Ellipsis)
    at = given.index(Ellipsis)
    missing = count + 1 - len(given)
    if missing < 0:
        raise IndexError(f"{len(given) - 1} indices for {count} axes")
    spelled = [*given[:at], *[slice(None)] * missing, *given[at + 1 :]]
    return [one for one in spelled if not isinstance(one, EllipsisType)]


def _bounds(picked: int | range) -> tuple[int, int]:
    """From where to where along an axis something is picked; the same twice where nothing is."""
    if isinstance(picked, int):
        return picked, picked + 1
    return (min(picked[0], picked[-1]), max(picked[0], picked[-1]) + 1) if picked else (0, 0)
