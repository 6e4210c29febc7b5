"""Locking: objects that a person has found right, which no tool, brush or new answer changes from then on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from napari_unet.core import editing
from napari_unet.core.data.runs import sizes
from napari_unet.core.editing.edit import number_at
from napari_unet.core.errors import MaskError
from napari_unet.session.fitting import Fitting
from napari_unet.session.locks import NONE
from napari_unet.session.opened import told

Place = tuple[int, ...]
AllOrNone = Literal["lock all", "unlock all"]

LOCKED = "Locked objects stay as they are. To change one, take Lock and click on it: that unlocks it."


class Locking(Fitting):
    """Knows what is locked. Labels with a locked object count as corrected, so sliders and models leave them alone."""

    def locked(self, name: str) -> frozenset[int]:
        """The numbers of the locked objects of a picture's labels."""
        return NONE if self._desk is None else self._desk.locked(name)

    @told("segment")
    def lock(self, numbers: frozenset[int]) -> bool:
        """Lock these objects of the picture on show, and no others. On disk when this returns; else None, and told."""
        name = self._need_current()
        self.need_writable()
        if numbers != self.locked(name):
            self.needed.emit()  # what was painted before it was locked
            self.need_desk().lock(name, numbers)
            self.locks_changed.emit(name)
        return True

    @told("segment")
    def locks_after(self, path: Sequence[Place], through: bool) -> frozenset[int] | None:
        """What would be locked after a click, which unlocks what is locked, or a rectangle, which locks what is in it.

        Parameters
        ----------
        path : places ([Z,] Y, X) in pixels; one for a click, more for a rectangle, of which the first and last count.
        through : of a stack, a rectangle goes through all planes and not through this one alone.

        Returns
        -------
        numbers : all that is locked then; None, and why is told, when there is no object.
        """
        labels, before = self._labels_on_show(), self.locked(self._need_current())
        if len(path) == 1:
            number = number_at(labels, path[0])
            after = before ^ {number} if number else before
        else:
            after = before.union(self._mostly_inside(labels, path, through))
        return self._told(after, before, "There is no object here to lock.")

    @told("segment")
    def locks_of(self, which: AllOrNone) -> frozenset[int] | None:
        """All objects, or none. None, and why is told, when they are locked already, or none is."""
        labels, before = self._labels_on_show(), self.locked(self._need_current())
        if which == "unlock all":
            return self._told(NONE, before, "No object is locked.")
        there = np.flatnonzero(sizes(labels))
        return self._told(frozenset(there[there > 0].tolist()), before, "Every object is locked.")

    def _told(self, after: frozenset[int], before: frozenset[int], why: str) -> frozenset[int] | None:
        if after == before:
            self.said.emit("segment", why)
            return None
        return after

    def _mostly_inside(self, labels: np.ndarray, path: Sequence[Place], through: bool) -> list[int]:
        """The objects of which most lies in the rectangle between the first and last place."""
        flat = labels if labels.ndim == 2 or through else labels[path[0][:-2]]
        box = editing.through_planes(editing.rectangle(path), flat.ndim)
        return [int(number) for number in editing.mostly_inside(flat, box)]

    def refused(self, number: int) -> None:
        """The brush was kept from painting with this number, or over something locked."""
        name = self.current
        held = name is not None and number in self.locked(name)
        self.said.emit("segment", f"Number {number} is locked, so it cannot be painted. {LOCKED}" if held else LOCKED)

    def _labels_on_show(self) -> np.ndarray:
        name = self._need_current()
        self.need_writable()
        self.needed.emit()
        self._settle()
        labels = self.need_desk().labels(name)
        if labels is None:
            raise MaskError(f"{name} has no labels to correct.", "", "Press Segment first.")
        return labels
