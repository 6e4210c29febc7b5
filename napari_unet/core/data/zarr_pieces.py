"""The pixels of a Zarr array, read by the package zarr, which is asked only for what was looked at first.

A folder comes from anybody: what it says of its size, and of how its pieces are packed, is checked before memory is
taken or anything is unpacked. One way of packing in format 2 is Python's pickle, which runs what it unpacks.
"""

from __future__ import annotations

import lzma
import os
import re
from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.blosc_heads import BloscHeads
from napari_unet.core.data.read_tiff import BROKEN, MOST_GROWN, MOST_UNPACKED, said
from napari_unet.core.data.zarr_folder import ABOUT, ARRAY, BOTH, GROUP, Node, damaged, shown
from napari_unet.core.errors import PictureError, UnetError

NOT_READ = (*BROKEN, EOFError, ImportError, SystemError, lzma.LZMAError)
"""What zarr and its ways of packing raise."""

PACKINGS = {
    "adler32", "astype", "bitround", "blosc", "bytes", "bz2", "crc32", "crc32c", "delta", "fixedscaleoffset",
    "fletcher32", "gzip", "lz4", "lzma", "packbits", "pcodec", "quantize", "sharding_indexed", "shuffle", "transpose",
    "zfpy", "zlib", "zstd",
}  # fmt: skip
"""The ways of packing numbers; some need a package more. None of them runs anything."""

OLD_TYPE = re.compile(r"[<>|][biuf]\d{1,2}")
NEW_TYPE = re.compile(r"bool|u?int(8|16|32|64)|float(16|32|64)")

ROOM = 2**31
"""Bytes that an array may always have: of masks, pieces without an object are not written."""

MOST_MISSING, FOR_EACH = 50_000, 100
"""Pieces that may always be missing, and besides for each that is there."""

DEEPEST = 4
"""Ways of packing within each other."""


class Stored(NamedTuple):
    """What of an array is in its folder: of how many `pieces` in all how many `there` are, and their bytes."""

    pieces: int
    there: int
    size: int


class ZarrPieces:
    """A Zarr array; see `Sliced`."""

    def __init__(self, array: Any, about: Node, chunks: tuple[int, ...]) -> None:
        self._array, self._path = array, about.path
        self.shape: tuple[int, ...] = tuple(array.shape)
        self.dtype: np.dtype[np.generic] = np.dtype(array.dtype)
        self.chunks = chunks
        self._heads = BloscHeads.made_for(about, chunks, prod(chunks) * self.dtype.itemsize)

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.generic]:
        try:
            if self._heads is not None:
                self._heads.check(key)
            return np.asarray(self._array[key])
        except NOT_READ as error:
            raise damaged(self._path, f"a piece of it is damaged, {said(error)}") from error


def zarr_package(what: str, kind: type[UnetError]) -> Any:
    """The package zarr. Raises the kind of error, which says `what` cannot be done without it."""
    try:
        import zarr  # an extra: most people do not need it
    except ImportError:
        raise kind(
            f"OME-Zarr cannot be {what}: the package zarr is not installed.",
            "It comes with an extra of this program.",
            'Install it with: pip install "napari-unet-loop[zarr]"',
        ) from None
    return zarr


def open_pieces(array: Node, shape: tuple[int, ...]) -> tuple[ZarrPieces, Stored]:
    """The pixels of an array that says it has this shape, and what of them is there.

    Raises
    ------
    PictureError : zarr is not installed; it says it holds more than it can, or numbers of no picture, or is packed in
        a way that we do not unpack; it is damaged.
    """
    zarr = zarr_package("read", PictureError)
    _check_type(array)
    _check_packings(array)
    chunks = _chunks(array, len(shape))
    try:
        stored = _stored(array, shape, chunks)
        opened = zarr.open_array(store=array.path, mode="r", zarr_format=array.layout)
        pieces = ZarrPieces(opened, array, chunks)
    except NOT_READ as error:
        raise damaged(array.path, said(error)) from error
    if pieces.shape != shape:
        raise damaged(array.path, "it says two things about its shape")
    _check_size(array, prod(shape) * pieces.dtype.itemsize, stored, ROOM)
    _check_size(array, prod(chunks) * pieces.dtype.itemsize, stored, MOST_UNPACKED)
    return pieces, stored


def _check_type(array: Node) -> None:
    told = array.array.get("dtype" if array.layout == 2 else "data_type")
    pattern = OLD_TYPE if array.layout == 2 else NEW_TYPE
    if not isinstance(told, str) or not pattern.fullmatch(told):
        raise PictureError(
            f"{shown(array.path)} holds values of the type {str(told)[:60]}.", "A picture has plain numbers."
        )


def _check_packings(array: Node) -> None:
    """Raises PictureError for a way of packing that is not among those we know."""
    told = array.array
    ways = [told.get("compressor"), told.get("filters")] if array.layout == 2 else told.get("codecs")
    for name in _names(ways, DEEPEST):
        if name.removeprefix("numcodecs.") not in PACKINGS:
            raise PictureError(
                f"{shown(array.path)} is packed in a way that we do not unpack ({name[:60]}).",
                "Known are blosc, zstd, gzip and other ways of packing numbers.",
                "Write it again with one of these, or save the picture as TIFF.",
            )


def _names(ways: object, left: int) -> list[str]:
    """The names of all ways of packing, those within others among them."""
    if isinstance(ways, str):
        return [ways]
    if isinstance(ways, list):
        return [name for way in ways for name in _names(way, left)]
    if not isinstance(ways, Mapping) or not left:
        return [] if ways is None else ["?"]
    inner = ways.get("configuration")
    within = [inner.get(key) for key in ("codecs", "index_codecs")] if isinstance(inner, Mapping) else []
    return [str(ways.get("id", ways.get("name"))), *_names(within, left - 1)]


def _chunks(array: Node, count: int) -> tuple[int, ...]:
    """The sides of the files in which an array is kept. Raises PictureError."""
    sides = array.array.get("chunks")
    if array.layout == 3:
        grid = array.array.get("chunk_grid")
        inner = grid.get("configuration") if isinstance(grid, Mapping) and grid.get("name") == "regular" else None
        sides = inner.get("chunk_shape") if isinstance(inner, Mapping) else None
    whole = isinstance(sides, list) and all(type(side) is int and side > 0 for side in sides)
    if not isinstance(sides, list) or not whole or len(sides) != count:
        raise damaged(array.path, "it does not say what sides its pieces have")
    return tuple(sides)


def _stored(array: Node, shape: tuple[int, ...], chunks: tuple[int, ...]) -> Stored:
    pieces = prod(-(-side // piece) for side, piece in zip(shape, chunks, strict=True))
    there, size = 0, 0
    for folder, _, files in os.walk(array.path):
        for file in files:
            if file not in (BOTH, GROUP, ARRAY, ABOUT) and not file.startswith("."):
                there, size = there + 1, size + os.path.getsize(os.path.join(folder, file))
    return Stored(pieces, there, size)


def _check_size(array: Node, size: int, stored: Stored, room: int) -> None:
    """Raises PictureError when a folder of a few bytes says that it holds more than it can, before memory is taken."""
    too_large = size > room and size > MOST_GROWN * stored.size
    if too_large or stored.pieces > MOST_MISSING + FOR_EACH * stored.there:
        raise PictureError(
            f"{shown(array.path)} says that it holds {size / 2**30:,.1f} GiB in {stored.pieces:,} pieces, but "
            f"{stored.there:,} with {stored.size:,} bytes are there.",
            "So much cannot be packed into so little: it is damaged, or made to fill the memory.",
            "Copy the whole folder again from where it came from.",
        )
