"""The job that follows strokes: at most one, beside the long ones, which go first."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from napari_unet.core.errors import UnetError
from napari_unet.engine.client import Engine
from napari_unet.engine.live_messages import Answered, Live
from napari_unet.engine.messages import Died, Done, Event, Failed


class Following(Protocol):
    """Whoever wants strokes to be followed."""

    def answered(self, event: Answered, *, heard: bool) -> None:
        """A picture has a fresh probability; not `heard` when it comes of a job that was stopped."""

    def unfollowed(self, error: UnetError) -> None:
        """The job has ended by itself."""


class Follower:
    """Keeps the job in the worker that is wanted, and no other."""

    def __init__(self, engine: Engine, owner: Following) -> None:
        self._engine, self._owner = engine, owner
        self._running: Live | None = None

    def follow(self, wanted: Live | None) -> None:
        """Have this done from now on. Costs nothing when it is done already; what is on show is only told."""
        running = self._running
        if running is not None and wanted is not None and _alike(running, wanted):
            if (running.picture, running.part) != (wanted.picture, wanted.part):
                self._engine.look(running.job, wanted.picture, wanted.part)
                self._running = replace(running, picture=wanted.picture, part=wanted.part)
            return
        if running is not None:
            self._engine.stop(running.job)
            self._running = None
        if wanted is not None:
            self._running = replace(wanted, job=self._engine.submit(wanted))

    def handle(self, event: Event) -> bool:
        """Take an event that belongs to following; whether it was one."""
        running = 0 if self._running is None else self._running.job
        match event:
            case Answered():
                self._owner.answered(event, heard=event.job == running)
                return True
            case Died() if running in event.jobs:
                self._running = None
                self._owner.unfollowed(event.error)
                return False  # a long job may have died with it; that it died is told there
            case Done() | Failed() if running and event.job == running:
                self._running = None
                if isinstance(event, Failed):
                    self._owner.unfollowed(event.error)
                return True
        return False


def _alike(one: Live, other: Live) -> bool:
    """Whether two jobs differ in nothing but what is on show, and what a worker that follows knows best."""
    one, other = (replace(each, picture="", part=(), job=0, turned=(), unheard=()) for each in (one, other))
    return one == other
