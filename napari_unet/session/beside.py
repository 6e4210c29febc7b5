"""What a person has asked for and waits for beside the one long job: how far each of it is, and Stop.

Nobody waits for what comes by itself (scores of the active model, estimates, small pictures, doubts): it has no bar,
and gives way to whatever is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from psygnal import SignalInstance

from napari_unet.session.job import Beside, Job, Pace


@dataclass
class _Running:
    job: Job
    stop: Callable[[], object]
    pace: Pace = field(default_factory=Pace)
    stopped: bool = False


class BesideJobs:
    """At most one of each kind at a time. `changed` is emitted whenever one began, got on or ended."""

    def __init__(self, changed: SignalInstance) -> None:
        self._changed = changed
        self._running: dict[Beside, _Running] = {}

    def job(self, kind: Beside) -> Job | None:
        """How far the job of this kind is; None while there is none."""
        running = self._running.get(kind)
        return None if running is None else running.job

    def begin(self, kind: Beside, text: str, stop: Callable[[], object]) -> None:
        """One has begun; `stop` is called, once, when the person wants it to end."""
        self._running[kind] = _Running(Job(kind, text), stop)
        self._changed.emit()

    def got_on(self, kind: Beside, done: float) -> None:
        """It is so far (0..1)."""
        running = self._running.get(kind)
        if running is not None and done != running.job.done:
            job = running.job
            running.job = Job(kind, job.text, done, running.pace.left(done), job.can_stop)
            self._changed.emit()

    def end(self, kind: Beside) -> bool:
        """It is over; whether the person had stopped it."""
        running = self._running.pop(kind, None)
        self._changed.emit()
        return running is not None and running.stopped

    def stop(self, kind: Beside) -> None:
        """The person wants it to end."""
        running = self._running.get(kind)
        if running is not None and not running.stopped:
            running.stopped = True
            running.job = Job(kind, f"{running.job.text} · stopping", running.job.done, can_stop=False)
            running.stop()
            self._changed.emit()

    def forget(self) -> None:
        """What was asked for belongs to a project that is left."""
        if self._running:
            self._running.clear()
            self._changed.emit()
