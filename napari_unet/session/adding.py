"""Pictures in, many of them without holding the window."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Pair, Picture, Project
from napari_unet.core.data.own_files import picture_files
from napari_unet.core.data.zarr_folder import outermost
from napari_unet.core.errors import AxesError, StorageError, UnetError
from napari_unet.core.wording import counted
from napari_unet.session.bringing import add_brought, pairs_in
from napari_unet.session.job import Job, Pace
from napari_unet.session.looker import Looker
from napari_unet.session.opened import told
from napari_unet.session.pictures import Pictures
from napari_unet.session.refused import Refused

Labels = NDArray[np.integer]
Looked = list[tuple[Path, list[Pair] | UnetError]]

AT_ONCE, BRIEFLY = 0.5, 0.02
"""Seconds that go into adding pictures at once, and into those that still wait at each later look."""


class Adding(Pictures):
    """The first step of the work."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Pair] = deque()
        self._finder = Looker[Looked]()
        self._looked = 0.0  # how far looking through folders is
        self._adding_pace, self._adding_all = Pace(), 0  # of the last long list, and how long it is
        self._refused, self._meanwhile = Refused(), ""  # what of it was not added, and what is said while it waits

    @told("pictures")
    def find_pairs(self, folder: Path) -> list[Pair]:
        """The pictures in a folder and the masks that belong to them, each with the reason; nothing is taken yet."""
        return pairs_in(folder)

    @property
    def picture_folder(self) -> Path:
        """Where the pictures came from, the last one first; the person's home where no such folder is there."""
        files = [] if self.project is None else picture_files(self.project)
        folders = dict.fromkeys(outermost(file).parent for file in reversed(files) if file.is_absolute())
        return next((folder for folder in folders if folder.is_dir() and not _of_the_program(folder)), Path.home())

    def look_into(self, paths: Sequence[Path]) -> None:
        """Look in the background for what these folders, and files of several pictures, hold; `pairs_found` follows.

        Somebody's folder may be large, or far away on a network. What cannot be looked into is told.
        """
        given_up, share = threading.Event(), 1 / max(len(paths), 1)

        def look() -> Looked:
            found: Looked = []
            for number, path in enumerate(paths):
                self._looked = number * share
                if not given_up.is_set():
                    found.append((path, _pairs_or_error(path)))
            return [] if given_up.is_set() else found

        self._looked = 0.0
        names = paths[0].name if len(paths) == 1 else counted(len(paths), "folder")
        self.beside.begin("look", f"Looking through {names}", given_up.set)
        self._finder.ask(f"look {time.monotonic()}", "", look)

    def _take_found(self) -> None:
        """Collect what was found in folders."""
        self.beside.got_on("look", self._looked)
        for result in self._finder.results():
            self.beside.end("look")
            if result.error is not None:
                self.failed.emit("pictures", result.error)
            looked, refused = result.made or [], Refused("item", "read")
            self.pairs_found.emit(tuple((path, pairs) for path, pairs in looked if not isinstance(pairs, UnetError)))
            for path, error in looked:
                if isinstance(error, UnetError):
                    refused.add(path, error)
            if refused.news:  # behind what is said of the others
                self.failed.emit("pictures", refused.error(len(looked)))

    def add_files(self, paths: Iterable[Path]) -> None:
        """Add picture files without masks. A file that cannot be read is told and the others are added."""
        self.add_pairs(Pair(Path(path), None, "added by hand") for path in paths)

    @told("pictures")
    def add_pairs(self, pairs: Iterable[Pair]) -> None:
        """Add pictures and their masks; a mask counts as a complete annotation."""
        self.need_writable()
        if not self._waiting:
            self._adding_pace, self._adding_all, self._refused = Pace(), 0, Refused()
        before = len(self._waiting)
        self._waiting.extend(pairs)
        self._adding_all += len(self._waiting) - before
        self._add_waiting(AT_ONCE)
        if self._waiting:
            self._meanwhile = f"{len(self._waiting)} more pictures are being added; you can work meanwhile."
            self.said.emit("pictures", self._meanwhile)
        self._tell_refused()

    @property
    def adding(self) -> Job | None:
        """How far adding a long list of pictures is; None while there is none."""
        if not self._waiting:
            return None
        total = self._adding_all
        done = total - len(self._waiting)
        share = done / total
        return Job("add", f"Adding picture {done + 1} of {total}", share, self._adding_pace.left(share))

    def stop_adding(self) -> None:
        """Add no more of a long list; what was added stays."""
        left = len(self._waiting)
        self._waiting.clear()
        if left:
            self._note(f"Stopped: {counted(left, 'picture')} had no turn.")
            self._tell_refused()
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
                self._note(note)
            return name
        except AxesError as error:
            if len(self.axes_asked):
                self.axes_asked.emit(pair, error)
            else:
                self._refused.add(pair.picture, error)
        except StorageError as error:  # a full disk is full for the others, too
            self._refused.ended(error, len(self._waiting))
            self._waiting.clear()
        except UnetError as error:
            self._refused.add(pair.picture, error)
        return None

    def _note(self, sentence: str) -> None:
        """Say something of a picture that was added; what is told of others that were not stays on show."""
        self.said.emit("pictures", sentence)
        self._refused.note(sentence)

    def _tell_refused(self) -> None:
        """Tell how many were not added, and why, once more when there are others or something else was said."""
        if self._refused.news:
            self.failed.emit("pictures", self._refused.error(self._adding_all))

    @told("pictures")
    def _go_on_adding(self) -> None:
        """Add a little of what waits; the list is drawn now and then, and when all are there."""
        if not self._waiting:
            return
        self._add_waiting(BRIEFLY)
        if not self._waiting:  # the list shows that they are there
            self.unsaid.emit("pictures", self._meanwhile)
        self._tell_refused()

    @told("pictures")
    def add_picture(self, picture: Picture, mask: Labels | None, mask_source: str = "") -> None:
        """Add a picture that is already in memory, such as an open layer; `mask_source` is the file of its mask."""
        self._added([self.need_writable().add(picture, mask, mask_source or picture.source)])

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


def _of_the_program(folder: Path) -> bool:
    """Whether these are the sample pictures: nobody has anything to look for among the program's own files."""
    from napari_unet.core.data.synthesis import SOURCES  # only here: what draws pictures needs much else

    return (folder.parent / SOURCES).is_file()


def _pairs_or_error(path: Path) -> list[Pair] | UnetError:
    try:
        return pairs_in(path)
    except UnetError as error:
        return error
