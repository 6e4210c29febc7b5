"""A TIFF of which only those tiles, or strips, are read that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.read_tiff import BROKEN, broken, describe, reading, said
from napari_unet.core.data.sliced import Opened, Sliced, outline
from napari_unet.core.errors import PictureError

JPEG = (6, 7, 34892, 33007)
"""The ways of packing whose tables stand beside the pieces."""


@dataclass(frozen=True)
class _Page:
    """Where the pieces of a plane lie."""

    file: Path
    offsets: tuple[int, ...]
    sizes: tuple[int, ...]
    tables: Mapping[str, Any]


class TiffPixels:
    """A TIFF series whose pixels stand in the file as they are, one behind the other; see `Sliced`.

    Each part that is read is mapped anew and let go of with it: what was ever looked at of one large map counts as this
    process's memory, in the end as much as the file has.
    """

    def __init__(self, path: Path, dtype: np.dtype[np.generic], offset: int, shape: tuple[int, ...]) -> None:
        self._path, self._offset = path, offset
        self.dtype, self.shape = dtype, shape
        self.chunks = (*(1 for _ in shape[:-1]), *shape[-1:])

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.generic]:
        try:
            return np.memmap(self._path, self.dtype, "r", self._offset, self.shape)[key]
        except BROKEN as error:
            raise broken(self._path, said(error)) from error


class TiffPieces:
    """The planes of a TIFF series in pieces; see `Sliced`. The file is opened anew for each part that is read.

    Raises ValueError when the series is none of planes of equal pieces.
    """

    def __init__(self, path: Path, series: Any) -> None:
        frame = series.keyframe
        self._path, self._inner = path, frame.axes
        self.shape: tuple[int, ...] = tuple(series.shape)
        self.dtype: np.dtype[np.generic] = series.dtype
        self._leading = self.shape[: len(self.shape) - len(frame.shape)]
        if self.shape[len(self._leading) :] != tuple(frame.shape) or self._inner not in ("YX", "YXS", "SYX"):
            raise ValueError("its planes are no part of its shape")
        if prod(self._leading) != len(series) or series.transform is not None or frame.imagedepth != 1:
            raise ValueError("its planes are not kept one by one")
        length = frame.tilelength if frame.is_tiled else frame.rowsperstrip
        width = frame.tilewidth if frame.is_tiled else frame.imagewidth
        self._sides = min(length, frame.imagelength), width
        self._grid = -(-frame.imagelength // length), -(-frame.imagewidth // width)
        self._decode = frame.decode
        self._pages = [_page(page, frame) for page in series]
        inner = {"Y": self._sides[0], "X": min(width, frame.imagewidth), "S": frame.samplesperpixel}
        sides = (1 if axis == "S" and self._inner == "SYX" else inner[axis] for axis in self._inner)
        self.chunks = (*(1 for _ in self._leading), *sides)

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.generic]:
        count = len(self._leading)
        part = np.zeros([along.stop - along.start for along in key], self.dtype)
        try:
            with ExitStack() as files:
                opened: dict[Path, BinaryIO] = {}
                for place in np.ndindex(part.shape[:count]):
                    at = tuple(along.start + step for along, step in zip(key, place, strict=False))
                    page = self._pages[int(np.ravel_multi_index(at, self._leading)) if count else 0]
                    if page is not None:
                        if page.file not in opened:
                            opened[page.file] = files.enter_context(page.file.open("rb"))
                        self._fill(part[place], page, opened[page.file], key[count:])
        except BROKEN as error:
            raise broken(self._path, said(error)) from error
        return part

    def _fill(self, part: NDArray[np.generic], page: _Page, file: BinaryIO, key: tuple[slice, ...]) -> None:
        """Read what of a plane lies in `key` into `part`. A piece that the file leaves out is 0, as TIFF has it."""
        along = dict(zip(self._inner, key, strict=True))
        samples = along.get("S", slice(0, 1))
        apart = self._inner == "SYX"
        whole = part if apart else part[None]
        for sample in range(samples.start, samples.stop) if apart else (0,):
            for number in self._touched(sample, along["Y"], along["X"]):
                if not page.sizes[number]:
                    continue
                file.seek(page.offsets[number])
                piece, at, _ = self._decode(file.read(page.sizes[number]), number, **page.tables)
                here, there = _overlap(at[2], piece.shape[1], along["Y"]), _overlap(at[3], piece.shape[2], along["X"])
                found = piece[0, here[0], there[0]]
                found = found[..., samples] if self._inner == "YXS" else found[..., 0]
                whole[sample - samples.start if apart else 0][here[1], there[1]] = found

    def _touched(self, sample: int, rows: slice, columns: slice) -> Iterator[int]:
        """The numbers of the pieces that a part of a plane touches."""
        (height, width), (down, across) = self._sides, self._grid
        for row in range(rows.start // height, -(-rows.stop // height)):
            for column in range(columns.start // width, -(-columns.stop // width)):
                yield (sample * down + row) * across + column


def open_tiff(path: Path) -> Opened | None:
    """The first picture in a TIFF, of which no pixel is read yet; None where it can only be read whole.

    Raises PictureError.
    """
    with reading(path) as tiff:
        loaded = describe(tiff, path, lambda series, _: outline(tuple(series.shape), series.dtype))
        pieces = _pieces(path, tiff.series[0])
    return None if pieces is None else Opened(loaded, pieces)


def _pieces(path: Path, series: Any) -> Sliced | None:
    if series.dataoffset is not None:
        dtype = series.dtype.newbyteorder(series.keyframe.parent.byteorder)
        pixels = TiffPixels(path, dtype, series.dataoffset, tuple(series.shape))
        pixels[tuple(slice(0, 1) for _ in pixels.shape)]  # a file that is cut off is known now
        return pixels
    try:
        pieces = TiffPieces(path, series)
        pieces[tuple(slice(0, 1) for _ in pieces.shape)]  # what cannot be unpacked here is known now
    except (ValueError, PictureError):
        return None
    return pieces


def _page(page: Any, frame: Any) -> _Page | None:
    """What is needed of a page once its file is closed; None for a plane that the file leaves out."""
    if page is None:
        return None
    packed = frame.compression in JPEG
    tables = {"jpegtables": page.jpegtables, "jpegheader": frame.jpegheader} if packed else {}
    file = Path(page.parent.filehandle.path)
    return _Page(file, tuple(page.dataoffsets), tuple(page.databytecounts), tables)


def _overlap(start: int, length: int, wanted: slice) -> tuple[slice, slice]:
    """Where, along an axis, a piece and the part that is wanted lie on each other: in the piece, and in the part."""
    first, last = max(start, wanted.start), min(start + length, wanted.stop)
    return slice(first - start, last - start), slice(first - wanted.start, last - wanted.start)
