"""What a tool changes: new numbers in a box."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
        # Flat first: NumPy looks for pixels along several axes at once much more slowly.
        flat = np.flatnonzero(labels[self.box] != self.values)
        inside = np.unravel_index(flat, self.values.shape)
        indices = tuple(along + part.start for along, part in zip(inside, self.box, strict=True))
        return indices, self.values[inside]


def edit(labels: Labels, box: Box, values: Labels) -> Edit | None:
    """The edit that brings these values into a box, or as much of it as changes; None when nothing does."""
    tight = _around(np.asarray(labels[box] != values))
    if tight is None:
        return None
    moved = tuple(slice(of.start + at.start, of.start + at.stop) for of, at in zip(box, tight, strict=True))
    return Edit(moved, values[tight].astype(labels.dtype, copy=False))


def number_at(labels: Labels, place: Place) -> int:
    """The object at a place; 0 on background and outside."""
    inside = all(0 <= at < side for at, side in zip(place, labels.shape, strict=True))
    return int(labels[place]) if inside else 0


def box_of(labels: Labels, number: int, margin: int = 0) -> Box | None:
    """The smallest box around an object, with a margin as far as the picture goes; None when it is not there."""
    found = _around(np.asarray(labels == number)) if number else None
    return None if found is None else widened(found, margin, labels.shape)


def hull(boxes: Iterable[Box]) -> Box:
    """The smallest box around these, of which there is at least one."""
    return tuple(
        slice(min(part.start for part in parts), max(part.stop for part in parts)) for parts in zip(*boxes, strict=True)
    )


def widened(box: Box, margin: int, shape: tuple[int, ...]) -> Box:
    """A box with a margin, as far as the picture goes."""
    return tuple(
        slice(max(0, part.start - margin), min(side, part.stop + margin)) for part, side in zip(box, shape, strict=True)
    )


def _around(inside: Mask) -> Box | None:
    """The smallest box around the pixels of a mask; None when it has none. Looks at the first axis, then on within."""
    along = np.flatnonzero(inside.any(axis=tuple(range(1, inside.ndim))))
    if not along.size:
        return None
    part = slice(int(along[0]), int(along[-1]) + 1)
    if inside.ndim == 1:
        return (part,)
    rest = _around(np.asarray(inside[part].any(axis=0)))
    return None if rest is None else (part, *rest)


def free_numbers(labels: Labels, count: int, top: int) -> range:
    """So many numbers above `top` that no object has. Raises MaskError when the dtype has none left."""
    first = max(int(labels.max(initial=0)), top) + 1
    if first + count - 1 > np.iinfo(labels.dtype).max:
        raise MaskError(
            f"There is no number left for {count} more object{'s' if count != 1 else ''}.",
            f"Numbers go up to {np.iinfo(labels.dtype).max} in these labels.",
            "Renumber the objects, so that there are no gaps.",
        )
    return range(first, first + count)
