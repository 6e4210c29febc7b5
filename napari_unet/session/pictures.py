"""The project and its pictures: opening, adding, choosing, painting."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Pair, Picture, Project
from napari_unet.core.errors import AxesError, StorageError, UnetError
from napari_unet.core.settings import Kind
from napari_unet.core.wording import counted
from napari_unet.session.accepting_desk import AcceptingDesk
from napari_unet.session.bringing import add_brought, pairs_in
from napari_unet.session.completing import Completing
from napari_unet.session.desk import Box, Layer
from napari_unet.session.job import Job, PictureRow
from napari_unet.session.opened import told
from napari_unet.session.rows import picture_rows

Labels = NDArray[np.integer]


AT_ONCE, BRIEFLY = 0.5, 0.02
"""Seconds that go into adding pictures at once, and into those that still wait at each later look."""


class Pictures(Completing):
    """The first two steps of the work: pictures in, strokes on them."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Pair] = deque()
        self._adding_from, self._adding_all = 0.0, 0  # when the last long list was begun, and how long it is

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
        self._waiting.clear()
        self.adding_changed.emit()
        if not self.project.read_only:
            self._save_or_warn()
        self.project.close()
        self.project, self._desk, self.current = None, None, None
        self.current_changed.emit()

    @property
    def pictures(self) -> tuple[PictureRow, ...]:
        """One row a picture, in the order they were added."""
        return () if self.project is None else picture_rows(self.project, self.need_desk())

    @told("pictures")
    def find_pairs(self, folder: Path) -> list[Pair]:
        """The pictures in a folder and the masks that belong to them, each with the reason; nothing is taken yet."""
        return pairs_in(folder)

    def add_files(self, paths: Iterable[Path]) -> None:
        """Add picture files without masks. A file that cannot be read is told and the others are added."""
        self.add_pairs(Pair(Path(path), None, "added by hand") for path in paths)

    @told("pictures")
    def add_pairs(self, pairs: Iterable[Pair]) -> None:
        """Add pictures and their masks; a mask counts as a complete annotation."""
        self.need_writable()
        if not self._waiting:
            self._adding_from, self._adding_all = time.monotonic(), 0
        before = len(self._waiting)
        self._waiting.extend(pairs)
        self._adding_all += len(self._waiting) - before
        self._add_waiting(AT_ONCE)
        if self._waiting:
            self.said.emit("pictures", f"{len(self._waiting)} more pictures are being added; you can work meanwhile.")

    @property
    def adding(self) -> Job | None:
        """How far adding a long list of pictures is; None while there is none."""
        if not self._waiting:
            return None
        left, total = len(self._waiting), self._adding_all
        done = total - left
        each = (time.monotonic() - self._adding_from) / max(done, 1)
        return Job("add", f"Adding picture {done + 1} of {total}", done / total, left * each)

    def stop_adding(self) -> None:
        """Add no more of a long list; what was added stays."""
        left = len(self._waiting)
        self._waiting.clear()
        if left:
            self.said.emit("pictures", f"Stopped: {counted(left, 'picture')} had no turn.")
        self.adding_changed.emit()
        self.pictures_changed.emit()

    def _add_waiting(self, seconds: float) -> None:
        """Add pictures that wait, for about so long: a large folder must not hold the window."""
        project, end = self.need_writable(), time.monotonic() + seconds
        added = []
        while self._waiting:
            if (name := self._add_pair(project, self._waiting.popleft())) is not None:
                added.append(name)
            if time.monotonic() > end:
                break
        self._added(added)
        self.adding_changed.emit()

    def _add_pair(self, project: Project, pair: Pair) -> str | None:
        try:
            classes = project.class_names
            name, notes = add_brought(project, pair)
            if project.class_names != classes:
                self.project_changed.emit()
            for note in notes:
                self.said.emit("pictures", note)
            return name
        except AxesError as error:
            if len(self.axes_asked):
                self.axes_asked.emit(pair, error)
            else:
                self.failed.emit("pictures", error)
        except StorageError as error:  # a full disk is full for the others, too
            self._waiting.clear()
            self.failed.emit("pictures", error)
        except UnetError as error:
            self.failed.emit("pictures", error)
        return None

    @told("pictures")
    def _go_on_adding(self) -> None:
        """Add a little of what waits; the list is drawn now and then, and when all are there."""
        if not self._waiting:
            return
        self._add_waiting(BRIEFLY)
        if not self._waiting:
            self.said.emit("pictures", f"All pictures were looked at; the project has {len(self.pictures)}.")

    @told("pictures")
    def add_picture(self, picture: Picture, mask: Labels | None) -> None:
        """Add a picture that is already in memory, such as an open layer."""
        self._added([self.need_writable().add(picture, mask, picture.source)])

    def _added(self, names: list[str]) -> None:
        if self._waiting:
            self._stale = True
        else:
            self.pictures_changed.emit()
        if names and self.current is None:
            self.select(names[0])

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

    def picture(self, name: str) -> Picture:
        """The picture of that name."""
        return self.need_desk().picture(name)

    def annotation(self, name: str) -> Labels:
        """What was painted on the picture, ([T,] [Z,] Y, X); napari paints in place."""
        return self.need_desk().annotation(name)

    @told("annotate")
    def painted(self, name: str, layer: Layer, box: Box, values: Labels) -> None:
        """A stroke, fill, undo or redo left `values` in `box`. In the journal, on disk, when this returns."""
        self.need_writable()
        self.need_desk().painted(name, layer, box, values)
        self._stale, self._last_stroke = True, time.monotonic()
