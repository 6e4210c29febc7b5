"""What to begin with while the person leaves that open: which model that came along fits the pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from napari_unet.core.errors import StorageError, UnetError, WorkerError
from napari_unet.core.model.shipped import AUTO, shipped_model
from napari_unet.core.settings import NetworkSettings
from napari_unet.engine.live_messages import FindStart, FoundStart
from napari_unet.session.asides import Aside
from napari_unet.session.came_along import came_along, finds, own_copy
from napari_unet.session.job import Job
from napari_unet.session.learning import NOTHING, Learning

Action = Callable[[], None]


class Starting(Learning):
    """Has the worker look at a picture, once, before what depends on it is done."""

    def __init__(self) -> None:
        super().__init__()
        self._looking = False
        self._awaiting: tuple[str, Action] | None = None  # what is done once it is known

    @property
    def stand_in(self) -> str:
        """The key of what segments while the project has no model: one that came along, or whichever fits.

        Empty for nothing, and where regions are looked for: who knows which are meant?
        """
        if self.project is None or self.project.kind != "objects" or self.active_model is not None:
            return ""
        key = self.agrees if self.start == AUTO else self.start
        unknown = self.start == AUTO and not self.agrees and came_along()
        return AUTO if unknown else key if key in came_along() and finds(key) == "objects" else ""

    @property
    def looking(self) -> Job | None:
        """The look at a picture that training or segmenting waits for, as a job."""
        if self._awaiting is None:
            return None
        return Job("train" if self._awaiting[0] == "train" else "segment", "Looking which model that came along fits")

    def _once_start_is_known(self, action: Action) -> None:
        """Find out which model that came along knows the picture on show, where it is one that could be taught on."""
        project = self.need_project()
        picture = self.current or next(iter(project.names()), "")
        if picture and project.kind == "objects" and self.plan.network == NetworkSettings():
            self._once_it_fits("train", picture, lambda: self._from_what_fits(action))
        else:
            action()

    def _from_what_fits(self, action: Action) -> None:
        if self.start == AUTO and self.agrees in came_along():
            known = "; what is painted is new to it" if self._astray else " and knows such pictures"
            self.said.emit("train", f"Learning goes on from {self.agrees}, which came along{known}.")
        action()

    @property
    def _astray(self) -> bool:
        """Whether strokes are about something that the start which fits the picture does not look for."""
        return False

    def _once_it_fits(self, section: str, picture: str, action: Action) -> None:
        """Do something now, or, where nobody knows yet which start fits, once the worker has found that out."""
        if self.start != AUTO or self.agrees or not came_along():
            self._awaiting = None
            action()
            return
        self._awaiting = section, action  # what was asked for last
        self.job_changed.emit()
        if not self._looking:
            self._looking = True
            self.said.emit(section, f"Looking which model that came along fits {picture} …")
            project = self.need_project()
            device, seen = self._training_settings.device, self.plan.preprocessing.channels
            command = FindStart(str(project.folder), project.kind, device, picture, channels=seen)
            self.jobs.asides.ask(command, Aside(self._take_start, self._found_start))

    def _take_start(self, report: object) -> None:
        if isinstance(report, FoundStart):
            self.agrees = report.start or NOTHING

    def _found_start(self, error: UnetError | None) -> None:
        wanted, self._looking, self._awaiting = self._awaiting, False, None
        if wanted is None:
            return
        section, action = wanted
        if error is None or section == "train":  # training tells by itself what is wrong with a picture
            action()
        elif not isinstance(error, WorkerError):  # the worker's death is told already
            self.failed.emit(section, error)
        self.job_changed.emit()

    def _stop_looking(self) -> None:
        """Do nothing once it is known."""
        self._awaiting = None
        self.job_changed.emit()

    def _brought_in(self, start: Path) -> str:
        """The project's own copy of a model that came along, by its folder's name; nothing where there can be none."""
        if start not in map(shipped_model, came_along()):
            return ""
        try:
            return own_copy(self.need_project(), start).name
        except StorageError as error:  # the new model is better than none
            self.failed.emit("train", error)
            return ""

    def _abandon_jobs(self) -> None:
        super()._abandon_jobs()
        self._looking, self._awaiting = False, None
