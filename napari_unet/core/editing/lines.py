"""Lines that a person draws."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from skimage.draw import line_nd

from napari_unet.core.editing.edit import Place

Pixels = tuple[NDArray[np.intp], ...]


def along(path: Sequence[Place], shape: tuple[int, ...]) -> Pixels:
    """The pixels under a line through these places, those inside the picture; indices along each axis."""
    if len(path) == 1:
        path = [*path, *path]
    steps = [line_nd(start, end, endpoint=True) for start, end in itertools.pairwise(path)]
    places = np.stack([np.concatenate(parts) for parts in zip(*steps, strict=True)])
    inside = np.all([(axis >= 0) & (axis < side) for axis, side in zip(places, shape, strict=True)], axis=0)
    return tuple(places[:, inside].astype(np.intp))
