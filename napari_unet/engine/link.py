"""One worker process as the window holds it: three threads on its three pipes, so that nobody ever waits for it."""

from __future__ import annotations

import collections
import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO, cast

from napari_unet.core.cores import PATIENT
from napari_unet.engine.messages import Command, Died, Done, Event, Failed, Ready, Shutdown, decode, encode

WORKER = (sys.executable, "-P", "-m", "napari_unet.engine.worker")
"""`-P`: a file called torch.py in the folder the program was started from must not be taken for torch."""

FAREWELL = 1.8
"""Seconds a worker has to leave politely before it is ended."""


class Link:
    """A living worker process. Made by starting one; raises OSError when that fails.

    Parameters
    ----------
    program : the command line of the worker.
    tell : called with every event, from a thread.
    """

    def __init__(self, program: Sequence[str], tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._process = _spawn(program)
        self._outbox: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._jobs: set[int] = set()
        self._lock = threading.Lock()
        self._last_words: collections.deque[str] = collections.deque(maxlen=60)
        self._ready = self._closing = False
        self.alive = True
        threads = (self._write, self._read, self._overhear)
        self._threads = [threading.Thread(target=run, daemon=True, name=f"worker{run.__name__}") for run in threads]
        for thread in self._threads:
            thread.start()

    def send(self, command: Command, job: int = 0) -> bool:
        """Put a command on its way and return at once: whether the worker still lived. `job` will end with an event."""
        with self._lock:
            if job and self.alive:
                self._jobs.add(job)
            self._outbox.put(command)
            return self.alive

    def close(self) -> None:
        """End the worker, politely for at most 1.8 s. Nothing of it is left afterwards."""
        self._closing = True
        deadline = time.monotonic() + FAREWELL
        self.send(Shutdown())
        self._outbox.put(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(FAREWELL)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))

    def _write(self) -> None:
        """Carry commands to the worker. A pipe that is full, because the worker is busy loading, blocks only here."""
        with contextlib.suppress(OSError), _pipe(self._process.stdin) as pipe:
            while (command := self._outbox.get()) is not None:
                pipe.write(encode(command) + "\n")
                pipe.flush()

    def _read(self) -> None:
        """Carry events from the worker until it is gone, and say so when nobody asked it to go."""
        with _pipe(self._process.stdout) as pipe:
            for line in pipe:
                self._arrived(line)
        code = self._process.wait()
        with self._lock:
            self.alive = False
        self._outbox.put(None)
        if not self._closing:
            self._threads[-1].join(1)  # the last words explain the death
            self._tell(self._obituary(code))

    def _overhear(self) -> None:
        """Keep the last lines of what the worker's libraries print: the details when it dies."""
        with _pipe(self._process.stderr) as pipe:
            self._last_words.extend(pipe)

    def _arrived(self, line: str) -> None:
        try:
            event = cast(Event, decode(line))
        except ValueError:  # cut off by a death, or printed before the worker had its pipes to itself
            self._last_words.append(line)
            return
        if isinstance(event, (Done, Failed)):
            self._jobs.discard(event.job)
        self._ready = self._ready or isinstance(event, Ready)
        self._tell(event)

    def _obituary(self, code: int) -> Died:
        details = "".join(self._last_words)
        jobs = tuple(sorted(self._jobs))
        if not self._ready:
            do = "Press Doctor… at the bottom of the panel, or type napari-unet doctor: it says what to mend."
            return Died(f"The worker process could not start ({_cause(code)}).", do=do, details=details, jobs=jobs)
        return Died(
            f"The worker process ended by itself ({_cause(code)}).",
            do="Your annotations and the best model so far are kept; start again when you like.",
            details=details,
            jobs=jobs,
        )


def _spawn(program: Sequence[str]) -> subprocess.Popen[str]:
    quiet = 0
    if sys.platform == "win32":
        quiet = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return subprocess.Popen(
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        # Apple's chips lack some operations.
        env={**PATIENT, **os.environ, "PYTORCH_ENABLE_MPS_FALLBACK": "1"},
        creationflags=quiet,
    )


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None, "every pipe of the worker was asked for"
    return pipe


def _cause(code: int) -> str:
    """What an exit code says, for the person."""
    if code >= 0:
        return f"exit code {code}"
    if -code == getattr(signal, "SIGKILL", 9):
        return "it was killed, perhaps because memory ran out"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
