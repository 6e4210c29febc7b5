"""Objects that are parts of one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from napari_unet.core.editing.edit import Edit, Labels, Mask, Place, edit
from napari_unet.core.editing.lines import along
from napari_unet.core.editing.locking import Locked

GAP = 2
"""Background that is at most about twice so wide, in pixels, is filled between objects that become one."""


def merge(labels: Labels, numbers: Sequence[int]) -> Edit | None:
    """Make one object of several; it gets the number of the largest. Narrow gaps between them are filled."""
    sizes = {number: int(np.count_nonzero(labels == number)) for number in dict.fromkeys(numbers) if number > 0}
    there = [number for number, size in sizes.items() if size]
    if len(there) < 2:
        return None
    kept = max(there, key=lambda number: sizes[number])
    union = np.isin(labels, there)
    (found,) = ndimage.find_objects(union.view(np.uint8))
    box = tuple(slice(max(0, part.start - GAP), part.stop + GAP) for part in found)
    part, joined = labels[box], union[box]
    closed = ndimage.binary_closing(np.pad(joined, GAP), _ball(labels.ndim), iterations=GAP)
    inner = (slice(GAP, -GAP),) * labels.ndim
    return edit(labels, _clipped(box, labels), np.where(joined | (closed[inner] & (part == 0)), kept, part))


def merge_along(labels: Labels, path: Sequence[Place], locked: Locked = ()) -> Edit | None:
    """Make one object of all that a line crosses, but for locked ones."""
    line = along(path, labels.shape)
    return merge(labels, [int(number) for number in np.unique(labels[line]) if number not in locked])


def _ball(ndim: int) -> Mask:
    ball: Mask = ndimage.generate_binary_structure(ndim, 1)
    return ball


def _clipped(box: tuple[slice, ...], labels: Labels) -> tuple[slice, ...]:
    return tuple(slice(part.start, min(part.stop, side)) for part, side in zip(box, labels.shape, strict=True))
