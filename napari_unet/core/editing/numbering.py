"""Numbers without gaps."""

from __future__ import annotations

import numpy as np

from napari_unet.core.data.runs import mapped, sizes
from napari_unet.core.editing.edit import Edit, Labels, edit
from napari_unet.core.editing.locking import Locked


def relabel(labels: Labels, locked: Locked = ()) -> Edit | None:
    """Number the objects 1, 2, ... in the order of the numbers they have; locked ones keep theirs."""
    there = sizes(labels) > 0
    there[0] = False
    kept = np.array(sorted(number for number in locked if number < len(there) and there[number]), int)
    there[kept] = False
    free = np.setdiff1d(np.arange(1, len(there)), kept)
    numbers = np.zeros(len(there), int)
    numbers[kept] = kept
    numbers[there] = free[: np.count_nonzero(there)]
    everything = tuple(slice(0, side) for side in labels.shape)
    return edit(labels, everything, mapped(labels, numbers.astype(labels.dtype)))
