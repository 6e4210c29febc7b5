"""How long something takes."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import perf_counter


def median_ms(action: Callable[[], object], repeats: int) -> float:
    """The median time of `repeats` calls in milliseconds, after one call that does not count."""
    if repeats > 1:
        action()
    return statistics.median(_once(action) for _ in range(repeats))


def _once(action: Callable[[], object]) -> float:
    start = perf_counter()
    action()
    return 1000 * (perf_counter() - start)
