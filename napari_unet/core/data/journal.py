"""The journal: every stroke is on the disk before anything else happens to it.

One file per picture and layer. A stroke is one record at its end: the values its box of pixels has now. Saving the
layer as a file of its own notes in that file which record it contains (`last`), then drops the journal
(`checkpoint`); replaying starts behind that record. So a crash between any two steps neither loses a stroke nor paints
an old one over something newer. A record that a crash tore, or a disk damaged, costs itself alone: the next one is
found by its mark.

record = MARK, length of head, length of block, crc32 of both | head as JSON: id, box, dtype ... | block, zlib
"""

from __future__ import annotations

import json
import math
import os
import secrets
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import steps
from napari_unet.core.data.atomic import flush_folder, storage_errors
from napari_unet.core.data.json_file import parse_json
from napari_unet.core.data.picture import AXES
from napari_unet.core.data.steps import Beside, Change, Step
from napari_unet.core.errors import StorageError

Layer = Literal["annotation", "labels"]
LAYERS: tuple[Layer, ...] = ("annotation", "labels")

Box = tuple[slice, ...]

LONGEST = 1 << 24
"""Pixels along a side of a stroke."""

MOST_AXES = max(map(len, AXES)) - 1
"""Of a layer, which has those of its picture but for the channels: time, focal planes, Y and X at most."""

MOST_CHANGES = 100
"""So many steps napari can take back."""

SUFFIX = ".journal"
MARK = b"\x93NUJ"
PREFIX = struct.Struct("<4sIII")


@dataclass(frozen=True)
class Stroke:
    """One record: the pixels of `box` (start, stop along each axis) became `values`.

    A long stroke is told in several records while it is painted: each but the first `follows` the one before it. So
    does one that changed no pixel and says what else changed: classes of objects, locks, an origin.
    """

    id: str
    box: tuple[tuple[int, int], ...]
    values: NDArray[np.integer]
    follows: str = ""
    beside: Beside | None = None


class Journal:
    """The strokes painted in a project since each layer was last saved.

    Parameters
    ----------
    folder : where the journal's files are; made when the first stroke comes.
    refusal : why nothing may be written, as a sentence; empty when it may.
    """

    def __init__(self, folder: Path, refusal: str) -> None:
        self.folder = folder
        self._refusal = refusal
        self._last: dict[Path, str] = {}

    def path(self, name: str, layer: Layer) -> Path:
        """The file that holds the strokes on `layer` of the picture `name`."""
        return self.folder / f"{name}.{layer}{SUFFIX}"

    def append(
        self,
        name: str,
        layer: Layer,
        box: Box,
        values: NDArray[np.integer],
        *,
        goes_on: bool = False,
        beside: Beside | None = None,
    ) -> None:
        """Put a stroke on the disk; it is safe there when this returns.

        Parameters
        ----------
        box : the changed part of the layer, one slice with whole start and stop per axis.
        values : the pixels of that box as they are now, unsigned integers.
        goes_on : it is the same stroke as the last on this layer, painted further.
        beside : what changes with it beside pixels.

        Raises
        ------
        StorageError : the disk is full or may not be written.
        """
        if self._refusal:
            raise StorageError(self._refusal)
        path, place = self.path(name, layer), tuple((part.start, part.stop) for part in box)
        stroke = Stroke(secrets.token_hex(8), place, values, self.last(name, layer) if goes_on else "", beside)
        with storage_errors(path):
            _append(path, _encoded(stroke))
        self._last[path] = stroke.id

    def replay(self, name: str, layer: Layer, array: NDArray[np.integer], after: str) -> NDArray[np.integer]:
        """`array` with the strokes painted since it was saved, in their order.

        Changes `array` in place, unless a number does not fit its dtype: then a wider copy is returned.

        Parameters
        ----------
        array : the layer as it was saved.
        after : the last stroke it already contains, as `last` said when it was saved; empty when there was none.
        """
        for stroke in _behind(_strokes(self.path(name, layer)), after):
            array = _painted(array, stroke)
        return array

    def changes(self, name: str, layer: Layer, array: NDArray[np.integer], after: str) -> list[Step]:
        """What each stroke changed that `replay` would paint, in their order; of many, the last MOST_CHANGES.

        `array` and `after` are as there; `array` is changed.
        """
        done, step, last = deque[Step](maxlen=MOST_CHANGES), Step(), ""
        for stroke in _behind(_strokes(self.path(name, layer)), after):
            step, last = (step if stroke.follows == last else Step()), stroke.id
            box = tuple(slice(low, high) for low, high in stroke.box)
            before = array[box].copy() if len(box) == array.ndim else array
            array = _painted(array, stroke)
            parts = [part for part in (_change(before, array, box), stroke.beside) if part is not None]
            if parts and not step:
                done.append(step)
            step.extend(parts)
        return list(done)

    def last(self, name: str, layer: Layer) -> str:
        """The id of the last stroke on the disk; empty when there is none."""
        path = self.path(name, layer)
        if path not in self._last:
            strokes = _strokes(path)
            self._last[path] = strokes[-1].id if strokes else ""
        return self._last[path]

    def names(self) -> set[str]:
        """The pictures that have strokes here."""
        return {path.name.rsplit(".", 2)[0] for path in self.folder.glob(f"*{SUFFIX}")}

    def forget(self, name: str) -> None:
        """Know nothing any more of a picture whose files were moved away."""
        for layer in LAYERS:
            self._last.pop(self.path(name, layer), None)

    def checkpoint(self, name: str, layer: Layer, through: str) -> None:
        """Drop the strokes on `layer`: they were saved. Nothing is dropped when any came after `through`."""
        path = self.path(name, layer)
        if self.last(name, layer) != through:
            return
        # A journal that cannot be dropped now (Windows, while another process reads it) only costs room: what was
        # saved is not replayed.
        with suppress(OSError):
            path.unlink(missing_ok=True)
            self._last.pop(path, None)


