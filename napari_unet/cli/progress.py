"""Progress on standard error: one line that rewrites itself on a terminal, plain lines anywhere else.

Results go to standard output by themselves, so that `napari-unet evaluate ... > scores.txt` holds the scores only.
"""

from __future__ import annotations

import shutil
import sys
import time
from typing import Self, TextIO

REDRAW_SECONDS = 0.1
PLAIN_SECONDS = 20.0
"""How often a passing state is worth a line of its own in a log file."""

BAR, CHAR_DONE, CHAR_LEFT = 20, "#", "-"
"""The width of a bar, and what it is drawn with: letters that every terminal has."""


class Progress:
    """Says how far a job is. `show` is for states that pass, `say` for lines that stay."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._rewrites = self._stream.isatty()
        self._shown = False
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def show(self, text: str) -> None:
        """A state that passes: replaces the one before, at most ten times a second."""
        now = time.monotonic()
        if now - self._last < (REDRAW_SECONDS if self._rewrites else PLAIN_SECONDS):
            return
        self._last = now
        if not self._rewrites:
            self._stream.write(text + "\n")
        else:
            self._stream.write("\r\x1b[K" + text[: shutil.get_terminal_size().columns - 1])
            self._shown = True
        self._stream.flush()

    def say(self, text: str) -> None:
        """A line that stays."""
        self._clear()
        self._stream.write(text + "\n")
        self._stream.flush()

    def _clear(self) -> None:
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._shown = False


def spoken(seconds: float) -> str:
    """A time as a person says it: "40 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def bar(done: int, total: int) -> str:
    """How much of a batch is done, as one sees it: [######--------------]."""
    full = BAR * done // max(total, 1)
    return f"[{full * CHAR_DONE}{(BAR - full) * CHAR_LEFT}]"
