"""What exactly was learned from, as a short hash."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from napari_unet.core.data.axes import planes_in
from napari_unet.core.data.sample import Sample


def fingerprint(sample: Sample) -> str:
    """A short hash of a picture, its annotation and its objects' classes: what exactly was learned from."""
    digest = sha256()
    for part in (sample.image, sample.annotation):
        digest.update(repr((part.shape, part.dtype.str)).encode())
        for plane in planes_in(part):  # a stack may be larger than the memory
            digest.update(np.ascontiguousarray(plane).data)
    if sample.classes:
        digest.update(repr(sorted(sample.classes.items())).encode())
    return digest.hexdigest()[:16]
