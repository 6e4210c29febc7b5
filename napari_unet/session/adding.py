"""Pictures in, many of them without holding the window."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Pair, Picture, Project
from napari_unet.core.errors import AxesError, StorageError, UnetError
from napari_unet.core.wording import counted
from napari_unet.session.bringing import add_brought, pairs_in
from napari_unet.session.job import Job
from napari_unet.session.opened import told
from napari_unet.session.pictures import Pictures

Labels = NDArray[np.integer]

AT_ONCE, BRIEFLY = 0.5, 0.02
"""Seconds that go into adding pictures at once, and into those that still wait at each later look."""


class Adding(Pictures):
    """The first step of the work."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Pair] = deque()
        self._adding_from, self._adding_all = 0.0, 0  # when the last long list was begun, and how long it is

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

    def _close_project(self) -> None:
        """What waits was for this project."""
        self._waiting.clear()
        self.adding_changed.emit()
        super()._close_project()
