"""Training: from what, how long, and which model is active."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from napari_unet.core.data import Project
from napari_unet.core.errors import ModelError, UnetError
from napari_unet.core.model.classes import Classes, classes_of
from napari_unet.core.model.header import read_card
from napari_unet.core.model.shipped import AUTO, shipped_model
from napari_unet.core.settings import Plan, TrainingSettings
from napari_unet.core.training.report import Finished
from napari_unet.engine.messages import Job as Command
from napari_unet.engine.messages import Train
from napari_unet.session.asides import Aside
from napari_unet.session.came_along import came_along
from napari_unet.session.job import Beside, Curve, Job, ModelRow
from napari_unet.session.jobs import Jobs
from napari_unet.session.opened import Opened, told
from napari_unet.session.rows import model_rows

NOTHING = "none"
"""The key of starting from nothing."""

MODEL = "model"
"""Where project.json keeps which model is active."""


class Learning(Opened):
    """The third step of the work."""

    jobs: Jobs

    def __init__(self) -> None:
        super().__init__()
        self.start = AUTO
        self.agrees = ""  # the start that fits the pictures, once the worker has looked
        self._active = ""
        self._training = ""  # the name of the model that is being trained, or was last

    @property
    def job(self) -> Job | None:
        """The long job that is running, or None."""
        return self.jobs.job

    @property
    def curve(self) -> Curve:
        """The learning curve of the running or last training."""
        return self.jobs.curve

    @property
    def worker_line(self) -> str:
        """Device and state of the worker, for the status line."""
        return self.jobs.worker_line

    @property
    def models(self) -> tuple[ModelRow, ...]:
        """The project's models, newest first."""
        return () if self.project is None else model_rows(self.project, self._active)

    @property
    def active_model(self) -> ModelRow | None:
        """The model that segments, or None before there is one."""
        return next((row for row in self.models if row.active), None)

    @property
    def starts(self) -> tuple[tuple[str, str], ...]:
        """What learning can start from: (key, words to show)."""
        came = tuple((name, f"{name.capitalize()} (came with U-Net)") for name in came_along())
        return (
            (NOTHING, "Nothing"),
            (AUTO, "What fits best"),
            *came,
            *((row.name, row.title) for row in self.models),
        )

    def start_words(self, key: str) -> str:
        """What the window calls this start."""
        return spoken(next((words for known, words in self.starts if known == key), "nothing"))

    def set_start(self, key: str) -> None:
        """Choose what the next training, and what follows strokes, starts from."""
        self.start = key
        self.model_changed.emit()

    @told("train")
    def train(self) -> None:
        """Train on everything annotated, in the worker. What is painted meanwhile counts."""
        self._ready_to_learn()
        self._once_start_is_known(self._train)

    @told("train")
    def _train(self) -> None:
        project = self.need_writable()
        self.jobs.refuse_second()
        self._begin(project.new_model_folder(project.name), self._start_folder())

    def _once_start_is_known(self, action: Callable[[], None]) -> None:
        """Do something once it is known what to start from; a later step of the work knows how to find that out."""
        action()

    def _ready_to_learn(self) -> Project:
        """The project, with every stroke on disk and its measuring pictures chosen. Raises ProjectError and others."""
        project = self.need_writable()
        self.jobs.refuse_second()
        self.needed.emit()
        self.need_desk().save()
        project.decide_validation(self._training_settings.validation)
        self.pictures_changed.emit()
        return project

    def _begin(self, out: Path, start: str, resumed: Plan | None = None) -> None:
        """Have the model in folder `out` trained, or its broken-off training gone on with, by the plan it had."""
        project = self.need_project()
        self._training = out.name
        command = Train(
            project=str(project.folder),
            name=out.name,
            kind=project.kind,
            class_names=project.class_names,
            out=str(out),
            start=start,
            plan=(resumed or self.plan).to_json(),
            resume=resumed is not None,
            rivals=tuple(map(str, self.rivals())),
        )
        self.jobs.learn("train", command, "Training · reading the pictures")

    def _ask_beside(self, kind: Beside, text: str, command: Command, aside: Aside) -> None:
        """Ask the worker something that a person waits for: how far it is can be seen, and it can be stopped.

        What is asked while one of its kind is under way is not asked.
        """
        if self.beside.job(kind) is not None:
            return

        def over(error: UnetError | None) -> None:
            if not self.beside.end(kind) or error is not None:
                aside.answered(error)

        number = self.jobs.asides.ask(command, Aside(aside.told, over, partial(self.beside.got_on, kind)))
        self.beside.begin(kind, text, partial(self.jobs.asides.stop, number))

    def rivals(self) -> tuple[Path, ...]:
        """The models that a new one is compared with; a later step of the work knows them."""
        return ()

    @property
    def _training_settings(self) -> TrainingSettings:
        """How learning goes, and where it, and what follows strokes, computes."""
        settings = self.settings("training")
        assert isinstance(settings, TrainingSettings)
        return settings

    @property
    def plan(self) -> Plan:
        """The settings of the next training."""
        return Plan(**{group: self.settings(group) for group in Plan.GROUPS})  # type: ignore[arg-type]  # by name

    @told("train")
    def activate(self, name: str) -> None:
        """Let this model segment from now on, with the clean-up that suited it best."""
        card = read_card(self._folder(name))
        self._active = name
        if not self.read_only:
            self._note_model(active=name)
        self.set_settings("postprocessing", card.postprocessing)
        self.model_changed.emit()

    def _classes_of(self, folder: Path) -> Classes:
        """The classes of a model beside those of the project, by their names. Raises ModelError."""
        project, model = self.need_project().card, read_card(folder)
        return classes_of(model, project.told_apart, project.classes_when(model.created))

    def _may_be_compared(self, folder: Path) -> bool:
        """Whether the classes of a model have the numbers that they have in the project: they are compared by those."""
        with suppress(UnetError):  # what cannot be read is told where it is compared
            return self._classes_of(folder).alike
        return True

    def _folder(self, name: str) -> Path:
        """The folder of a model of the project. Raises ModelError when it has gone."""
        for folder in self.need_project().models():
            if folder.name == name:
                return folder
        raise ModelError(f"The model {name} is no longer in the project.", "", "Choose another model, or train one.")

    def _start_folder(self) -> str:
        """The folder of the model that training starts from; empty for nothing. Raises ModelError when it has gone."""
        start = self.agrees if self.start == AUTO else self.start
        if start in ("", NOTHING):
            return ""
        return str(shipped_model(start) if start in came_along() else self._folder(start))

    def _abandon_jobs(self) -> None:
        super()._abandon_jobs()
        self.jobs.abandon()

    def _forget_results(self) -> None:
        super()._forget_results()
        self.start, self.agrees, self._active, self._training = AUTO, "", "", ""

    def _load_models(self) -> None:
        """Make the project's active model, or its newest, the active one again."""
        project = self.need_project()
        names = [folder.name for folder in project.models()]
        kept = str(project.settings(MODEL).get("active", ""))
        self._active = kept if kept in names else next(reversed(names), "")
        self.start, self.agrees = self._active or AUTO, ""
        self.model_changed.emit()

    def _note_model(self, **values: str) -> None:
        """Keep something about models in the project. Raises StorageError."""
        project = self.need_project()
        project.save_settings(MODEL, {**project.settings(MODEL), **values})

    def _title(self, name: str) -> str:
        """What the window calls the model of this name: Model 3."""
        return next((row.title for row in self.models if row.name == name), name)


def ended(report: Finished) -> str:
    """How the training ended, as a sentence. How good the model is stands beside its name."""
    after = f"after {report.epochs} epoch{'s' if report.epochs != 1 else ''} in {_duration(report.seconds)}"
    words = {
        "done": f"Trained {after}.",
        "time": f"The time limit ended the training {after}.",
        "patience": f"The score rose no further {after}; the best model is kept.",
        "asked": f"Stopped {after}; the best model is kept.",
    }
    return words[report.stopped]


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def spoken(words: str) -> str:
    """The words that offer a start, within a sentence: without what stands in brackets."""
    return words.split(" (")[0].lower()
