"""The engine: the window's side of the worker. Every call returns at once and may come from any thread."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import itertools
import threading
from collections.abc import Sequence

from napari_unet.engine.link import WORKER, Link
from napari_unet.engine.live_messages import Look
from napari_unet.engine.messages import Died, Event, Job, Stop


class Engine:
    """Owns one warm worker process, made when first needed and made anew after a death.

    Parameters
    ----------
    program : the command line of the worker; another one speaks the same messages.
    """

    def __init__(self, program: Sequence[str] = WORKER) -> None:
        self._program = tuple(program)
        self._events: collections.deque[Event] = collections.deque()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._link: Link | None = None

    def start(self) -> None:
        """Start the worker unless it runs. `Ready` follows within seconds; jobs may be submitted before."""
        with self._lock:
            self._connected(())

    def submit(self, command: Job) -> int:
        """Queue a job and return its number, which its events carry. Exactly one Done, Failed or Died ends it."""
        with self._lock:
            job = next(self._numbers)
            numbered = dataclasses.replace(command, job=job)
            while (link := self._connected((job,))) is not None and not link.send(numbered, job):
                pass  # it died this very moment: take the next one
            return job

    def stop(self, job: int) -> None:
        """Ask a job to end soon, running or waiting. A job that has ended does not mind."""
        with self._lock:
            if self._link is not None:
                self._link.send(Stop(job))

    def look(self, job: int, picture: str, part: tuple[int, ...]) -> None:
        """Tell a job that follows strokes what is on show; see `Live`. A job that has ended does not mind."""
        with self._lock:
            if self._link is not None:
                self._link.send(Look(job, picture, part))

    def events(self) -> list[Event]:
        """What has arrived since the last call, oldest first."""
        arrived: list[Event] = []
        with contextlib.suppress(IndexError):
            while True:
                arrived.append(self._events.popleft())
        return arrived

    def close(self) -> None:
        """End the worker within 2 s and leave no process behind. The engine may be started again."""
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            link.close()

    def _connected(self, jobs: tuple[int, ...]) -> Link | None:
        """The living worker, started if need be; None, and `jobs` are lost, when none can be started."""
        if self._link is None or not self._link.alive:
            try:
                self._link = Link(self._program, self._events.append)
            except OSError as error:
                self._link = None
                self._events.append(Died(f"The worker process could not start ({error}).", jobs=jobs))
        return self._link
