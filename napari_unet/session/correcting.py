"""Correcting labels object by object: what each tool changes, and which object to look at next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from napari_unet.core import editing
from napari_unet.core.data.annotation import FIRST
from napari_unet.core.editing import Edit, Locked, Tool
from napari_unet.core.editing.order import Found
from napari_unet.session.classing import Classing
from napari_unet.session.locking import LOCKED
from napari_unet.session.opened import told

Place = tuple[int, ...]


class Correcting(Classing):
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
        return done

    @told("segment")
    def between_planes(self, place: Place) -> Edit | None:
        """What fills the planes of a stack between those on which the object at a place is painted."""
        labels, locked = self._labels_on_show(), self.locked(self._need_current())
        wanted = editing.interpolate(labels, int(labels[place]))
        done = editing.spared(labels, wanted, locked)
        if done is None:
            nothing = "There is no plane to fill between two that show this object."
            self.said.emit("segment", nothing if wanted is None else LOCKED)
        return done

    @told("segment")
    def next_unsure(self) -> Found | None:
        """The most doubtful object that was not looked at yet; begins anew when all were."""
        labels, probability = self._labels_on_show(), self.probability(self._need_current())
        foreground = np.ones(labels.shape, np.float32) if probability is None else np.asarray(probability[0])
        if probability is not None and self.need_project().kind == "regions":
            foreground = 1 - foreground
        ranked = editing.ranked(labels, foreground)
        fresh = [found for found in ranked if found.number not in self._looked_at]
        if not fresh:
            self._looked_at.clear()
            fresh = ranked
        if not fresh:
            self.said.emit("segment", "There is no object to look at.")
            return None
        self._looked_at.add(fresh[0].number)
        return fresh[0]

    @told("segment")
    def next_object(self, number: int, by: int) -> Found | None:
        """The object after this number (`by` = 1), or before it (-1), round and round."""
        return editing.next_object(self._labels_on_show(), number, by)

    def object_line(self, place: Place) -> str:
        """What lies at a place of the labels on show, in a line; empty on background and outside."""
        name = self.current
        labels = None if name is None else self.need_desk().labels(name)
        if name is None or labels is None or len(place) != labels.ndim:
            return ""
        if not all(0 <= at < side for at, side in zip(place, labels.shape, strict=True)) or not labels[place]:
            return ""
        number, picture = int(labels[place]), self.need_desk().picture(name)
        time = place[:1] if "T" in picture.axes else ()  # what is followed is told as it is here
        inside = labels[time] == number
        means = " / ".join(f"{float(channel[time][inside].mean()):.4g}" for channel in picture.image)
        counted_in = "voxels" if "Z" in picture.axes else "px"
        size = f"{int(inside.sum()):,} {counted_in}"
        truth = self.need_desk().annotation(name)[time][inside]
        return f"{self._which(name, number)} · {size} · mean {means} · {self._standing(name, number, truth)}"

    def _standing(self, name: str, number: int, truth: np.ndarray) -> str:
        """What is decided about an object of the labels: locked, in the annotation as it is, or how it came about."""
        if number in self.locked(name):
            return "locked"
        if truth[0] >= FIRST and bool((truth == truth[0]).all()):
            return "accepted"
        return "corrected" if self.need_desk().corrected(name) else "as found"

    def _which(self, name: str, number: int) -> str:
        """What an object is, as in "cell 12", "object 12 (dividing)", or the class of regions."""
        project = self.need_project()
        if project.kind == "regions":
            return project.class_names[number - 1] if number <= len(project.class_names) else f"number {number}"
        title = self.class_title(name, "labels", number) or ("no class" if self.object_classes else "")
        return f"{project.noun if title else project.class_names[0]} {number}" + (f" ({title})" if title else "")

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
