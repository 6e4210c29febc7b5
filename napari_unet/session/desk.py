"""The desk: the arrays a person looks at and paints on, each stroke in the journal before anything else happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Picture, Project
from napari_unet.core.data.object_classes import Classes
from napari_unet.core.data.steps import Locked
from napari_unet.core.errors import MaskError, StorageError
from napari_unet.session.counts import Counts
from napari_unet.session.locks import NONE, Locks
from napari_unet.session.mended import Mended
from napari_unet.session.object_classes import ObjectClasses
from napari_unet.session.probabilities import Probabilities
from napari_unet.session.recovered import Recovered
from napari_unet.session.strokes import Strokes

Layer = Literal["annotation", "labels"]
Box = tuple[slice, ...]
Labels = NDArray[np.integer]
Value = TypeVar("Value")

FLAT = 2
"""Axes of the annotation of a picture that is no stack."""


class Desk:
    """Pictures, annotations and labels of one project, read when first asked for and let go when put away.

    napari paints in place on the arrays handed out here; `painted` writes what changed to the journal.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.probabilities = Probabilities(project)
        self.locks = Locks(project)
        self.mended = Mended(project)
        self.recovered = Recovered(project)
        self.object_classes = ObjectClasses(project)
        self.counts = Counts(
            self.annotation_now,
            lambda name: project.has(name, "annotation"),
            lambda name: self.object_classes.get(name, "annotation"),
        )
        self._pictures: dict[str, Picture] = {}
        self._annotations: dict[str, Labels] = {}
        self._labels: dict[str, Labels] = {}
        self._strokes = Strokes(project, self.object_classes.settle)
        self._unsaved: set[tuple[str, Layer]] = set()
        self._corrected: set[str] = set()

    def lay_out(self, name: str) -> None:
        """Read all there is of a picture, so that whatever is damaged is known before it is shown."""
        self._unsaved.update((name, layer) for layer in self.recovered.look(name))
        self.picture(name), self.annotation(name), self.labels(name), self.locked(name)
        self.classes(name, "annotation"), self.classes(name, "labels")

    def picture(self, name: str) -> Picture:
        """The picture, kept until it is put away."""
        return _kept(self._pictures, name, self.project.picture)

    def annotation(self, name: str) -> Labels:
        """The annotation, ([Z,] Y, X); painted on in place."""
        return _kept(self._annotations, name, self.project.annotation)

    def labels(self, name: str) -> Labels | None:
        """The labels shown, or None before there are any. Corrected labels come from the project folder."""
        if name not in self._labels and (saved := self.project.labels(name)) is not None:
            self._labels[name] = saved
            self._corrected.add(name)
        return self._labels.get(name)

    def set_labels(self, name: str, labels: Labels, classes: Mapping[int, int]) -> None:
        """Take labels the program computed, and the classes of their objects: no person's work, and not saved."""
        self._labels[name] = labels
        self.object_classes.set_computed(name, classes)

    def forget_labels(self, name: str) -> None:
        """Let computed labels go, so that they are computed anew. Corrected labels stay."""
        if not self.corrected(name):
            self._labels.pop(name, None)

    def forget_labels_but(self, shown: str | None) -> None:
        """Let the computed labels of every picture go that is not shown: the settings have changed."""
        for name in [name for name in self._labels if name != shown]:
            self.forget_labels(name)

    def corrected(self, name: str) -> bool:
        """Whether the labels hold corrections of the person that were neither accepted nor discarded."""
        return name in self._corrected or (name not in self._labels and self.project.has(name, "labels"))

    def locked(self, name: str) -> frozenset[int]:
        """The numbers of the objects that nothing may change; only corrected labels have any."""
        labels = self.labels(name) if self.corrected(name) else None
        return NONE if labels is None else self.locks.get(name, labels)

    def lock(self, name: str, numbers: frozenset[int]) -> None:
        """Lock these objects and no others. What is locked is the person's work, and so are the labels from now on."""
        self._make_corrected(name)
        before = self.locked(name)
        self.locks.put(name, numbers)
        self._strokes.note(name, "labels", Locked(before, numbers), goes_on=False)

    def classes(self, name: str, layer: Layer) -> Classes:
        """The class of each object of a layer that has one, by its number there."""
        if layer == "labels" and not self.corrected(name):
            return self.object_classes.computed(name)
        return self.object_classes.get(name, layer)

    def classify(
        self, name: str, layer: Layer, classes: Mapping[int, int], tell: Callable[[], None], goes_on: bool
    ) -> None:
        """Let the objects of a layer have these classes. That is the person's work, and so are the labels then.

        `tell` has what was painted and not told yet told; `goes_on`: it goes with what was told. Raises StorageError.
        """
        numbers = self.annotation(name) if layer == "annotation" else self._labels_to_paint(name)
        if layer == "labels":
            self._make_corrected(name)
        noted = self._strokes.classed(name, layer, dict(self.classes(name, layer)), classes, goes_on)
        self._unsaved.add((name, layer))
        with noted, self.object_classes.coming(name, layer, classes, numbers):
            tell()
        self.counts.outdate(name)

    def begin_correcting(self, name: str, labels: Labels) -> None:
        """Put labels on the disk as they are before their first correction, which is a stroke like any other then."""
        if not self.corrected(name):
            with suppress(StorageError):  # what is wrong is told with the stroke that follows
                self._begin_correcting(name)
                self.mended.begin(name)
                self.project.save_labels(name, labels)

    def corrections_on_show(self, name: str) -> Labels | None:
        """A copy of the corrected labels if they are in memory, where they may still be painted on; else None."""
        return self._labels[name].copy() if name in self._labels and name in self._corrected else None

    def discard_corrections(self, name: str) -> None:
        """Let the person's corrections go; the labels on show count as computed ones."""
        self.project.forget_labels(name)
        self._forget_corrections(name)

    def painted(self, name: str, layer: Layer, box: Box, values: Labels, *, goes_on: bool) -> None:
        """A stroke, fill, undo or redo: `values` are now in `box`. On disk when this returns. Raises StorageError."""
        array = self.annotation(name) if layer == "annotation" else self._labels_to_paint(name)
        array[box] = values
        self.counts.outdate(name)
        self._unsaved.add((name, layer))  # first: what cannot be written now is written later
        first = layer == "labels" and not self.corrected(name)
        if layer == "labels":
            self._begin_correcting(name)
        self._strokes.write(name, layer, box, array, goes_on=goes_on)
        if layer == "labels":
            self.mended.painted(name, box, first=first)

    def save(self) -> None:
        """Write every painted array as a whole file, so that its journal can be trimmed."""
        for name, layer in sorted(self._unsaved):
            self.object_classes.settle(name, layer)
            if layer == "annotation":
                self.project.save_annotation(name, self.annotation(name))
            else:
                self.project.save_labels(name, self._labels_to_paint(name))
            self._settled(name, layer)

    def put_away(self, name: str) -> None:
        """Save a picture's arrays and let them go from memory."""
        self.save()
        self._let_go(name)

    def forget(self, name: str) -> None:
        """Know nothing any more of a picture that has left the project: another one may take its name."""
        self._let_go(name)
        self._forget_corrections(name)
        self._settled(name, "annotation")
        self.counts.forget(name)
        self.probabilities.forget(name)

    def annotation_now(self, name: str) -> Labels:
        """The annotation, without keeping it."""
        return self._annotations[name] if name in self._annotations else self.project.annotation(name)

    def _labels_to_paint(self, name: str) -> Labels:
        if (labels := self.labels(name)) is None:
            raise MaskError(f"{name} has no labels to correct.", "", "Press Segment first.")
        return labels

    def _begin_correcting(self, name: str) -> None:
        """The labels are the person's work from now on, with the classes that their objects have."""
        if not self.corrected(name):
            self.object_classes.correct(name)
        self._corrected.add(name)
        self.object_classes.save(name)  # before the labels: without them it is not looked at

    def _make_corrected(self, name: str) -> None:
        """The same, and the labels are on the disk when this returns. Raises StorageError."""
        self._begin_correcting(name)
        self._unsaved.add((name, "labels"))  # first: what cannot be written now is written later
        if not self.project.has(name, "labels"):
            self.project.save_labels(name, self._labels_to_paint(name))

    def _let_corrections_rest(self, name: str) -> None:
        """Accepted corrections live on in the annotation; the labels are the program's again."""
        with suppress(StorageError):  # what cannot be moved away simply stays
            self.project.forget_labels(name)
        self.locks.forget(name)  # those may have gone first
        if not self.project.has(name, "labels"):
            self._forget_corrections(name)

    def _forget_corrections(self, name: str) -> None:
        self._corrected.discard(name)
        self._settled(name, "labels")
        self.locks.forget(name)
        self.object_classes.uncorrect(name)

    def _settled(self, name: str, layer: Layer) -> None:
        """A layer is on the disk, or let go."""
        self._unsaved.discard((name, layer))
        self._strokes.settled(name, layer)

    def _let_go(self, name: str) -> None:
        for kept in (self._pictures, self._annotations, self._labels):
            kept.pop(name, None)
        self.probabilities.put_away(name)
        self.locks.forget(name)
        self.object_classes.forget(name)


def _kept(store: dict[str, Value], name: str, read: Callable[[str], Value]) -> Value:
    if name not in store:
        store[name] = read(name)
    return store[name]
