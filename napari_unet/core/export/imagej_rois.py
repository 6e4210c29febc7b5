"""Outlines as ImageJ's selections, one an object, in a .zip for the ROI Manager.

Big-endian; a head of 64 bytes, the corners, a second head of 64 bytes, the name. `core.importing.roi` reads the same.
Source: ImageJ, ij/io/RoiEncoder.java.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.export.found import Found
from napari_unet.core.export.tracing import Ring, Shape
from napari_unet.core.settings import ExportSettings

VERSION, HEAD = 227, 64
RECTANGLE, TRACED = 1, 8
MOVE, LINE, CLOSE = 0.0, 1.0, 4.0
MOST = 65535
"""Corners that a plain outline can count. Longer ones are written as if they had several parts."""

MADE = (1980, 1, 1, 0, 0, 0)
"""The date of what is in the .zip: the same objects give the same file."""


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the selections; those of a stack are on their planes. Without objects, the file holds none.

    Raises StorageError.
    """
    packing = zipfile.ZIP_DEFLATED if settings.compress else zipfile.ZIP_STORED
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w", packing) as archive:
        stack = found.labels.ndim > 2
        for name, shape in _named(found, stack):
            entry = zipfile.ZipInfo(f"{name}.roi", MADE)
            entry.compress_type = packing
            archive.writestr(entry, encoded(shape, name, shape.plane + 1 if stack else 0))


def _named(found: Found, stack: bool) -> Iterator[tuple[str, Shape]]:
    """The shapes with their names, which sort as the numbers do: 007, or 007-z012 in a stack, or the class's name."""
    digits = len(str(max(found.numbers, default=1)))
    for shape in found.shapes:
        number = f"{shape.number:0{max(digits, 3)}d}"
        name = number if found.kind == "objects" else f"{number}-{_plain(found.class_of(shape.number))}"
        yield f"{name}-z{shape.plane + 1:03d}" if stack else name, shape


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in name)


def encoded(shape: Shape, name: str, position: int) -> bytes:
    """The bytes of a .roi file.

    Parameters
    ----------
    position : of its plane in the stack, from 1; 0 belongs to all.
    """
    rings = shape.rings
    plain = len(rings) == 1 and len(rings[0]) <= MOST
    corners = _corners(rings[0], shape) if plain else _path(rings)
    left, top, right, bottom = (side & 0xFFFF for side in shape.box)
    head = bytearray(HEAD)
    struct.pack_into(">4shBx", head, 0, b"Iout", VERSION, TRACED if plain else RECTANGLE)
    struct.pack_into(">5H", head, 8, top, left, bottom, right, len(rings[0]) if plain else 0)
    struct.pack_into(">i", head, 36, 0 if plain else len(corners) // 4)
    struct.pack_into(">ii", head, 56, position, HEAD + len(corners))
    second, letters = bytearray(HEAD), name.encode("utf-16-be")
    struct.pack_into(">4xiiiii", second, 0, 0, position, 0, 2 * HEAD + len(corners), len(letters) // 2)
    return bytes(head) + corners + bytes(second) + letters


def _corners(ring: Ring, shape: Shape) -> bytes:
    """All x, then all y, from the corner of the box."""
    return (ring - shape.box[:2]).T.astype(">u2").tobytes()


def _path(rings: tuple[Ring, ...]) -> bytes:
    """A path that moves to each ring, walks along it and closes it."""
    steps: list[np.ndarray[tuple[int, ...], np.dtype[np.floating]]] = []
    for ring in rings:
        kinds = np.full((len(ring), 1), LINE)
        kinds[0] = MOVE
        steps += [np.concatenate([kinds, ring], axis=1).ravel(), np.array([CLOSE])]
    return np.concatenate(steps).astype(">f4").tobytes()
