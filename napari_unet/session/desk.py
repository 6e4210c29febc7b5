"""The desk: the arrays a person paints on, and what is taken over from labels into annotations, and back."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import Any

from napari_unet.core.data import Layer, Project, Region
from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.errors import StorageError, UnetError
from napari_unet.session.accepting import MOST, Undo, accepted, accepted_classes, of_model, record_without, without
from napari_unet.session.arrays import Arrays, Box, Labels

__all__ = ["Box", "Desk", "Layer"]


class Desk(Arrays):
    """Pictures, annotations and labels of one project; labels become annotation, and can be taken back."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._undos: deque[Undo] = deque(maxlen=MOST)

    def accept(self, name: str, box: Box | None, region: Region) -> None:
        """Take the labels (in `box`, or all) over as truth. Raises ProjectError when there are no labels."""
        before, labels = self.annotation(name), self.labels(name)
        after = accepted(name, before, labels, box, objects=self.project.kind == "objects")
        completed = box is None and not self.project.record(name).complete
        sides = box or tuple(slice(0, side) for side in after.shape)
        classes = self.classes(name, "annotation"), self.classes(name, "labels")
        classed = accepted_classes(before, box, *classes)
        replaced = Acceptance(sides, before[sides].copy(), after[sides].copy(), completed, classes[0], classed)
        origin = self.project.record(name).origin
        try:
            with self.object_classes.coming(name, "annotation", classed, after):
                region = self.project.accept(name, after, region, replaced)
                if completed:
                    self.project.update_record(name, complete=True)
        except UnetError:
            self._unsaved.add((name, "annotation"))  # half an accept is none: what is shown is saved next
            with suppress(StorageError):  # an origin of nothing misleads nobody
                self.project.update_record(name, origin=origin)
            raise
        corrections = labels.copy() if labels is not None and box is None and self.corrected(name) else None
        small = replaced.without_pixels()  # the undo has them
        self._undos.append(Undo(name, region, before, after.copy(), small, corrections, self.locked(name), classes[1]))
        self._replace(name, after)
        if box is None:
            self._let_corrections_rest(name)

    def take_back(self) -> Undo | None:
        """Undo the last `accept` of this sitting, which is returned; None when there is none to undo."""
        if not self._undos:
            return None
        undo = self._undos[-1]
        annotation = undo.annotation(self.annotation(undo.name))
        if undo.corrections is not None and not self.corrected(undo.name):
            # First: wherever the program may end, what was corrected is in the labels or in the annotation.
            self.object_classes.put(undo.name, "labels", undo.classes)
            self.project.save_labels(undo.name, undo.corrections)
            self._labels[undo.name] = undo.corrections
            self._corrected.add(undo.name)
            self.locks.put(undo.name, undo.locked)
        self._take_out(undo.name, annotation, [undo.replaced], undo.record(self.project))
        self._undos.pop()
        self._replace(undo.name, annotation)
        return undo

    def take_back_from(self, model: str) -> list[str]:
        """Take all that was accepted from a model out of the annotations; the pictures where there was any."""
        given = {name: of_model(self.project, name, model) for name in self.project.names()}
        changed = {name: regions for name, regions in given.items() if regions}  # all is read before any is changed
        for name, regions in changed.items():
            gone, annotation = [region for region, _ in regions], without(regions, self.annotation(name))
            replaced = [kept for _, kept in regions]
            self._take_out(name, annotation, replaced, record_without(regions, self.project.record(name)))
            self._undos = deque((undo for undo in self._undos if undo.region not in gone), maxlen=MOST)
            self._replace(name, annotation)
        return list(changed)

    def forget(self, name: str) -> None:
        """Know nothing any more of a picture that has left the project: another one may take its name."""
        super().forget(name)
        self._undos = deque((undo for undo in self._undos if undo.name != name), maxlen=MOST)

    def _take_out(self, name: str, annotation: Labels, replaced: list[Acceptance], record: dict[str, Any]) -> None:
        """Save an annotation without what was accepted, with the classes that its objects have then."""
        classes = self.classes(name, "annotation")
        for kept in reversed(replaced):
            classes = kept.classes_undone(classes)
        with self.object_classes.coming(name, "annotation", classes, annotation):
            self.project.take_out(name, annotation, **record)

    def _let_corrections_rest(self, name: str) -> None:
        """Accepted corrections live on in the annotation; the labels are the program's again."""
        with suppress(StorageError):  # what cannot be moved away simply stays
            self.project.forget_labels(name)
            self._forget_corrections(name)
