"""What a tool changes: new numbers in a box."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.errors import MaskError

Labels = NDArray[np.integer]
Mask = NDArray[np.bool_]
Box = tuple[slice, ...]
Place = tuple[int, ...]
"""Along ([Z,] Y, X), in pixels."""


@dataclass(frozen=True)
class Edit:
    """New numbers in a box of the labels.

    Parameters
    ----------
    box : where, with numbers at both ends of each slice.
    values : what stands there afterwards, of the labels' dtype.
    """

    box: Box
    values: Labels

    def applied(self, labels: Labels) -> Labels:
        """A copy of the labels with the edit done."""
        after = labels.copy()
        after[self.box] = self.values
        return after

    def changes(self, labels: Labels) -> tuple[tuple[NDArray[np.intp], ...], Labels]:
        """The pixels that differ: indices along each axis, and their new numbers."""
        inside = np.nonzero(labels[self.box] != self.values)
        indices = tuple(along + part.start for along, part in zip(inside, self.box, strict=True))
        return indices, self.values[inside]


def edit(labels: Labels, box: Box, values: Labels) -> Edit | None:
    """The edit that brings these values into a box; None when nothing changes."""
    return None if np.array_equal(labels[box], values) else Edit(box, values.astype(labels.dtype, copy=False))


def number_at(labels: Labels, place: Place) -> int:
    """The object at a place; 0 on background and outside."""
    inside = all(0 <= at < side for at, side in zip(place, labels.shape, strict=True))
    return int(labels[place]) if inside else 0


def box_of(labels: Labels, number: int, margin: int = 0) -> Box | None:
    """The smallest box around an object, with a margin as far as the picture goes; None when it is not there."""
    found = ndimage.find_objects((labels == number).view(np.uint8))
    if not found or number == 0:
        return None
    grown = (
        slice(max(0, part.start - margin), min(side, part.stop + margin))
        for part, side in zip(found[0], labels.shape, strict=True)
    )
    return tuple(grown)


def free_numbers(labels: Labels, count: int) -> range:
    """So many numbers that no object has. Raises MaskError when the dtype has none left."""
    first = int(labels.max(initial=0)) + 1
    if first + count - 1 > np.iinfo(labels.dtype).max:
        raise MaskError(
            f"There is no number left for {count} more object{'s' if count != 1 else ''}.",
            f"Numbers go up to {np.iinfo(labels.dtype).max} in these labels.",
            "Renumber the objects, so that there are no gaps.",
        )
    return range(first, first + count)
