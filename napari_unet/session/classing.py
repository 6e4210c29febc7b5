"""Classes of objects: which each has, which is in the hand, and giving it to what is painted or clicked on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from napari_unet.core import editing
from napari_unet.core.data import FIRST, Layer
from napari_unet.core.data.object_classes import NONE, Classes, changed, known
from napari_unet.core.data.runs import sizes
from napari_unet.core.editing import Edit
from napari_unet.core.editing.edit import number_at
from napari_unet.session.locking import LOCKED, Locking
from napari_unet.session.opened import told

Place = tuple[int, ...]


class Classing(Locking):
    """Knows the classes of objects. Labels with a class that a person gave count as corrected."""

    def __init__(self) -> None:
        super().__init__()
        self._hand_class = 1
        self.project_changed.connect(self._classes_renamed)

    @property
    def object_classes(self) -> tuple[str, ...]:
        """The classes that an object may have; empty where there is nothing to choose."""
        return () if self.project is None else self.project.object_classes

    @property
    def hand_class(self) -> int:
        """The class that what is painted or clicked on next gets, from 1; NONE where there is nothing to choose."""
        count = len(self.object_classes)
        return min(self._hand_class, count) if count else NONE

    def take_class(self, number: int) -> None:
        """Take a class into the hand, from 1; beyond the last one comes the first."""
        if count := len(self.object_classes):
            self._hand_class = (number - 1) % count + 1
            self.hand_class_changed.emit()

    def classes(self, name: str, layer: Layer) -> Classes:
        """The class of each object of a picture's annotation or labels that has one, by its number there."""
        count = len(self.object_classes)
        return known(self.need_desk().classes(name, layer), count) if count else {}

    def class_counts(self, name: str, layer: Layer) -> dict[str, int]:
        """How many objects there are of each class, by its name, and in the end of none (""); zeros are left out."""
        desk = self.need_desk()
        numbers = desk.annotation(name) if layer == "annotation" else desk.labels(name)
        if numbers is None or not self.object_classes:
            return {}
        there = np.flatnonzero(sizes(numbers))
        classes = self.classes(name, layer)
        return self.named_counts(
            Counter(classes.get(number, NONE) for number in there[there >= _first(layer)].tolist())
        )

    def named_counts(self, counts: Mapping[int, int]) -> dict[str, int]:
        """Counts by class, by the classes' names, and in the end those of no class (""); zeros are left out."""
        named = {title: counts.get(value, 0) for value, title in enumerate(self.object_classes, 1)}
        return {title: count for title, count in {**named, "": counts.get(NONE, 0)}.items() if count}

    @told("segment")
    def classify(self, name: str, layer: Layer, changes: Mapping[int, int], goes_on: bool = False) -> bool:
        """Give these objects other classes (NONE: none). On disk when this returns, with what was painted; else None.

        Parameters
        ----------
        changes : number of an object in that layer -> its class.
        goes_on : it goes with the stroke that was told last on this layer, and is undone with it.
        """
        self.need_writable()
        if layer == "labels":
            self._settle()
        before = self.need_desk().classes(name, layer)
        after = changed(before, changes)
        if after != before:
            self.need_desk().classify(name, layer, after, self.needed.emit, goes_on)
            self._stale = True
            self.classes_changed.emit(name)
        return True

    @told("segment")
    def classes_after(self, layer: Layer, path: Sequence[Place], through: bool) -> Classes | None:
        """Which objects get the class in the hand by a click, or by a rectangle around several.

        Parameters
        ----------
        layer : of the picture on show.
        path : places ([Z,] Y, X) in pixels; one for a click, more for a rectangle, of which the first and last count.
        through : of a stack, a rectangle goes through all planes and not through this one alone.

        Returns
        -------
        changes : for `classify`; None, and why is told, when there is no object or all have that class.
        """
        name = self._need_current()
        if not self.object_classes:  # of the project that was open before
            return None
        numbers = self._labels_on_show() if layer == "labels" else self.need_desk().annotation(name)
        chosen = self._chosen(numbers, path, through)
        chosen = [number for number in chosen if number >= _first(layer)]
        locked = self.locked(name) if layer == "labels" else frozenset[int]()
        classes = self.classes(name, layer)
        other = [number for number in chosen if classes.get(number, NONE) != self.hand_class]
        free = [number for number in other if number not in locked]
        if not free:
            title = self.object_classes[self.hand_class - 1]
            none = "There is no object here to give a class." if not chosen else f"It is {title} already."
            self.said.emit("segment" if layer == "labels" else "annotate", LOCKED if other else none)
            return None
        return dict.fromkeys(free, self.hand_class)

    def carried(self, done: Edit) -> Classes:
        """Which objects of the labels on show get another class by an edit that parts, joins or renumbers them."""
        name = self._need_current()
        labels = self.need_desk().labels(name)
        return {} if labels is None else editing.carried(labels, done, self.classes(name, "labels"))

    def class_along(self, place: Place, number: int) -> Classes:
        """What changes in the classes of the annotation on show when what lies at a place of the labels gets a number.

        Nothing where the number is of no object, or has the class already.
        """
        name = self._need_current()
        labels = self.need_desk().labels(name)
        if labels is None or number < FIRST or not self.object_classes:
            return {}
        value = self.classes(name, "labels").get(number_at(labels, place), NONE)
        return {number: value} if value != self.classes(name, "annotation").get(number, NONE) else {}

    def class_title(self, name: str, layer: Layer, number: int) -> str:
        """The name of an object's class; empty when it has none."""
        value = self.classes(name, layer).get(number, NONE)
        return self.object_classes[value - 1] if value else ""

    def _chosen(self, numbers: np.ndarray, path: Sequence[Place], through: bool) -> list[int]:
        if len(path) == 1:
            return [number_at(numbers, path[0])]
        return [int(number) for number in self._mostly_inside(numbers, path, through)]

    def _classes_renamed(self) -> None:
        self.hand_class_changed.emit()


def _first(layer: Layer) -> int:
    """The lowest number of an object."""
    return FIRST if layer == "annotation" else 1
