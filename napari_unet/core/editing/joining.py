"""Objects that are parts of one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from napari_unet.core.editing.edit import Edit, Labels, Mask, Place, box_of, edit, hull, widened
from napari_unet.core.editing.lines import along
from napari_unet.core.editing.locking import Locked

GAP = 2
"""Background that is at most about twice so wide, in pixels, is filled between objects that become one."""


def merge(labels: Labels, numbers: Sequence[int]) -> Edit | None:
    """Make one object of several; it gets the number of the largest. Narrow gaps between them are filled."""
    boxes = {number: box for number in numbers if number > 0 and (box := box_of(labels, number)) is not None}
    if len(boxes) < 2:
        return None
    kept = max(boxes, key=lambda number: np.count_nonzero(labels[boxes[number]] == number))
    box = widened(hull(boxes.values()), GAP, labels.shape)
    part, joined = labels[box], np.isin(labels[box], list(boxes))
    closed = ndimage.binary_closing(np.pad(joined, GAP), _ball(labels.ndim), iterations=GAP)
    inner = (slice(GAP, -GAP),) * labels.ndim
    return edit(labels, box, np.where(joined | (closed[inner] & (part == 0)), kept, part))


def merge_along(labels: Labels, path: Sequence[Place], locked: Locked = ()) -> Edit | None:
    """Make one object of all that a line crosses, but for locked ones."""
    line = along(path, labels.shape)
    return merge(labels, [int(number) for number in np.unique(labels[line]) if number not in locked])


def _ball(ndim: int) -> Mask:
    ball: Mask = ndimage.generate_binary_structure(ndim, 1)
    return ball
