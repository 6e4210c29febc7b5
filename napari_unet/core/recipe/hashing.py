"""Hashes by which two runs are told apart: of weights and of masks, whatever stands around them in their files."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
    """A hash of labels ([Z,] Y, X), of their shape and numbers; the width of the numbers does not count."""
    numbers = np.ascontiguousarray(labels, dtype="<u4")
    return sha256(repr(numbers.shape).encode() + numbers.tobytes()).hexdigest()
