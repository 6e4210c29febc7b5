"""Hashes by which two runs are told apart: of weights and of masks, whatever stands around them in their files."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import bands_in
from napari_unet.core.model.header import PREFIX, read_header, weights_file

CHUNK = 1 << 20


def weights_hash(path: Path) -> str:
    """A hash of a model's weights: their names, shapes and every bit, without the card. Raises ModelError."""
    digest = sha256()
    file = weights_file(path)
    header = read_header(file)
    header.pop("__metadata__", None)
    with file.open("rb") as stream:
        stream.seek(PREFIX + int.from_bytes(stream.read(PREFIX), "little"))
        digest.update(json.dumps(header, sort_keys=True).encode())
        while part := stream.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def mask_hash(labels: NDArray[np.integer]) -> str:
    """A hash of labels ([T,] [Z,] Y, X), of their shape and numbers; the width of the numbers does not count.

    They may be labels that are read a window at a time.
    """
    digest = sha256(repr(tuple(map(int, labels.shape))).encode())
    for band in bands_in(labels):
        digest.update(np.ascontiguousarray(band, dtype="<u4").data)
    return digest.hexdigest()
