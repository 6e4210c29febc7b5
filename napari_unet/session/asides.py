"""Small questions to the worker beside the one long job: answered within seconds, and nobody waits for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from napari_unet.core.errors import UnetError
from napari_unet.engine.client import Engine
from napari_unet.engine.messages import AnyReport, Died, Done, Event, Failed, Job, Reported, Tiled


@dataclass
class Aside:
    """One question. `told` gets its reports; `answered` is called once, with the error if it went wrong.

    `got_on` is told how far it is (0..1), where the worker says so.
    """

    told: Callable[[AnyReport], None]
    answered: Callable[[UnetError | None], None]
    got_on: Callable[[float], None] = lambda _done: None


class Asides:
    """The questions under way, by their number."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: dict[int, Aside] = {}

    def ask(self, command: Job, aside: Aside) -> int:
        """Send a question to the worker. Returns its number."""
        number = self._engine.submit(command)
        self._open[number] = aside
        return number

    def stop(self, number: int) -> None:
        """Ask the worker to leave a question; that it has ended is told as always."""
        self._engine.stop(number)

    def handle(self, event: Event) -> bool:
        """Take an event that belongs to a question; whether it was one."""
        if isinstance(event, Died):
            for job in [job for job in self._open if job in event.jobs]:
                self._open.pop(job).answered(event.error)
            return False  # the long job may have died with it
        aside = self._open.get(getattr(event, "job", 0))
        if aside is None:
            return False
        if isinstance(event, Reported):
            aside.told(event.report)
        elif isinstance(event, Tiled):
            aside.got_on(event.done / max(event.total, 1))
        elif isinstance(event, (Done, Failed)):
            del self._open[event.job]
            aside.answered(event.error if isinstance(event, Failed) else None)
        return True

    def drop(self) -> None:
        """Stop them all, and listen to none of them any more: the project they asked about is being closed."""
        for job in self._open:
            self._engine.stop(job)
        self._open.clear()

    @property
    def waiting(self) -> bool:
        """Whether any answer is still to come."""
        return bool(self._open)
