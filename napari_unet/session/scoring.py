"""How good the active model is on what it has not learned from, kept up to date behind everything else."""

from __future__ import annotations

import time
from pathlib import Path

from napari_unet.core.errors import UnetError
from napari_unet.core.settings import Plan
from napari_unet.core.training.report import Unseen
from napari_unet.engine.messages import Score
from napari_unet.session.asides import Aside
from napari_unet.session.judging import Judging

PAUSE = 3.0
"""Seconds without a stroke until the model is measured again: strokes that are followed must not wait for it."""

State = tuple[object, ...]
"""What the score depends on; another one means that it is to be found anew."""


class Scoring(Judging):
    """Asked of the worker after every change, and put off as soon as a person goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._unseen: Unseen | None = None
        self._asked_for: State = ()
        self._scoring: int | None = None
        self._asked_at = 0.0
        self._annotated = 0
        self._turned = 0.0  # when another picture was last turned to
        self.annotation_changed.connect(self._on_annotation)
        self.current_changed.connect(self._on_turned)

    @property
    def unseen(self) -> Unseen | None:
        """How good the active model is on what it has not learned from; None while that is not known."""
        known = self._unseen
        return known if known is not None and Path(known.folder).name == self._active else None

    def _on_annotation(self, _name: str) -> None:
        self._annotated += 1

    def _begin(self, out: Path, start: str, resumed: Plan | None = None) -> None:
        if out.name == self._active:  # it is gone on with in its folder: what was known is of weights that go
            self._unseen, self._asked_for = None, ()
        super()._begin(out, start, resumed)

    def _forget_results(self) -> None:
        super()._forget_results()
        self._unseen, self._asked_for, self._scoring = None, (), None

    def _ask_how_good(self) -> None:
        """Ask a worker that has nothing else to do, if anything has changed since it was asked last."""
        if self.project is None or not self._active or not self.jobs.is_worker_ready or self._scoring is not None:
            return
        if (
            self.jobs.job is not None
            or self.jobs.asides.waiting
            or time.monotonic() - max(self._last_stroke, self._turned) < PAUSE
        ):
            return
        state = self._state()
        if state == self._asked_for or not self._has_model(self._active):
            return
        folder, device = self._folder(self._active), self._training_settings.device
        command = Score(str(self.project.folder), str(folder), device)
        self._asked_for, self._asked_at = state, time.monotonic()
        self._scoring = self.jobs.asides.ask(command, Aside(self._take_score, self._end_scoring))

    def _state(self) -> State:
        project = self.need_project()
        records = ((name, project.record(name)) for name in project.names())
        known = tuple((name, one.known_planes(), one.validation, one.aside, len(one.origin)) for name, one in records)
        return self._active, project.class_names, known, self._annotated, self._last_stroke

    def _take_score(self, report: object) -> None:
        if isinstance(report, Unseen):
            self._unseen, self._scoring = report, None
            self.craft_changed.emit()

    def _end_scoring(self, error: UnetError | None) -> None:
        """It has ended: well, or because of a picture that is told elsewhere, or to let something else go first."""
        if self._scoring is not None and error is None:
            self._asked_for = ()  # what it knows already the worker remembers
        self._scoring = None

    def _let_hand_go_first(self) -> None:
        """Whoever paints waits for nothing."""
        if self._scoring is not None and self._last_stroke > self._asked_at:
            self._put_score_off()

    def _on_turned(self, *_: object) -> None:
        self._turned = time.monotonic()
        self._put_score_off()

    def _put_score_off(self) -> None:
        if self._scoring is not None:
            self.jobs.asides.stop(self._scoring)
