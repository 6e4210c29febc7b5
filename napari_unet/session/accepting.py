"""Accepting: labels become annotation, in the whole picture or a rectangle, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Project, Record, Region
from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.data.annotation import BACKGROUND, FIRST, from_mask
from napari_unet.core.data.planes import FLAT
from napari_unet.core.data.runs import overlaps
from napari_unet.core.errors import ProjectError

Labels = NDArray[np.integer]
Given = tuple[Region, Acceptance]
"""A region that was accepted, and what it replaced."""


MOST = 10
"""So many accepts can be taken back; each keeps its arrays in memory."""


@dataclass(frozen=True)
class Undo:
    """One `accept`: the annotation `before` and `after` it, the planes that it made complete, and the corrected labels
    that went with it, of which some objects were locked.
    """

    name: str
    region: Region
    before: Labels
    after: Labels
    completed: tuple[int, ...]
    corrections: Labels | None
    locked: frozenset[int]

    def annotation(self, now: Labels) -> Labels:
        """The annotation without what was accepted; what was painted since stays."""
        return np.where(now == self.after, self.before, now)

    def record(self, project: Project) -> dict[str, Any]:
        """What changes in the picture's record."""
        record = project.record(self.name)
        origin = tuple(region for region in record.origin if region != self.region)
        return {**record.marked(self.completed, complete=False), "origin": origin}


def accepted(
    name: str, annotation: Labels, labels: Labels | None, box: tuple[slice, ...] | None, *, objects: bool
) -> Labels:
    """The annotation with the labels (in `box`, or everywhere) taken over as truth.

    Parameters
    ----------
    annotation, labels : ([T,] [Z,] Y, X) unsigned integers of equal shape.
    objects : every number is an object: numbers in a box are moved above those already used outside it, so that two
        objects never share one. An object of a stack of which other planes were accepted before keeps the number that
        it has there. Otherwise numbers are classes and stay.
    """
    if labels is None:
        raise ProjectError(f"{name} has no labels to accept.", "", "Press Segment first.")
    truth = from_mask(labels)
    if box is None:
        return truth
    used = _highest(np.where(_inside(annotation.shape, box), 0, annotation)) if objects else BACKGROUND
    shift = used - BACKGROUND
    wide = np.uint32 if shift + int(truth[box].max(initial=0)) > 65535 else np.uint16
    after = annotation.astype(np.result_type(annotation, wide), copy=True)
    inside = truth[box].astype(after.dtype)
    after[box] = np.where(inside > BACKGROUND, inside + after.dtype.type(shift), inside)
    if objects and annotation.ndim > FLAT:
        _carry_on(after, annotation, labels, box)
    return after


def _carry_on(after: Labels, annotation: Labels, labels: Labels, box: tuple[slice, ...]) -> None:
    """Give objects of a stack, in the box of `after`, the numbers that they have where they were accepted before."""
    before = ~_inside(annotation.shape, box) & (labels > 0) & (annotation >= FIRST)
    found, known, shared = overlaps(labels[before], annotation[before])
    taken: set[int] = set()
    for at in np.argsort(-shared, kind="stable"):
        number, own = int(found[at]), int(known[at])
        if not taken & {-number, own}:  # each object once, and each number
            taken |= {-number, own}
            after[box][labels[box] == number] = own


def of_model(project: Project, name: str, model: str) -> list[Given]:
    """The regions of a picture that were accepted from a model, the oldest first, and what they replaced."""
    regions = [region for region in project.record(name).origin if region.model == model]
    return [(region, project.acceptance(name, region)) for region in regions]


def without(given: Sequence[Given], annotation: Labels) -> Labels:
    """The annotation without what was accepted in these regions; what was painted over it since stays."""
    for _region, replaced in reversed(given):
        annotation = replaced.undone(annotation)
    return annotation


def record_without(given: Sequence[Given], record: Record) -> dict[str, Any]:
    """What changes in the record of a picture."""
    gone = [region for region, _replaced in given]
    origin = tuple(region for region in record.origin if region not in gone)
    completed = {plane for _region, replaced in given for plane in replaced.completed}
    return {**record.marked(completed, complete=False), "origin": origin}


def planes_in_box(box: tuple[slice, ...], shape: tuple[int, ...]) -> frozenset[int]:
    """The planes of a stack (..., Y, X) that a box holds wholly, counted from 0 in the order of their storing."""
    if any((part.start, part.stop) != (0, side) for part, side in zip(box[-2:], shape[-2:], strict=True)):
        return frozenset()
    numbers = np.arange(np.prod(shape[:-2], dtype=int)).reshape(shape[:-2])
    return frozenset(np.ravel(numbers[box[:-2]]).tolist())


def _inside(shape: tuple[int, ...], box: tuple[slice, ...]) -> NDArray[np.bool_]:
    inside = np.zeros(shape, bool)
    inside[box] = True
    return inside


def _highest(annotation: Labels) -> int:
    """The highest number in use; the numbers of accepted objects start above it."""
    return max(int(annotation.max(initial=0)), BACKGROUND)
