"""How long something takes."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import perf_counter

Clock = Callable[[], float]
"""Seconds: `time.perf_counter`, or `time.thread_time` for work of one thread on a machine that others use too."""


def median_ms(action: Callable[[], object], repeats: int, clock: Clock = perf_counter) -> float:
    """The median time of `repeats` calls in milliseconds, after one call that does not count."""
    if repeats > 1:
        action()
    return statistics.median(_once(action, clock) for _ in range(repeats))


def _once(action: Callable[[], object], clock: Clock) -> float:
    start = clock()
    action()
    return 1000 * (clock() - start)