def _append(path: Path, record: bytes) -> None:
    """Add `record` to the file and flush it. A record that did not fit is taken back."""
    is_new = not path.exists()
    path.parent.mkdir(exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    try:
        before = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, record)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, before)
            raise
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        flush_folder(path.parent)


def _write_all(descriptor: int, record: bytes) -> None:
    view = memoryview(record)
    while view:
        view = view[os.write(descriptor, view) :]


def _encoded(stroke: Stroke) -> bytes:
    values = np.ascontiguousarray(stroke.values)
    values = values.astype(values.dtype.newbyteorder("<"), copy=False)
    shape = tuple(stop - start for start, stop in stroke.box)
    if values.shape != shape:
        raise ValueError(f"a box of {shape} pixels cannot hold values of {values.shape}")
    told: dict[str, object] = {"id": stroke.id, "box": stroke.box, "dtype": values.dtype.str}
    told |= {"follows": stroke.follows} if stroke.follows else {}
    head = json.dumps(told | steps.told(stroke.beside)).encode()
    block = zlib.compress(values.tobytes(), 1)
    return PREFIX.pack(MARK, len(head), len(block), zlib.crc32(block, zlib.crc32(head))) + head + block


def _strokes(path: Path) -> list[Stroke]:
    """Every undamaged record of the file, in order; none when there is no file."""
    try:
        return list(_decoded(path.read_bytes()))
    except FileNotFoundError:
        return []


def _decoded(data: bytes) -> Iterator[Stroke]:
    start = data.find(MARK)
    while start >= 0:
        stroke, end = _record_at(data, start)
        if stroke:
            yield stroke
        start = data.find(MARK, end)


def _record_at(data: bytes, start: int) -> tuple[Stroke | None, int]:
    """The record that starts at `start` and where it ends; None and the next byte when it is not whole."""
    body = start + PREFIX.size
    if body > len(data):
        return None, len(data)
    _, head_size, block_size, crc = PREFIX.unpack_from(data, start)
    middle, end = body + head_size, body + head_size + block_size
    if end > len(data) or zlib.crc32(data[body:end]) != crc:
        return None, start + 1
    try:
        return _stroke(parse_json(data[body:middle]), data[middle:end]), end
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, zlib.error):  # made by somebody else
        return None, end


def _stroke(head: Any, block: bytes) -> Stroke:
    """The stroke of a whole record. A block is unpacked no further than its box is large."""
    box = tuple((int(low), int(high)) for low, high in head["box"])
    kind = np.dtype(str(head["dtype"]))
    sides = [high - low for low, high in box]
    if kind.kind not in "ui" or len(sides) > MOST_AXES or not all(0 <= side <= LONGEST for side in sides):
        raise ValueError(f"a box of {sides} with values of the type {kind} is none that was painted")
    size = math.prod(sides) * kind.itemsize
    flat = np.frombuffer(zlib.decompressobj().decompress(block, size + 1), kind)
    return Stroke(str(head["id"]), box, flat.reshape(sides), str(head.get("follows", "")), steps.read(head))


def _behind(strokes: list[Stroke], after: str) -> list[Stroke]:
    """The strokes behind the one with the id `after`; all of them when it is not among them."""
    ids = [stroke.id for stroke in strokes]
    return strokes[ids.index(after) + 1 :] if after in ids else strokes


def _change(before: NDArray[np.integer], after: NDArray[np.integer], box: Box) -> Change | None:
    """What became of a box of a layer, `before`, after a stroke on the layer, `after`; None where that is nothing."""
    if len(box) != after.ndim or not len(where := np.flatnonzero(after[box] != before)):
        return None
    inside = np.unravel_index(where, before.shape)
    at = tuple(along + part.start for along, part in zip(inside, box, strict=True))
    return Change(at, before.ravel()[where], after[at])


def _painted(array: NDArray[np.integer], stroke: Stroke) -> NDArray[np.integer]:
    """`array` with one stroke in place; a stroke that lies outside it (a picture of another size) is left out."""
    inside = len(stroke.box) == array.ndim and all(
        0 <= low <= high <= side for (low, high), side in zip(stroke.box, array.shape, strict=True)
    )
    if not inside:
        return array
    if int(stroke.values.max(initial=0)) > np.iinfo(array.dtype).max:
        array = array.astype(np.uint32)
    array[tuple(slice(low, high) for low, high in stroke.box)] = stroke.values
    return array
