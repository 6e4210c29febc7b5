"""One ImageJ selection, from the bytes of a .roi file.

Big-endian; a head of 64 bytes, then coordinates. Source: ImageJ, ij/io/RoiDecoder.java, whose comments are the format's
only description.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.importing.outline import Points, box, oval

MAGIC, HEAD, TAIL = b"Iout", 64, 16
POLYGON, RECTANGLE, OVAL, FREELINE, POLYLINE, FREEHAND, TRACED = 0, 1, 2, 4, 5, 7, 8
OPEN, CLOSED = (FREELINE, POLYLINE), (POLYGON, FREEHAND, TRACED)
TEXT, ELLIPSE, IMAGE, ROTATED = 1, 3, 4, 5
SUBPIXEL = 128
LOWEST = -5000
"""Smaller coordinates are large ones that did not fit into 16 bits; ImageJ decides it so."""

MOVE, LINE, CLOSE = 0, 1, 4
"""What Java's paths are made of; curves have other numbers."""


@dataclass(frozen=True)
class Roi:
    """A selection.

    Parameters
    ----------
    rings : its outlines; a ring within a ring is a hole. Empty when it has no area: a point, a line, a text.
    plane : the slice, channel, focal plane and time point it belongs to; 0 = any.
    open : a line that was drawn around something and not closed.
    """

    rings: tuple[Points, ...]
    plane: tuple[int, int, int, int]
    open: bool = False


@dataclass(frozen=True)
class _Head:
    """The first 64 bytes. `box` is left, top, width, height in pixels."""

    version: int
    kind: int
    box: tuple[float, float, float, float]
    count: int
    path_size: int
    subtype: int
    subpixel: bool


def decoded(data: bytes) -> Roi:
    """The selection in the bytes of a .roi file.

    Raises
    ------
    ValueError : this is no selection, or of a kind that cannot be painted.
    struct.error : it is cut off.
    """
    if data[:4] != MAGIC:
        raise ValueError("it is no ImageJ selection")
    head = _head(data)
    return Roi(_rings(data, head), _plane(data), head.kind in OPEN)


def _head(data: bytes) -> _Head:
    version, kind, top, left, bottom, right, count = struct.unpack_from(">hBxhhhhH", data, 4)
    (path_size,) = struct.unpack_from(">i", data, 36)
    subtype, options = struct.unpack_from(">hh", data, 48)
    subpixel = version >= 222 and bool(options & SUBPIXEL)
    if count == 0 and subtype not in (ELLIPSE, ROTATED):  # more points than 16 bits can count
        (count,) = struct.unpack_from(">i", data, 18) if kind in OPEN + CLOSED else (0,)
    left, top = (side + 65536 if side < LOWEST else side for side in (left, top))
    width, height = (right - left) % 65536, (bottom - top) % 65536
    place: tuple[float, float, float, float] = (left, top, width, height)
    if subpixel and version >= 223 and kind in (RECTANGLE, OVAL):
        place = struct.unpack_from(">4f", data, 18)
    return _Head(version, kind, place, count, path_size, subtype, subpixel)


def _rings(data: bytes, head: _Head) -> tuple[Points, ...]:
    if head.kind in OPEN + CLOSED:
        return (_points(data, head),)
    if head.kind == RECTANGLE and head.path_size > 0:
        return _path(_floats(data, HEAD, head.path_size))
    if head.subtype in (TEXT, IMAGE) or head.kind not in (RECTANGLE, OVAL):
        return ()
    if not all(np.isfinite(head.box)):
        raise ValueError("its box is no number (NaN or infinite)")
    return (oval(*head.box) if head.kind == OVAL else box(*head.box),)


def _points(data: bytes, head: _Head) -> Points:
    """The corners: all x, then all y; whole numbers from the box's corner, then perhaps exact ones."""
    if head.count < 0:
        raise ValueError(f"it says it has {head.count} points")
    if head.subpixel:
        exact = _floats(data, HEAD + 4 * head.count, 2 * head.count)
        return exact.reshape(2, -1).T
    whole = _numbers(data, HEAD, 2 * head.count, ">i2").astype(np.float64)
    whole[whole < LOWEST] += 65536
    return whole.reshape(2, -1).T + head.box[:2]


def _floats(data: bytes, start: int, count: int) -> NDArray[np.float64]:
    return _numbers(data, start, count, ">f4").astype(np.float64)


def _numbers(data: bytes, start: int, count: int, kind: str) -> NDArray[np.generic]:
    """`count` numbers from a place on; what is missing is told before memory is taken."""
    if start + count * np.dtype(kind).itemsize > len(data):
        raise ValueError(f"it is cut off: {count} numbers should follow")
    return np.frombuffer(data, kind, count, start)


def _path(numbers: NDArray[np.float64]) -> tuple[Points, ...]:
    """The rings of a selection put together from several: moves and lines, each with x and y."""
    rings: list[list[tuple[float, float]]] = []
    values = iter(numbers.tolist())
    for step in values:
        if step not in (MOVE, LINE, CLOSE):
            raise ValueError("it has curves (make them polygons with Edit > Selection > Interpolate)")
        if step == MOVE:
            rings.append([])
        if step in (MOVE, LINE):
            rings[-1].append((next(values, np.nan), next(values, np.nan)))
    return tuple(np.array(ring, np.float64).reshape(-1, 2) for ring in rings)


def _plane(data: bytes) -> tuple[int, int, int, int]:
    """Where in a stack: slice, channel, focal plane, time point."""
    position, second = struct.unpack_from(">ii", data, 56)
    if 0 < second <= len(data) - TAIL:
        channel, focal, time = struct.unpack_from(">iii", data, second + 4)
        return position, channel, focal, time
    return position, 0, 0, 0
