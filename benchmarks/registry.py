"""Which benchmarks there are: one file each."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from importlib import import_module
from typing import Protocol, cast

from benchmarks.outcome import Row

BENCHMARKS = (
    "catalogue",
    "corrections",
    "desk",
    "few_strokes",
    "first_use",
    "large",
    "live_cleanup",
    "loading",
    "memory",
    "objects",
    "responsiveness",
    "soak",
    "startup",
    "throughput",
    "where_next",
)


class Benchmark(Protocol):
    """What a benchmark's file holds. Its docstring says what is measured, in the first line briefly."""

    __doc__: str | None

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Add what can be set about this benchmark."""

    def measure(self, options: argparse.Namespace) -> Iterable[Row]:
        """Measure, and say what came out. Raises Missing when the data is not there."""


def load(name: str) -> Benchmark:
    """The benchmark called `name`."""
    return cast(Benchmark, import_module(f"benchmarks.{name}"))
