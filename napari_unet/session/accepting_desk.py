"""The desk's way from labels to truth: what is accepted goes into the annotation with its origin, and out again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Project, Record, Region
from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.data.pieces import Piece
from napari_unet.core.data.runs import sizes
from napari_unet.core.data.steps import Said
from napari_unet.core.errors import ProjectError, UnetError
from napari_unet.session.accepting import (
    MOST,
    Taken,
    Undo,
    classes_in,
    objects_in,
    one_piece,
    whole_picture,
    with_classes,
)
from napari_unet.session.desk import FLAT, Box, Desk, Layer

Labels = NDArray[np.integer]


class AcceptingDesk(Desk):
    """Every accept is a region in the picture's record, with a file of what it replaced."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._undos: deque[Undo] = deque(maxlen=MOST)
        self._expected: dict[str, Region] = {}  # origins of pieces that are painted next

    def accept(self, name: str, box: Box | None, region: Region) -> Taken:
        """Take the labels (in `box`, or all) over as truth. Raises ProjectError when that cannot be."""
        annotation, labels = self.annotation(name), self._labels_to_accept(name)
        taken = self._taken(name, box, annotation, labels)
        before, stamp = self.project.record(name), self.project.stamp(name)
        after = taken.acceptance.done(annotation)
        classes = self.classes(name, "annotation"), self.classes(name, "labels")
        acceptance = with_classes(taken.acceptance, labels, classes[0], after, classes[1])
        try:
            with self.object_classes.coming(name, "annotation", acceptance.classes_after, after):
                region = self.project.accept(name, after, region, acceptance)
                if changes := _completes(before, acceptance, annotation.shape):
                    self.project.update_record(name, **changes)
        except Exception:
            self._never_was(name, before, stamp)
            raise
        corrections = labels.copy() if taken.acceptance.whole and self.corrected(name) else None
        self._undos.append(Undo(name, region.id, corrections, self.locked(name), classes[1]))
        self._replace(name, after)
        if taken.acceptance.whole:
            self._let_corrections_rest(name)
        return taken

    def expect(self, name: str, piece: Piece, number: int, region: Region) -> Region:
        """Keep the origin of a piece that is painted next, with this number. Returns the region as it is kept."""
        region = self.project.add_origin(name, region, one_piece(self.annotation(name), piece, number))
        self._undos.append(Undo(name, region.id))
        self._expected[name] = region
        return region

    def painted(self, name: str, layer: Layer, box: Box, values: Labels, *, goes_on: bool) -> None:
        """As of every desk. With the piece that was expected goes its origin: undone after a crash, both are."""
        region = self._expected.pop(name, None) if layer == "annotation" else None
        super().painted(name, layer, box, values, goes_on=goes_on)
        self.project.catch_up(name)
        if region is not None and self.project.journal.last(name, layer):
            self._strokes.note(name, layer, Said(region, there=True), goes_on=True)

    def set_origin(self, name: str, region: Region, there: bool, tell: Callable[[], None]) -> None:
        """A painted piece was undone, or painted again by redo: its origin goes after it, or comes before it.

        `tell` has what was painted and not told yet told.
        """
        if not there:
            tell()
        if self._origin_set(name, region, there):
            tell()
            self._unsaved.add((name, "annotation"))
            self._strokes.note(name, "annotation", Said(region, there), goes_on=True)

    def _origin_set(self, name: str, region: Region, there: bool) -> bool:
        """Whether that changed anything."""
        origin = self.project.record(name).origin
        known = any(one.id == region.id for one in origin)
        if there and not known:
            self.project.update_record(name, origin=(*origin, region))
            self._undos.append(Undo(name, region.id))
        elif known and not there:
            self.project.update_record(name, origin=tuple(one for one in origin if one.id != region.id))
            self._forget_undos({region.id})
        return known is not there

    @property
    def last_accept(self) -> Undo | None:
        """What `take_back` would undo; None when there is nothing."""
        return self._undos[-1] if self._undos else None

    def take_back(self, undo: Undo) -> None:
        """Undo an accept of this sitting. Raises UnetError; what was corrected may be back then already."""
        if undo.corrections is not None and not self.corrected(undo.name):
            # First: wherever the program may end, what was corrected is in the labels or in the annotation.
            self.object_classes.put(undo.name, "labels", undo.classes)
            self.project.save_labels(undo.name, undo.corrections)
            self._labels[undo.name] = undo.corrections
            self._corrected.add(undo.name)
        if undo.locked and self._labels.get(undo.name) is undo.corrections:  # also where this broke off the last time
            self.locks.put(undo.name, undo.locked | self.locked(undo.name))
        self.take_out({undo.name: {undo.region}})

    def take_out(self, gone: Mapping[str, Collection[str]]) -> None:
        """Take accepted regions, by the ids of each picture, out of the annotations. Raises UnetError."""
        for name, ids in gone.items():  # all is read before any is changed
            for region in self.project.record(name).origin:
                if region.id in ids:
                    self.project.acceptance(name, region)
        for name, ids in gone.items():
            before, stamp = self.project.record(name), self.project.stamp(name)
            self.classes(name, "annotation")  # known, should it break off
            try:
                annotation = self.project.take_out(name, self.annotation(name), ids)
            except Exception:
                self._never_was(name, before, stamp)
                raise
            self.object_classes.renew(name, "annotation")
            self._replace(name, annotation)
            self._forget_undos(ids)

    def how(self, name: str) -> Literal["corrected", "accepted"]:
        """How the labels came about: the person changed them, or not."""
        return "corrected" if self.corrected(name) else "accepted"

    def forget(self, name: str) -> None:
        """Know nothing any more of a picture that has left the project: another one may take its name."""
        super().forget(name)
        self._undos = deque((undo for undo in self._undos if undo.name != name), maxlen=MOST)

    def _never_was(self, name: str, record: Record, stamp: tuple[int, ...]) -> None:
        """Half a change is none: record and annotation are as before, on disk now or with what is next written.

        Parameters
        ----------
        record, stamp : of the picture before; see `Project.stamp`.
        """
        reached = self.project.stamp(name) != stamp
        self._unsaved.add((name, "annotation"))
        if reached:
            self._strokes.owe(name, "annotation")
            self.object_classes.unsettle(name, "annotation")
        self.project.never_was(name, record, (lambda: self.annotation(name)) if reached else None)
        with suppress(UnetError):
            self.project.update_record(name)
            if reached:
                self._strokes.settled(name, "annotation")
                self.object_classes.settle(name, "annotation")

    def _replace(self, name: str, annotation: Labels) -> None:
        self._annotations[name] = annotation
        self.counts.outdate(name)

    def _taken(self, name: str, box: Box | None, annotation: Labels, labels: Labels) -> Taken:
        """What an accept writes. Of a stack, it completes the planes that it says everything about."""
        taken, record = self._taken_flat(name, box, annotation, labels), self.project.record(name)
        if annotation.ndim == FLAT:
            return taken
        planes = sorted(taken.acceptance.planes_told(annotation.shape) - record.known_planes())
        return replace(taken, acceptance=replace(taken.acceptance, planes=tuple(planes)))

    def _taken_flat(self, name: str, box: Box | None, annotation: Labels, labels: Labels) -> Taken:
        if box is None:
            complete = self.project.record(name).complete
            return Taken(whole_picture(annotation, labels, complete), int(np.count_nonzero(sizes(labels)[1:])), 0)
        if self.project.kind == "objects":
            return objects_in(annotation, labels, box)
        return Taken(classes_in(annotation, labels, box), 0, 0)

    def _labels_to_accept(self, name: str) -> Labels:
        if (labels := self.labels(name)) is None:
            raise ProjectError(f"{name} has no labels to accept.", "", "Press Segment first.")
        return labels

    def _forget_undos(self, regions: Collection[str]) -> None:
        self._undos = deque((undo for undo in self._undos if undo.region not in regions), maxlen=MOST)


def _completes(record: Record, acceptance: Acceptance, shape: tuple[int, ...]) -> dict[str, Any]:
    """What an accept makes complete, and what is then not newer than it any more."""
    told = acceptance.planes_told(shape) if record.corrected_planes else ()
    if told or acceptance.planes:
        return record.marked({*told, *acceptance.planes}, complete=True)
    return {"complete": True} if acceptance.completed else {}
