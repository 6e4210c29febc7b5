"""The desk: the arrays a person looks at and paints on, each stroke in the journal before anything else happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Picture, Project, Region
from napari_unet.core.data.annotation import FIRST
from napari_unet.session.accepting import Undo, accepted, undo_of
from napari_unet.session.files import fresh_file, probability_file

Layer = Literal["annotation", "labels"]
Box = tuple[slice, ...]
Labels = NDArray[np.integer]
Value = TypeVar("Value")


class Desk:
    """Pictures, annotations and labels of one project, read when first asked for and let go when put away.

    napari paints in place on the arrays handed out here; `painted` writes what changed to the journal.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._pictures: dict[str, Picture] = {}
        self._annotations: dict[str, Labels] = {}
        self._labels: dict[str, Labels] = {}
        self._probabilities: dict[str, NDArray[np.float32]] = {}
        self._counts: dict[str, tuple[bool, int]] = {}
        self._unsaved: set[tuple[str, Layer]] = set()
        self._corrected: set[str] = set()
        self._undos: list[Undo] = []

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

    def set_labels(self, name: str, labels: Labels) -> None:
        """Take labels the program computed; they are not the person's work and are not saved."""
        self._labels[name] = labels

    def predicted(self, name: str) -> bool:
        """Whether there is a probability."""
        return probability_file(self.project, name).exists()

    def probability(self, name: str) -> NDArray[np.float32] | None:
        """What the network said, (K, [Z,] Y, X), memory-mapped; None before it was asked."""
        if name not in self._probabilities and self.predicted(name):
            self._probabilities[name] = np.load(probability_file(self.project, name), mmap_mode="r")
        return self._probabilities.get(name)

    def take_probability(self, name: str) -> None:
        """Let what the worker has just written take the place of the last probability; computed labels go."""
        self._probabilities.pop(name, None)  # before the file is replaced: Windows holds a mapped file
        fresh_file(self.project, name).replace(probability_file(self.project, name))
        self.forget_labels(name)

    def forget_labels(self, name: str) -> None:
        """Let computed labels go, so that they are computed anew. Corrected labels stay."""
        if not self.corrected(name):
            self._labels.pop(name, None)

    def corrected(self, name: str) -> bool:
        """Whether the labels hold corrections of the person that were neither accepted nor discarded."""
        return name in self._corrected or (name not in self._labels and self.labels(name) is not None)

    def discard_corrections(self, name: str) -> None:
        """Let the person's corrections of the labels go."""
        self.project.forget_labels(name)
        self._labels.pop(name, None)
        self._corrected.discard(name)
        self._unsaved.discard((name, "labels"))

    def painted(self, name: str, layer: Layer, box: Box, values: Labels) -> None:
        """A stroke, fill, undo or redo: `values` are now in `box`. On disk when this returns. Raises StorageError."""
        array = self.annotation(name) if layer == "annotation" else self._labels[name]
        if layer == "labels" and name not in self._corrected:
            # The journal tells what changed; the first correction needs the labels it was made on beside it.
            self._corrected.add(name)
            self.project.save_labels(name, array)
        array[box] = values
        self._counts.pop(name, None)
        self._unsaved.add((name, layer))
        self.project.journal.append(name, layer, box, values)

    def accept(self, name: str, box: Box | None, region: Region) -> None:
        """Take the labels (in `box`, or all) over as truth. Raises ProjectError when there are no labels."""
        before = self.annotation(name)
        after = accepted(name, before, self.labels(name), box, objects=self.project.kind == "objects")
        self._undos.append(undo_of(self.project, name, before))
        self._replace(name, after)
        self.project.accept(name, after, region)
        if box is None:
            self.project.update_record(name, complete=True)
            self._let_corrections_rest(name)

    def _replace(self, name: str, annotation: Labels) -> None:
        self._annotations[name] = annotation
        self._counts.pop(name, None)

    def _let_corrections_rest(self, name: str) -> None:
        """Accepted corrections live on in the annotation; the labels are the program's again."""
        self.project.forget_labels(name)
        self._corrected.discard(name)
        self._unsaved.discard((name, "labels"))

    def take_back(self) -> str | None:
        """Undo the last `accept` of this sitting; the name of its picture, or None when there is none to undo."""
        if not self._undos:
            return None
        undo = self._undos.pop()
        self._replace(undo.name, undo.annotation)
        self.project.save_annotation(undo.name, undo.annotation)
        self.project.update_record(undo.name, complete=undo.complete, origin=undo.origin)
        return undo.name

    def save(self) -> None:
        """Write every painted array as a whole file, so that its journal can be trimmed."""
        for name, layer in sorted(self._unsaved):
            if layer == "annotation":
                self.project.save_annotation(name, self._annotations[name])
            else:
                self.project.save_labels(name, self._labels[name])
            self._unsaved.discard((name, layer))

    def put_away(self, name: str) -> None:
        """Save a picture's arrays and let them go from memory."""
        self.save()
        for kept in (self._pictures, self._annotations, self._labels, self._probabilities):
            kept.pop(name, None)

    def how(self, name: str) -> Literal["corrected", "accepted"]:
        """How the labels came about: the person changed them, or not."""
        return "corrected" if self.corrected(name) else "accepted"

    def state(self, name: str) -> tuple[Literal["unlabelled", "strokes", "complete"], int]:
        """The state of a picture's annotation and the number of its objects; counted anew only after painting."""
        if name not in self._counts:
            self._counts[name] = _count(self._annotations.get(name, None), self.project, name)
        painted, objects = self._counts[name]
        complete = self.project.record(name).complete
        return ("complete" if complete else "strokes" if painted else "unlabelled"), objects


def _count(annotation: Labels | None, project: Project, name: str) -> tuple[bool, int]:
    """Whether anything is painted, and how many objects."""
    array = project.annotation(name) if annotation is None else annotation
    return bool(array.any()), int(np.count_nonzero(np.bincount(array.ravel())[FIRST:]))


def _kept(store: dict[str, Value], name: str, read: Callable[[str], Value]) -> Value:
    if name not in store:
        store[name] = read(name)
    return store[name]
