"""Whether anything grows while somebody works for long: memory, open files, threads, and how long the window stalls.

The real window and its worker, with Live on: paint, train, segment, accept, take back, export, over and over. The first
third is left out, in which caches fill. Growth is what the steadiest line through the rest gains from its beginning to
its end (Theil and Sen), as a share of the level: a program that leaks goes on growing, one that is busy only varies.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from scipy import stats

from benchmarks.outcome import Row
from benchmarks.screen import in_a_window

WARM = 1 / 3
GROWTH = {"memory": 6.0, "files": 6.0, "threads": 6.0}
"""Percent that each may gain. Training makes a model more each time, so a little is expected."""
UNITS = {"memory": "MiB", "files": "", "threads": ""}


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=10.0, help="how long somebody works (default 10)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    found = in_a_window("benchmarks.soaked_window", options.minutes)
    yield from rows(found["looks"], found["done"])


def rows(looks: list[dict[str, float]], done: dict[str, int]) -> Iterator[Row]:
    """What the measurements say."""
    yield from (Row(f"done: {name}", count, "") for name, count in sorted(done.items()))
    failures = sum(count for name, count in done.items() if name.startswith("failed"))
    yield Row("errors told to the person", failures, "", limit=0)
    settled = [look for look in looks if "worker memory" in look][int(WARM * len(looks)) :]
    seconds = [look["seconds"] for look in settled]
    for process in ("window", "worker"):
        for what, most in GROWTH.items():
            values = [look[f"{process} {what}"] for look in settled]
            yield Row(f"{process}, {what}", float(np.median(values)), UNITS[what])
            yield Row(f"{process}, {what}, growth", growth(seconds, values), "%", limit=most)
    for what in ("gap, p99", "gap"):
        values = [look[what] for look in settled]
        half = len(values) // 2
        yield Row(f"window, {what}, first half", float(np.median(values[:half])))
        yield Row(f"window, {what}, second half", float(np.median(values[half:])))


def growth(seconds: list[float], values: list[float]) -> float:
    """What the steadiest line gains over the whole time, in percent of the median value."""
    slope = float(stats.theilslopes(values, seconds).slope)
    return 100 * slope * (seconds[-1] - seconds[0]) / float(np.median(values))
