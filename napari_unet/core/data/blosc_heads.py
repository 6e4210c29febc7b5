"""Whether pieces that are packed with blosc are as long as their heads say, before the library unpacks them.

It believes a head that says the piece is longer than it is, reads on behind its end, and so ends the program. A head is
16 bytes: https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, BinaryIO

from napari_unet.core.data.zarr_folder import Node

HEAD = struct.Struct("<4B3I")
"""Versions, flags and the size of a value; then the bytes unpacked, of a block, and packed, this head among them."""

PLACE = struct.Struct("<2Q")
"""Where an inner piece lies in a shard, and its bytes; both are NOWHERE for one that is left out."""

NOWHERE = 2**64 - 1
SUM = 4
"""Bytes of the sum behind the places."""

WIDER = 8
"""How many times as many bytes as in the array a piece may have before other ways of packing are undone."""


class BloscHeads:
    """The heads of the pieces of an array.

    Parameters
    ----------
    chunks : the sides of a file.
    size : the bytes of a file, unpacked.
    """

    def __init__(self, array: Node, chunks: Sequence[int], size: int) -> None:
        self._array, self._chunks, self._most = array, chunks, WIDER * size
        self._shard = _sharding(array)

    @classmethod
    def made_for(cls, array: Node, chunks: Sequence[int], size: int) -> BloscHeads | None:
        """The heads of an array's pieces, if they have some. Raises KeyError, TypeError for odd metadata."""
        shard = _sharding(array)
        last = array.array.get("compressor") if array.layout == 2 else (shard or array.array)["codecs"][-1]
        named = last.get("id", last.get("name", "")) if isinstance(last, Mapping) else last
        return cls(array, chunks, size) if str(named).removeprefix("numcodecs.") == "blosc" else None

    def check(self, key: tuple[slice, ...]) -> None:
        """Raises ValueError when a piece that a part of the array touches is not as long as its head says, OSError."""
        spans = [range(s.start // side, -(-s.stop // side)) for s, side in zip(key, self._chunks, strict=True)]
        for place in product(*spans):
            path = self._array.path / _name(self._array, place)
            if path.is_file():
                with path.open("rb") as file:
                    self._check_file(file, path.stat().st_size)

    def _check_file(self, file: BinaryIO, size: int) -> None:
        for start, length in self._pieces(file, size):
            file.seek(start)
            head = file.read(HEAD.size)
            if start + length > size or len(head) < HEAD.size:
                raise ValueError("it is cut off")
            *_, unpacked, _, packed = HEAD.unpack(head)
            if packed > length or unpacked > self._most:
                raise ValueError("it says that it is longer than it is")

    def _pieces(self, file: BinaryIO, size: int) -> Iterator[tuple[int, int]]:
        """Where pieces lie in a file: one that is all of it, or those of a shard."""
        if self._shard is None:
            yield 0, size
            return
        inner = self._shard["chunk_shape"]
        count = prod(side // part for side, part in zip(self._chunks, inner, strict=True))
        end = self._shard.get("index_location", "end") == "end"
        summed = len(self._shard.get("index_codecs", ())) > 1
        whole = PLACE.size * count + SUM * summed
        file.seek(max(0, size - whole) if end else 0)
        for place in PLACE.iter_unpack(file.read(PLACE.size * count)):
            if place[0] != NOWHERE:
                yield place[0], place[1]


def _sharding(array: Node) -> Mapping[str, Any] | None:
    """What is said of the shards of an array; None where it has none."""
    codecs = array.array.get("codecs", ()) if array.layout == 3 else ()
    for codec in codecs:
        if isinstance(codec, Mapping) and codec.get("name") == "sharding_indexed":
            shard: Mapping[str, Any] = codec["configuration"]
            return shard
    return None


def _name(array: Node, place: tuple[int, ...]) -> str:
    """The file of a piece."""
    numbers = [str(number) for number in place]
    if array.layout == 2:
        return str(array.array.get("dimension_separator", ".")).join(numbers)
    naming = array.array.get("chunk_key_encoding", {})
    old = naming.get("name") == "v2"
    between = naming.get("configuration", {}).get("separator", "." if old else "/")
    return str(between).join(numbers if old else ["c", *numbers])
