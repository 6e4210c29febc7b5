"""What every step of the session stands on: the open project, its desk, the settings and the picture shown."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Project
from napari_unet.core.errors import ProjectError, StorageError, UnetError
from napari_unet.core.settings import (
    ExportSettings,
    InferenceSettings,
    Plan,
    PostprocessingSettings,
    SearchSettings,
    Settings,
)
from napari_unet.session.accepting_desk import AcceptingDesk
from napari_unet.session.beside import BesideJobs
from napari_unet.session.events import Events

GROUPS: dict[str, type[Settings]] = {
    **Plan.GROUPS,
    "search": SearchSettings,
    "inference": InferenceSettings,
    "postprocessing": PostprocessingSettings,
    "export": ExportSettings,
}
"""Every group of settings a project keeps, by the name used in project.json and in signals."""

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Opened")


def told(section: str) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R | None]]:
    """Errors a person can mend are shown in `section` of the window; the widget that called sees None."""

    def wrap(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R | None]:
        @functools.wraps(method)
        def calling(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R | None:
            try:
                return method(self, *args, **kwargs)
            except UnetError as error:
                self.failed.emit(section, error)
                return None

        return calling

    return wrap


class Opened(Events):
    """The open project and its desk; `need_project` and `need_desk` raise where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.project: Project | None = None
        self.current: str | None = None
        self.beside = BesideJobs(self.beside_changed)
        self._desk: AcceptingDesk | None = None
        self._unkept: set[str] = set()  # groups of settings that the project does not have yet
        self._settings_moved = False  # since they were last written, or could not be
        self._warned = False  # that leaving the project loses what could not be written
        self._stale = False  # strokes since the picture list was last counted
        self._last_stroke = 0.0
        self._settings: dict[str, Settings] = {group: kind() for group, kind in GROUPS.items()}

    @property
    def read_only(self) -> bool:
        """Whether another window holds this project, so that nothing may be written here."""
        return self.project is not None and self.project.read_only

    def need_project(self) -> Project:
        """The open project. Raises ProjectError when there is none."""
        if self.project is None:
            raise ProjectError("No project is open.", "", "Make a new project or open one first.")
        return self.project

    def need_writable(self) -> Project:
        """The open project, when it may be written. Raises ProjectError otherwise."""
        project = self.need_project()
        if project.read_only:
            raise ProjectError(
                f"{project.name} is open in another window.",
                "Only one window at a time can change a project.",
                "Close the other window and open the project here again.",
            )
        return project

    def need_desk(self) -> AcceptingDesk:
        """The desk of the open project. Raises ProjectError when there is none."""
        self.need_project()
        assert self._desk is not None
        return self._desk

    def settings(self, group: str) -> Settings:
        """The settings group of that name."""
        return self._settings[group]

    def set_settings(self, group: str, settings: Settings) -> None:
        """Change a group of settings."""
        self._take_settings(group, settings)

    def _take_settings(self, group: str, settings: Settings) -> bool:
        """Take changed settings; whether anything changed. They reach the project with `_keep_settings`."""
        if self._settings[group] == settings:
            return False
        self._settings[group] = settings
        self._unkept.add(group)
        self._settings_moved = True
        self.settings_changed.emit(group)
        return True

    def _keep_settings(self) -> None:
        """Write changed settings to the project: not at every position of a slider, each would wait for the disk.

        What cannot be written is owed. Raises StorageError.
        """
        self._settings_moved = False
        for group in sorted(self._unkept):
            if self.project is not None and not self.project.read_only:
                self.project.save_settings(group, self._settings[group].to_json())
            self._unkept.discard(group)

    def _save_all(self) -> None:
        """Write what is not written yet. Raises StorageError."""
        self.need_desk().save()
        self._keep_settings()

    def _unwritten(self) -> str:
        """Write what is not written yet, the last stroke too; why that could not be, empty where all is on the disk."""
        if self.project is None or self.project.read_only:
            return ""
        self.needed.emit()
        try:
            self._save_all()
        except UnetError as error:
            return error.sentence
        return ""

    def _save_or_warn(self) -> None:
        """Write what is not written yet. Raises StorageError the first time that cannot be; the second time it is let
        go, for the disk may be gone for good.
        """
        warned, self._warned = self._warned, False
        try:
            self._save_all()
        except StorageError as error:
            if warned:
                return
            self._warned = True
            again = "Or open the other project once more, to leave this one without what could not be written."
            raise StorageError(error.what, error.needed, f"{error.do} {again}") from error

    def _abandon_jobs(self) -> None:
        """Let go of jobs for this project; later steps of the work have more of them."""
        self.beside.forget()

    def _forget_results(self) -> None:
        """Know nothing any more of what came of the project that was left; each step of the work adds what it knows."""

    def _painted_on_whole(self, name: str, box: tuple[slice, ...], values: NDArray[np.integer]) -> NDArray[np.integer]:
        """What labels hold in a box after a stroke; a later step of the work knows when that is not what was told."""
        return values

    def _truth_changed(self) -> None:
        """What is painted, or what it says, has changed; later steps of the work may have told what rests on it."""

    def _load_models(self) -> None:
        """Find the project's models; a later step of the work knows how."""

    def _load_settings(self, project: Project) -> None:
        self._unkept.clear()  # of the project before, which was left without them
        for group, kind in GROUPS.items():
            try:
                self._settings[group] = kind.from_json(project.settings(group))
            except UnetError as error:  # written by hand, or by another version: no reason to keep the pictures locked
                self._settings[group] = kind()
                self.failed.emit("project", error)
            self.settings_changed.emit(group)
