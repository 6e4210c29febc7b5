"""Workers that tests run instead of the real one, or keep."""

from __future__ import annotations

import sys
from pathlib import Path

from napari_unet.engine.client import Engine
from napari_unet.engine.link import WORKER
from napari_unet.engine.messages import Died, Done, Event, Failed, Job, Ready
from tests.patience import wait_until

QUICK = (sys.executable, str(Path(__file__).parent / "engine" / "quick_worker.py"))
"""The real live jobs with a learner that only knows brightness: it starts at once, since it never loads torch."""

KEPT = "--kept"
"""Told to a worker that one test after the other uses, by which tests/conftest.py knows that it is no orphan."""


class KeptEngine(Engine):
    """The engine for one test after the other: what its worker has loaded is loaded once.

    To each session it is like a new one: `close` ends the jobs that were left, and the next `start` tells `Ready`.
    """

    def __init__(self, program: tuple[str, ...] = WORKER) -> None:
        super().__init__((*program, KEPT))
        self._running = set[int]()
        self._ready: Ready | None = None
        self._begun = self._told = False
        """Whether this session has asked for anything, and whether it knows that the worker is ready."""

    def start(self) -> None:
        """As of a new engine; a worker that is warm already is ready at once."""
        super().start()
        self._begun = True

    def submit(self, command: Job) -> int:
        """As of a new engine."""
        job = super().submit(command)
        self._running.add(job)
        self._begun = True
        return job

    def events(self) -> list[Event]:
        """What has arrived since the last call."""
        arrived = super().events()
        for event in arrived:
            if isinstance(event, Ready):
                self._ready, self._told = event, True
            elif isinstance(event, (Done, Failed)):
                self._running.discard(event.job)
            elif isinstance(event, Died):
                self._ready, self._told = None, False
                self._running -= set(event.jobs)
        if self._begun and self._ready and not self._told:
            self._told = True
            arrived.insert(0, self._ready)
        return arrived

    def close(self) -> None:
        """End what runs and forget what was told; the worker stays."""
        for job in list(self._running):
            self.stop(job)
        wait_until(lambda: not self._running, self.events)  # they were stopped
        self.events()
        self._begun = self._told = False

    def let_go(self) -> None:
        """End the worker."""
        super().close()
