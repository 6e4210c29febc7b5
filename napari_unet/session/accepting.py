"""Accepting: labels become annotation, in the whole picture, in a part or in one object; and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.data.annotation import BACKGROUND, FIRST, UNLABELLED, from_mask
from napari_unet.core.data.pieces import Piece
from napari_unet.core.data.planes import FLAT
from napari_unet.core.data.runs import mapped, overlaps, sizes
from napari_unet.core.errors import ProjectError

Labels = NDArray[np.integer]
Box = tuple[slice, ...]

MOST = 10
"""So many accepts can be taken back by the button; each may keep the corrected labels that it let go in memory."""


@dataclass(frozen=True)
class Undo:
    """One accept: the picture, the id of its region, and the corrected labels that went with it, with locks and classes
    of their objects.
    """

    name: str
    region: str
    corrections: Labels | None = None
    locked: frozenset[int] = field(default_factory=frozenset)
    classes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """What is to be written, and how many objects of the labels are in it; `left` are those that a border cut off."""

    acceptance: Acceptance
    objects: int
    left: int


def whole_picture(annotation: Labels, labels: Labels, complete: bool) -> Acceptance:
    """All labels as truth. `complete` is whether the picture was complete before. Arrays ([Z,] Y, X)."""
    box = tuple(slice(0, side) for side in annotation.shape)
    everywhere = np.ones(annotation.shape, bool)
    return Acceptance(box, annotation.copy(), from_mask(labels), everywhere, completed=not complete, whole=True)


def objects_in(annotation: Labels, labels: Labels, box: Box) -> Taken:
    """The objects in a part of the picture as truth, and the rest of it as background.

    Of objects that the part's border cuts, those with half or more of their pixels inside are taken whole; of the
    others nothing is said, inside or outside. So of two parts side by side each takes its own, and none in pieces.

    A part of one plane of a stack says something of that plane alone, whatever an object is on others. One that was
    accepted on others keeps the number that it has there.

    Parameters
    ----------
    annotation, labels : ([T,] [Z,] Y, X) unsigned integers of equal shape; every number is an object.

    Raises
    ------
    ProjectError : nothing in the part can be told.
    """
    place = _plane_of(box) if labels.ndim > FLAT else ()
    seen = labels[place]
    every = sizes(seen)
    inside = np.zeros_like(every)
    there = sizes(labels[box])
    inside[: len(there)] = there
    taken = (2 * inside >= every) & (inside > 0)
    taken[0] = False
    written = np.zeros(labels.shape, bool)
    written[place] = mapped(seen, taken)
    written[box] |= labels[box] == 0
    numbers = np.where(taken, np.cumsum(taken) + _highest(annotation[~written]), BACKGROUND).astype(np.uint32)
    if place:
        _carry_on(numbers, taken, np.where(written, UNLABELLED, annotation), labels)
    left = int(np.count_nonzero(inside[1:])) - int(np.count_nonzero(taken))
    return Taken(_acceptance(annotation, written, numbers, labels), int(np.count_nonzero(taken)), left)


def _plane_of(box: Box) -> tuple[int, ...]:
    """The plane of a stack that a box lies on; nothing when it goes through several."""
    flat = all(part.stop - part.start == 1 for part in box[:-FLAT])
    return tuple(part.start for part in box[:-FLAT]) if flat else ()


def _carry_on(numbers: NDArray[np.uint32], taken: NDArray[np.bool_], elsewhere: Labels, labels: Labels) -> None:
    """Give objects that are taken, in place, the numbers that they have where they were accepted before."""
    before = (labels > 0) & (elsewhere >= FIRST)
    found, known, shared = overlaps(labels[before], elsewhere[before])
    used: set[int] = set()
    for at in np.argsort(-shared, kind="stable"):
        number, own = int(found[at]), int(known[at])
        if number < len(taken) and taken[number] and not used & {-number, own}:  # each object once, and each number
            used |= {-number, own}
            numbers[number] = own


def classes_in(annotation: Labels, labels: Labels, box: Box) -> Acceptance:
    """The classes in a part of the picture as truth. Arrays ([T,] [Z,] Y, X) unsigned integers of equal shape."""
    after = from_mask(labels[box])
    return Acceptance(box, annotation[box].copy(), after, np.ones(after.shape, bool))


def with_classes(
    acceptance: Acceptance, labels: Labels, before: Mapping[int, int], after: Labels, classes: Mapping[int, int]
) -> Acceptance:
    """The accept with the classes of objects: those of the labels for what it writes, the others as they were.

    An object that goes on from where it was accepted before keeps its class where the labels have none.

    Parameters
    ----------
    labels, after : the labels that are accepted, and the annotation once they are; ([Z,] Y, X).
    before, classes : the classes of the objects of the annotation, and of the labels.
    """
    if not before and not classes:
        return acceptance
    numbers = np.zeros(int(labels.max(initial=0)) + 1, np.int64)  # of an object in the annotation, by its own
    written = acceptance.written
    numbers[labels[acceptance.box][written]] = acceptance.after[written]
    elsewhere = after.copy()
    elsewhere[acceptance.box][written] = UNLABELLED
    kept = set(np.flatnonzero(sizes(elsewhere)).tolist())
    new = {int(numbers[k]): value for k, value in classes.items() if k < len(numbers) and numbers[k] > BACKGROUND}
    old = {number: value for number, value in before.items() if number in kept}
    return replace(acceptance, classes_before=dict(before), classes_after=old | new)


def one_piece(annotation: Labels, piece: Piece, number: int) -> Acceptance:
    """The annotation with a number wherever the piece is."""
    box = tuple(slice(int(along.min()), int(along.max()) + 1) for along in piece.where)
    written = np.zeros(tuple(side.stop - side.start for side in box), bool)
    written[tuple(along - side.start for along, side in zip(piece.where, box, strict=True))] = True
    before = annotation[box].copy()
    return Acceptance(box, before, _with(before, written, np.asarray(number)), written)


def _acceptance(
    annotation: Labels, written: NDArray[np.bool_], numbers: NDArray[np.uint32], labels: Labels
) -> Acceptance:
    """`numbers[labels]` wherever it is written. Raises ProjectError when that is nowhere."""
    sides = [
        np.flatnonzero(written.any(tuple(other for other in range(written.ndim) if other != axis)))
        for axis in range(written.ndim)
    ]
    if not sides[0].size:
        raise ProjectError(
            "No object lies in this part with half of it or more.",
            "Only whole objects can be taken as truth.",
            "Show or draw a larger part.",
        )
    box = tuple(slice(int(along[0]), int(along[-1]) + 1) for along in sides)
    before, inside = annotation[box].copy(), written[box].copy()
    return Acceptance(box, before, _with(before, inside, mapped(labels[box], numbers)), inside)


def _with(before: Labels, written: NDArray[np.bool_], values: NDArray[np.integer]) -> Labels:
    """`values` where it is written, as wide as they need."""
    top = int(np.max(values, initial=0, where=written)) if values.shape else int(values)
    wide = np.result_type(before, np.uint32 if top > 65535 else np.uint16)
    return np.where(written, values, before).astype(wide)


def _highest(annotation: Labels) -> int:
    """The highest number in use; the numbers of accepted objects start above it."""
    return max(int(annotation.max(initial=0)), BACKGROUND)
