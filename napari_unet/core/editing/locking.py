"""Locked objects: a person has seen that they are right, and from then on nothing changes them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.runs import mapped
from napari_unet.core.editing.edit import Edit, Labels, Mask, edit

Locked = Collection[int]
"""The numbers of the locked objects."""

OUTLINE, INSIDE = 1, 2
"""What `marks` holds."""


def is_locked(numbers: Labels, locked: Locked) -> Mask:
    """Which of these numbers, an array of any shape, are of locked objects."""
    table = np.zeros(int(numbers.max(initial=0)) + 1, bool)
    table[[number for number in locked if 0 < number < len(table)]] = True
    return mapped(numbers, table)


def spoiled(before: Labels, after: Labels, locked: Locked) -> Mask:
    """The pixels, of two arrays of equal shape, at which a locked object would lose or win ground."""
    wrong = np.zeros(before.shape, bool)
    if locked:
        differs = np.unravel_index(np.flatnonzero(before != after), before.shape)
        wrong[differs] = is_locked(before[differs], locked) | is_locked(after[differs], locked)
    return wrong


def spared(labels: Labels, done: Edit | None, locked: Locked) -> Edit | None:
    """The edit without what it would do to locked objects; None when nothing is left of it."""
    if done is None or not locked:
        return done
    before = labels[done.box]
    return edit(labels, done.box, np.where(spoiled(before, done.values, locked), before, done.values))


def marks(labels: Labels, locked: Locked) -> NDArray[np.uint8]:
    """What shows the locked objects of labels ([Z,] Y, X): OUTLINE at their edges in a plane, INSIDE within, else 0."""
    inside = is_locked(labels, locked)
    shown = np.where(inside, np.uint8(INSIDE), np.uint8(0))
    for axis in (labels.ndim - 2, labels.ndim - 1):
        front, back = (_cut(labels.ndim, axis, side) for side in (slice(None, -1), slice(1, None)))
        edges = labels[front] != labels[back]
        shown[front][edges & inside[front]] = OUTLINE
        shown[back][edges & inside[back]] = OUTLINE
    return shown


def _cut(ndim: int, axis: int, side: slice) -> tuple[slice, ...]:
    return tuple(side if at == axis else slice(None) for at in range(ndim))
