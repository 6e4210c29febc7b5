"""Numbers without gaps."""

from __future__ import annotations

import numpy as np

from napari_unet.core.editing.edit import Edit, Labels, edit


def relabel(labels: Labels) -> Edit | None:
    """Number the objects 1, 2, ... in the order of the numbers they have."""
    there = np.bincount(labels.ravel()) > 0
    there[0] = False
    numbers = np.cumsum(there)
    numbers[~there] = 0
    everything = tuple(slice(0, side) for side in labels.shape)
    return edit(labels, everything, numbers.take(labels).astype(labels.dtype))
