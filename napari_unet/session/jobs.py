"""Long jobs: what is asked of the worker, how far it is, and what follows when it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from napari_unet.core.errors import StorageError, TrainingError, UnetError
from napari_unet.core.search.report import Searched, TrialDone
from napari_unet.core.training.report import (
    Closing,
    Compared,
    EpochDone,
    Finished,
    FoldDone,
    Report,
    Started,
    Stepped,
)
from napari_unet.engine import messages
from napari_unet.engine.client import Engine
from napari_unet.engine.messages import AnyReport, Died, Done, Event, Failed, Predict, Ready, Reported, Tiled
from napari_unet.session.asides import Asides
from napari_unet.session.events import Events
from napari_unet.session.follower import Follower, Following
from napari_unet.session.job import Curve, Job, Pace

Learning = Literal["train", "compare", "cross", "search"]
"""Jobs that belong to the section of training."""


@dataclass(frozen=True)
class Prediction:
    """One picture to run the model over. `prepare` writes its input and returns the command, only when its turn comes:
    a folder of pictures is never in memory at once.
    """

    name: str
    prepare: Callable[[], Predict]


class Owner(Following, Protocol):
    """Whoever asked for the jobs, and is told what came of them, on the thread that polls."""

    def trained(self, report: Finished, compared: Compared | None) -> None:
        """A training ended well; `compared` is how its model stands against those before it, where that is known."""

    def reported(self, kind: Learning, report: Report | TrialDone | Searched) -> None:
        """A job of this kind told something that is neither its progress nor its end."""

    def predicted(self, name: str) -> None:
        """The picture of this name has a fresh probability."""

    def ended(self, job: Job) -> None:
        """The job is over, and ended well or was stopped."""

    def lost(self, job: Job | None) -> None:
        """The job ended badly; what it had achieved may be on disk."""


class Jobs:
    """The one long job at a time, over the engine."""

    def __init__(self, events: Events, engine: Engine, owner: Owner) -> None:
        self._events, self._engine, self._owner = events, engine, owner
        self.asides = Asides(engine)
        self.live = Follower(engine, owner)
        self.job: Job | None = None
        self.curve = Curve()
        self.worker_line = "Worker not started"
        self.is_worker_ready = False
        self._number: int | None = None
        self._compared: Compared | None = None
        self._part, self._parts = 0, 1  # folds of a cross-validation that are done, and how many there are
        self._predictions: list[Prediction] = []
        self._running = ""
        self._total = 0
        self._pace = Pace()  # of what is segmented, or of what follows the learning

    def learn(self, kind: Learning, command: messages.Job, text: str) -> None:
        """Start a job of the section of training. Raises TrainingError when another job is running."""
        self.refuse_second()
        if kind != "compare":
            self.curve = Curve()
        self._compared = None
        self._part, self._parts = 0, command.folds if isinstance(command, messages.CrossValidate) else 1
        self._number = self._engine.submit(command)
        self._show(Job(kind, text))

    def segment(self, predictions: Sequence[Prediction]) -> None:
        """Run the model over pictures, one after the other. Raises TrainingError when another job is running."""
        self.refuse_second()
        self._predictions, self._total = list(predictions), len(predictions)
        self._pace = Pace()
        self._next_prediction()

    def stop(self) -> None:
        """Ask the running job to end and keep what it has."""
        if self._number is not None:
            self._predictions.clear()
            self._engine.stop(self._number)

    def abandon(self) -> None:
        """Stop, and let nothing that still comes of the running job be told: its project is being closed."""
        self.stop()
        self.asides.drop()
        self.live.follow(None)
        self.curve = Curve()
        self._events.curve_changed.emit()
        self._end()

    def poll(self) -> None:
        """Handle everything the worker sent since the last call. Never waits."""
        for event in self._engine.events():
            if not self.asides.handle(event) and not self.live.handle(event):
                self._handle(event)

    def show_progress(self, text: str, done: float, seconds_left: float = 0.0) -> None:
        """Show how far the running job is; for whoever knows better than its steps do."""
        if self.job is not None:
            self._show(Job(self.job.kind, text, done, seconds_left))

    def _handle(self, event: Event) -> None:
        match event:
            case Ready():
                self.is_worker_ready = True
                self._worker(f"{event.device} · ready")
            case Died():
                self.is_worker_ready = False
                if self._number is None or self._number in event.jobs:
                    self._worker("Worker stopped; it starts again with the next job")
                    self._lose(event.error)
            case Reported() if event.job == self._number:
                self._report(event.report)
            case Tiled() if event.job == self._number:
                self._tiled(event)
            case Done() if event.job == self._number:
                self._done(event)
            case Failed() if event.job == self._number:
                self._lose(event.error)

    def _lose(self, error: UnetError) -> None:
        lost = self.job
        self._end()
        self._events.failed.emit("segment" if lost is not None and lost.kind == "segment" else "train", error)
        self._owner.lost(lost)

    def _report(self, report: AnyReport) -> None:
        kind = self.job.kind if self.job is not None else ""
        match report:
            case Started() if kind == "train" and report.note:
                self._events.said.emit("train", report.note)
            case Stepped():
                self._stepped(report)
            case Closing():
                self._close(report)
            case EpochDone():
                self._epoch(report)
                if kind == "search":
                    self._owner.reported(kind, report)
            case FoldDone():
                self._part, self._parts, self.curve = report.fold, report.folds, Curve()  # of few pictures, few folds
            case TrialDone():
                self.curve = Curve()
                self._owner.reported("search", report)
            case Compared() if kind == "train":
                self._compared = report
            case Finished() if kind == "train":
                self._owner.trained(report, self._compared)
            case _ if kind not in ("", "segment", "export"):
                self._owner.reported(kind, report)  # type: ignore[arg-type]  # what is left are kinds of learning

    def _stepped(self, report: Stepped) -> None:
        assert self.job is not None
        self.curve.steps.append((report.step, report.loss))
        self._events.curve_changed.emit()
        if self.job.kind == "search":
            return  # its own reports say how far it is
        share = min(report.step / max(report.steps, 1), 1.0)
        text = f"epoch {report.epoch} · step {report.step} of {report.steps}"
        left = report.seconds_left
        if self.job.kind == "cross":
            text = f"Cross-validation · fold {self._part + 1} of {self._parts} · epoch {report.epoch}"
            left += (self._parts - self._part - 1) * (left / max(1 - share, 0.01))
        else:
            text = f"Training · {text}"
        self._show(Job(self.job.kind, text, (self._part + share) / self._parts, left))

    def _close(self, report: Closing) -> None:
        """The learning is done; of what follows it, a comparison may take as long as a few epochs."""
        if self.job is None or self.job.kind not in ("train", "compare"):
            return  # of a search or a cross-validation the whole is what counts
        if not report.done:
            self._pace = Pace()
        self._show(Job(self.job.kind, report.doing, report.done, self._pace.left(report.done)))

    def _epoch(self, report: EpochDone) -> None:
        score = report.scores.get("ap50", report.scores.get("dice"))
        if score is not None and self.curve.steps:
            self.curve.score_name = "AP at IoU 0.5" if "ap50" in report.scores else "Dice"
            self.curve.epochs.append((self.curve.steps[-1][0], score))
            self._events.curve_changed.emit()

    def _tiled(self, event: Tiled) -> None:
        finished = self._total - len(self._predictions) - 1
        done = (finished + event.done / max(event.total, 1)) / max(self._total, 1)
        left = self._pace.left(done)
        self._show(Job("segment", f"Segmenting picture {finished + 1} of {self._total}", done, left))

    def _done(self, event: Done) -> None:
        job = self.job
        if job is not None and job.kind == "segment" and not event.stopped:
            self._owner.predicted(self._running)
            self._next_prediction()
        else:
            self._end()
            if job is not None:
                self._owner.ended(job)

    def _next_prediction(self) -> None:
        """Go on with the next picture that can be segmented; the others are told."""
        while self._predictions:
            prediction = self._predictions.pop(0)
            self._running = prediction.name
            try:
                self._number = self._engine.submit(prediction.prepare())
            except StorageError as error:  # a full disk is full for the others, too
                self._predictions.clear()
                self._events.failed.emit("segment", error)
            except UnetError as error:
                self._events.failed.emit("segment", error)
            else:
                finished = self._total - len(self._predictions) - 1
                text = f"Segmenting picture {finished + 1} of {self._total}"
                self._show(Job("segment", text, finished / self._total))
                return
        self._end()

    def refuse_second(self) -> None:
        """Raises TrainingError while a job is running."""
        if self.job is not None:
            raise TrainingError(f"{self.job.text} is still running.", "", "Wait until it is done, or press Stop.")

    def _end(self) -> None:
        self._number = None
        self._predictions.clear()
        self._show(None)

    def _show(self, job: Job | None) -> None:
        self.job = job
        self._events.job_changed.emit()

    def _worker(self, line: str) -> None:
        self.worker_line = line
        self._events.worker_changed.emit()
