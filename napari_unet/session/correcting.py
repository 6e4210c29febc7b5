"""Correcting labels object by object: what each tool changes, and which object to look at next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from napari_unet.core import editing
from napari_unet.core.editing import Between, Edit, Locked, Tool
from napari_unet.core.editing.edit import number_at
from napari_unet.core.editing.order import Found
from napari_unet.core.wording import ranges
from napari_unet.session.describing import Describing, Place
from napari_unet.session.locking import LOCKED
from napari_unet.session.opened import told

BORDER = 1
"""Which plane of a probability of objects says where two touch."""


class Correcting(Describing):
    """Says what would change; the canvas does it, as one step of the undo history, and tells it as painted."""

    def __init__(self) -> None:
        super().__init__()
        self._looked_at: set[int] = set()
        for signal in (self.current_changed, self.labels_changed):
            signal.connect(self._look_anew)

    @told("segment")
    def correction(self, tool: Tool, path: Sequence[Place], through: bool) -> Edit | None:
        """What a tool of the desk would change in the labels on show; None, and why is told, when that is nothing.

        Locked objects stay as they are.

        Parameters
        ----------
        path : places ([Z,] Y, X) in pixels; one for a click, more for a line. Empty for tools that need none.
        through : of a stack, work on the whole object and not on this plane alone.
        """
        labels, locked = self._labels_on_show(), self.locked(self._need_current())
        done = _run(tool, labels, path, through, locked)
        if done is None:
            held = bool(locked) and _run(tool, labels, path, through, ()) is not None
            self.said.emit("segment", LOCKED if held else NOTHING[tool])
        elif tool == "relabel":
            self.need_desk().mended.expect_numbers_only(self._need_current(), done.box)
        return done

    @told("segment")
    def between_planes(self, place: Place | None) -> Edit | None:
        """What fills the focal planes between those on which the object at a place is painted; what it does is told.

        Of a time series, those of the time point of the place. None, and why is told, when there is nothing to fill.
        `place` is None as long as nothing was clicked on.
        """
        labels, name = self._labels_on_show(), self._need_current()
        if "Z" not in self.need_desk().picture(name).axes:
            self.said.emit("segment", "This picture has no focal planes to fill: its planes are time points.")
            return None
        if place is None or not number_at(labels, place):
            self.said.emit("segment", "First click on an object, on one of the planes that show it.")
            return None
        found = editing.between(labels, place)
        done = editing.spared(labels, found.edit, self.locked(name))
        self.said.emit("segment", self._between_words(labels, place, found, done))
        return done

    def _between_words(self, labels: np.ndarray, place: Place, found: Between, done: Edit | None) -> str:
        """Which planes are filled, or why none is."""
        what, time = self._which(self._need_current(), int(labels[place])), place[:-3]
        at = f" at time {time[0] + 1}" if time else ""
        if not found.planes:
            return f"There is no plane to fill between two that show {what}{at}."
        if done is None:
            why = "other objects lie there, or its shapes differ too much"
            return LOCKED if found.edit is not None else f"Nothing of {what} fits in between{at}: {why}."
        first = done.box[-3]
        planes = sorted(one + 1 for one in found.planes if first.start <= one < first.stop)
        one = len(planes) == 1
        return f"Filled {'plane' if one else 'planes'} {ranges(planes)} with {what}{at}."

    @told("segment")
    def next_unsure(self) -> Found | None:
        """The most doubtful object that was not looked at yet; begins anew when all were."""
        ranked = self._ranked(self._labels_on_show(), self._need_current())
        fresh = [found for found in ranked if found.number not in self._looked_at]
        if not fresh:
            self._looked_at.clear()
            fresh = ranked
        if not fresh:
            self.said.emit("segment", "There is no object to look at.")
            return None
        self._looked_at.add(fresh[0].number)
        return fresh[0]

    def _ranked(self, labels: np.ndarray, name: str) -> list[Found]:
        """The objects of the labels, the most doubtful first, by what the model and their neighbours say of them."""
        told, objects = self.probability(name), self.need_project().kind == "objects"
        if told is None:
            return editing.ranked(labels, np.ones(labels.shape, np.float32))
        foreground = np.asarray(told[0] if objects else 1 - told[0])
        border = np.asarray(told[BORDER]) if objects and len(told) > BORDER else None
        return editing.ranked(labels, foreground, border, self.spread(name))

    @told("segment")
    def next_object(self, number: int, by: int) -> Found | None:
        """The object after this number (`by` = 1), or before it (-1), round and round."""
        return editing.next_object(self._labels_on_show(), number, by)

    def _look_anew(self, *_: object) -> None:
        self._looked_at.clear()


def _run(tool: Tool, labels: np.ndarray, path: Sequence[Place], through: bool, locked: Locked) -> Edit | None:
    """A tool on a picture, on one plane of a stack or on all."""
    if labels.ndim == 2 or through or not path:
        return editing.run(tool, labels, path, locked)
    return editing.run_in_plane(tool, labels, path, locked)


NOTHING: dict[Tool, str] = {
    "delete": "There is no object here to delete.",
    "merge": "Draw a line across the objects that are one.",
    "split": "Draw a line through the object from edge to edge, or click on both of its parts.",
    "fill": "This object has no hole.",
    "smooth": "There is nothing here to smooth.",
    "grow": "There is no room here to grow.",
    "shrink": "There is no object here, or nothing would be left of it.",
    "fill all": "No object has a hole.",
    "relabel": "The numbers have no gaps.",
}
