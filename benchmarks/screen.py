"""A screen to open windows on: the one there is, or a virtual one for as long as the benchmark runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.datasets import Missing
from tools.screen import is_there, virtual


@contextmanager
def screen() -> Iterator[None]:
    """Make sure there is a screen. Raises Missing where there is none and no virtual one can be had."""
    with virtual():
        if not is_there():
            raise Missing("there is no screen, and Xvfb is not installed (apt-get install xvfb)")
        yield
