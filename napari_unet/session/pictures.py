"""The project and its pictures: opening, choosing, painting."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Picture, Project
from napari_unet.core.data.steps import Step
from napari_unet.core.data.telling_axes import axes_words, other_planes, take_other_planes
from napari_unet.core.errors import UnetError
from napari_unet.core.settings import Kind
from napari_unet.core.wording import counted
from napari_unet.session.accepting_desk import AcceptingDesk
from napari_unet.session.completing import Completing
from napari_unet.session.desk import Box, Layer
from napari_unet.session.job import PictureRow
from napari_unet.session.opened import told
from napari_unet.session.rows import picture_rows

Labels = NDArray[np.integer]


class Pictures(Completing):
    """What a project and its pictures are asked first: to open, to be looked at, to be painted on."""

    @told("project")
    def new_project(self, folder: Path, kind: Kind, class_names: tuple[str, ...]) -> None:
        """Make a project folder and open it."""
        self._opened(Project.create(folder, kind, class_names))

    @told("project")
    def open_project(self, folder: Path) -> None:
        """Open a project folder; strokes of a sitting that ended badly are brought back."""
        if self.project is not None and Path(folder).resolve() == self.project.folder.resolve():
            self._close_project()  # first: its own lock would lock it out
            self.project_changed.emit()
        self._opened(Project.open(folder))

    @told("annotate")
    def set_classes(self, names: tuple[str, ...], colours: tuple[str, ...]) -> None:
        """Rename classes, change their colours, or add new ones at the end."""
        self.need_writable().set_classes(names, colours)
        self.project_changed.emit()

    def _opened(self, project: Project) -> None:
        try:
            self._close_project()
        except UnetError:
            project.close()
            raise
        self.project, self._desk = project, AcceptingDesk(project)
        self._load_settings(project)
        self.project_changed.emit()
        self.pictures_changed.emit()
        self._load_models()
        if project.notice:
            self.said.emit("project", project.notice)
        if names := project.names():
            self.select(names[0])

    def _close_project(self) -> None:
        if self.project is None:
            return
        self.needed.emit()
        self._abandon_jobs()
        if not self.project.read_only:
            self._save_or_warn()
        self.project.close()
        self.project, self._desk, self.current = None, None, None
        self._forget_results()  # before anybody looks: the next project may have pictures and models of these names
        self.current_changed.emit()

    @property
    def pictures(self) -> tuple[PictureRow, ...]:
        """One row a picture, in the order they were added."""
        return () if self.project is None else picture_rows(self.project, self.need_desk())

    @told("pictures")
    def select(self, name: str) -> None:
        """Show another picture. What was painted on the last one is saved first."""
        desk = self.need_desk()
        self.needed.emit()
        desk.lay_out(name)  # before anything changes: a picture that cannot be read leaves the shown one alone
        if self.current is not None and self.current != name:
            desk.put_away(self.current)
        self.current = name
        self.pictures_changed.emit()
        self.current_changed.emit()
        if found := desk.recovered.news(name):
            self.said.emit("annotate", _brought_back(found, name))

    @told("pictures")
    def remove(self, name: str) -> None:
        """Take a picture out of the project; it stays in the project's trash folder."""
        project, desk = self.need_writable(), self.need_desk()
        self.needed.emit()
        desk.save()
        project.remove(name)
        desk.forget(name)
        if self.current == name:
            self.current = None
            self.current_changed.emit()
            if names := project.names():
                self.select(names[0])
        self.pictures_changed.emit()

    def about(self, name: str) -> str:
        """What a picture is along its axes, in words."""
        return axes_words(self.need_project().record(name))

    def other_planes(self, name: str) -> str:
        """What its planes could be instead, in words; empty where there is no such choice."""
        return "" if self.read_only else other_planes(self.need_project().record(name))

    @told("pictures")
    def take_other_planes(self, name: str) -> None:
        """Take the focal planes of a picture for time points, or the other way round. What is painted stays."""
        project, desk = self.need_writable(), self.need_desk()
        self.needed.emit()
        desk.put_away(name)
        told = axes_words(take_other_planes(project, name))
        if self.current == name:
            self.current = None
            self.current_changed.emit()
            self.select(name)
        self.pictures_changed.emit()
        self.said.emit("pictures", f"{name} is {told} now.")

    def recovered(self, name: str, layer: Layer) -> list[Step]:
        """What was painted on a picture before the program ended badly, stroke by stroke; told once."""
        return [] if self._desk is None else self._desk.recovered.take(name, layer)

    def picture(self, name: str) -> Picture:
        """The picture of that name."""
        return self.need_desk().picture(name)

    def annotation(self, name: str) -> Labels:
        """What was painted on the picture, ([T,] [Z,] Y, X); napari paints in place."""
        return self.need_desk().annotation(name)

    @told("annotate")
    def painted(self, name: str, layer: Layer, box: Box, values: Labels, goes_on: bool = False) -> None:
        """A stroke, fill, undo or redo left `values` in `box`. In the journal, on disk, when this returns.

        `goes_on`: it is the stroke that was told last on this layer, painted further.
        """
        self.need_writable()
        if layer == "annotation":
            self._truth_changed()
        values = self._painted_on_whole(name, box, values) if layer == "labels" else values
        self.need_desk().painted(name, layer, box, values, goes_on=goes_on)
        self._stale, self._last_stroke = True, time.monotonic()


def _brought_back(count: int, name: str) -> str:
    """What was found in the journal, as a sentence."""
    one = count == 1
    how = f"Ctrl+Z takes {'it' if one else 'them'} back{'' if one else ', one after the other'}."
    return f"Brought back {counted(count, 'change')} on {name} that {'was' if one else 'were'} not saved yet. {how}"
