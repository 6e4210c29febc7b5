"""The worker process: `python -m napari_unet.engine.worker`. Takes commands on stdin, tells events on stdout.

Jobs run one after the other in the main thread; one that follows strokes lets every other go first, and goes on after
it. A second thread listens, so that Stop and the end of the window are heard at any time. When stdin closes, the window
is gone, however it went, and the worker leaves too.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn, TextIO

from napari_unet.core.memory import kept_memory
from napari_unet.engine.failure import failed
from napari_unet.engine.live_messages import Answered, Live, Look
from napari_unet.engine.messages import (
    Done,
    Event,
    Job,
    Message,
    Predict,
    Ready,
    Reported,
    Shutdown,
    Stop,
    Tiled,
    decode,
    encode,
)

Asked = Callable[[], bool]
"""Whether the job was asked to stop."""

Runner = Callable[..., Iterator[Reported | Tiled | Answered]]
"""Runs one job: `run(command, asked)` yields its reports; what it is asked with is a `Wish`."""

Jobs = Mapping[type[Job], Runner]

PATIENCE = 1.5
"""Seconds a running job has to end politely when the worker must leave. Under the 2 s that closing may take."""


class Wish:
    """What the window wants of one job by now: called, it says whether the job was asked to stop.

    `picture` is the picture on show, and `part` what is seen of it, where that was told. `others_wait` says whether
    other jobs do, and `others_press` whether one does that has an end, so that it is not one that follows strokes.
    """

    def __init__(self, others_wait: Asked, others_press: Asked) -> None:
        self.others_wait, self.others_press = others_wait, others_press
        self.picture, self.part = "", tuple[int, ...]()
        self._stop = threading.Event()

    def __call__(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop.is_set()

    def look(self, picture: str, part: tuple[int, ...]) -> None:
        """This is on show now."""
        self.picture, self.part = picture, part

    def stop(self) -> None:
        """The job is asked to stop."""
        self._stop.set()


class Worker:
    """Listens, and runs jobs in their order."""

    def __init__(self, commands: TextIO, events: TextIO) -> None:
        self._commands, self._events = commands, events
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._pressing: set[int] = set()
        self._wishes: dict[int, Wish] = {}
        self._followed = self._wish_for(0)  # what the newest job that follows strokes is asked
        self._running = threading.Event()

    def listen(self) -> None:
        """Sort what comes in until the window shuts the worker down or is gone. Runs in its own thread."""
        try:
            for line in self._commands:
                self._sort(decode(line))
        finally:  # the end of stdin, or a line cut off by the death of the window
            self._leave()

    def run(self, jobs: Jobs) -> None:
        """Run jobs until told to leave."""
        while (command := self._waiting.get()) is not None:
            self._running.set()
            self._pressing.discard(command.job)
            if (outcome := self._outcome(jobs, command)) is not None:
                self.tell(outcome)
            self._running.clear()

    def tell(self, event: Event) -> None:
        """Write one event. A window that no longer listens is a window that is gone."""
        try:
            self._events.write(encode(event) + "\n")
            self._events.flush()
        except OSError:
            os._exit(0)

    def _sort(self, command: Message) -> None:
        if isinstance(command, Job):
            wish = self._wish_for(command.job)
            if isinstance(command, Live):
                self._followed.stop()  # two that let each other go first would never do anything
                self._followed = wish
            else:
                self._pressing.add(command.job)
            self._waiting.put(command)
        elif isinstance(command, Stop):
            self._wish_for(command.job).stop()
        elif isinstance(command, Look):
            self._wish_for(command.job).look(command.picture, command.part)
        elif isinstance(command, Shutdown):
            self._leave()

    def _outcome(self, jobs: Jobs, command: Job) -> Event | None:
        """Run a job and return how it ended; None when it let others go first and is to go on after them."""
        asked = self._wishes[command.job]
        try:
            if not asked():
                # Not while training: there memory may be short, and what lies unused is missing elsewhere.
                with kept_memory() if isinstance(command, (Live, Predict)) else contextlib.nullcontext():
                    for report in jobs[type(command)](command, asked):
                        self.tell(report)
        except Exception as error:  # noqa: BLE001  (the worker must outlive its jobs; the window shows the error)
            return failed(command.job, error)
        if isinstance(command, Live) and not asked():
            self._waiting.put(command)
            return None
        return Done(command.job, stopped=asked())

    def _wish_for(self, job: int) -> Wish:
        """What a job is asked; there is one before the job comes."""
        return self._wishes.setdefault(job, Wish(lambda: not self._waiting.empty(), lambda: bool(self._pressing)))

    def _leave(self) -> None:
        """Ask everything to end, wait a little for a running job, and go. Python's own farewell would wait longer."""
        for wish in list(self._wishes.values()):
            wish.stop()
        self._waiting.put(None)
        if self._running.is_set():
            time.sleep(PATIENCE)
        os._exit(0)


def serve(warm_up: Callable[[], tuple[Ready, Jobs]]) -> NoReturn:
    """Be the worker: listen at once, then get ready with `warm_up`, then run jobs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the window; it will shut us down
    _step_back()
    worker = Worker(*_private_pipes())
    threading.Thread(target=worker.listen, daemon=True, name="listen").start()
    ready, jobs = warm_up()
    worker.tell(ready)
    worker.run(jobs)
    os._exit(0)


def _step_back() -> None:
    """Let the window go first: to the processor, and, where memory runs out, to survival."""
    with contextlib.suppress(OSError, AttributeError):  # Windows has no nice; the engine sets the priority there
        os.nice(10)
    with contextlib.suppress(OSError):  # Linux only
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def _private_pipes() -> tuple[TextIO, TextIO]:
    """Keep stdin and stdout for the protocol: whatever a library prints goes to stderr, whatever it reads is empty.

    (A library that looks at stdin while a thread waits on it hangs on Windows; this spares us that, too.)
    """
    commands = os.fdopen(os.dup(0), "r", encoding="utf-8", newline="\n")
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return commands, events


def _warm_up() -> tuple[Ready, Jobs]:
    from napari_unet.engine import jobs  # brings torch: the worker listens before it loads

    return jobs.warm_up(), jobs.JOBS


if __name__ == "__main__":
    serve(_warm_up)
