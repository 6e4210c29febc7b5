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

VERSION, HEAD = 228, 64
RECTANGLE, TRACED = 1, 8
MOVE, LINE, CLOSE = 0.0, 1.0, 4.0
MOST, MOST_GROUPS = 65535, 255
"""Corners that a plain outline can count (longer ones are written as if they had several parts), and groups."""

GROUP = 30
"""Its place in the second head."""

Position = tuple[int, int, int]
"""The plane of a stack, its focal plane and its time point, each from 1; 0 belongs to all."""

MADE = (1980, 1, 1, 0, 0, 0)
"""The date of what is in the .zip: the same objects give the same file."""


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the selections: on their planes and time points, with the class of an object as its name and group.

    Without objects, the file holds none.

    Raises StorageError.
    """
    packing = zipfile.ZIP_DEFLATED if settings.compress else zipfile.ZIP_STORED
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w", packing) as archive:
        for name, shape in _named(found):
            entry = zipfile.ZipInfo(f"{name}.roi", MADE)
            entry.compress_type = packing
            archive.writestr(entry, encoded(shape, name, _position(found, shape), _group(found, shape)))


def _named(found: Found) -> Iterator[tuple[str, Shape]]:
    """The shapes with their names, which sort as the numbers do: 007, 007-dead of a class, 007-t003-z012 in a stack."""
    digits = len(str(max(found.numbers, default=1)))
    for shape in found.shapes:
        number = f"{shape.number:0{max(digits, 3)}d}"
        title = found.class_of(shape.number) if found.kind == "regions" else found.table.get(shape.number, "")
        _, depth, time = _position(found, shape)
        places = (f"t{time:03d}" if time else "", f"z{depth:03d}" if depth else "")
        yield "-".join(filter(None, (number, _plain(title), *places))), shape


def _position(found: Found, shape: Shape) -> Position:
    axes = found.picture.axes[1:-2]
    depth, time = (at + 1 for at in found.depth_and_time(shape.plane))
    return (shape.plane + 1 if axes else 0), (depth if "Z" in axes else 0), (time if "T" in axes else 0)


def _group(found: Found, shape: Shape) -> int:
    """The number of an object's class: ImageJ shows a group in a colour of its own."""
    return min(found.class_number(shape.number), MOST_GROUPS)


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in name)


def encoded(shape: Shape, name: str, position: Position, group: int) -> bytes:
    """The bytes of a .roi file.

    Parameters
    ----------
    position : where in a stack it belongs.
    group : 0 is none.
    """
    rings = shape.rings
    plain = len(rings) == 1 and len(rings[0]) <= MOST
    corners = _corners(rings[0], shape) if plain else _path(rings)
    left, top, right, bottom = (side & 0xFFFF for side in shape.box)
    head = bytearray(HEAD)
    struct.pack_into(">4shBx", head, 0, b"Iout", VERSION, TRACED if plain else RECTANGLE)
    struct.pack_into(">5H", head, 8, top, left, bottom, right, len(rings[0]) if plain else 0)
    struct.pack_into(">i", head, 36, 0 if plain else len(corners) // 4)
    slice_, depth, time = position
    struct.pack_into(">ii", head, 56, slice_, HEAD + len(corners))
    second, letters = bytearray(HEAD), name.encode("utf-16-be")
    struct.pack_into(">4xiiiii", second, 0, 0, depth, time, 2 * HEAD + len(corners), len(letters) // 2)
    second[GROUP] = group
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
