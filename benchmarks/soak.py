"""Whether anything grows while somebody works for long: memory, open files, threads, and how long the window stalls.

The real window and its worker, with Live on: paint, train, segment, accept, take back, export, over and over. The first
half is left out, in which caches fill. The second half is cut into windows of equal length; what is measured is the
rise from the median of the first window to that of the last, without the largest rise between two of them: what is kept
the first time it is needed rises once, a leak goes on. Which files and objects there are more of, is told.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.outcome import Row
from benchmarks.screen import in_a_window

WINDOWS = 6
FEWEST = 10 * WINDOWS
"""Looks that are enough to say anything."""

GROWTH = {"memory": 6.0, "files": 2.0, "threads": 2.0}
"""How far each may go on rising: memory in percent (each training makes a model more), the others in number."""
UNITS = {"memory": "MiB", "files": "", "threads": ""}

MANY = 50
"""Objects more of a kind are worth a line."""

Look = dict[str, Any]


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=10.0, help="how long somebody works (default 10)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    found = in_a_window("benchmarks.soaked_window", options.minutes)
    yield from rows(found["looks"], found["done"])
    yield from more(found["objects"])


def rows(looks: list[Look], done: dict[str, int]) -> Iterator[Row]:
    """What the measurements say."""
    yield from (Row(f"done: {name}", count, "") for name, count in sorted(done.items()))
    failures = sum(count for name, count in done.items() if name.startswith("failed"))
    yield Row("errors told to the person", failures, "", limit=0)
    both = [look for look in looks if "worker memory" in look]
    half = len(both) // 2
    settled = both[half:]
    yield Row("looks that count", len(settled), "", limit=FEWEST, less=False)
    if len(settled) < WINDOWS:
        return
    for process in ("window", "worker"):
        for what, most in GROWTH.items():
            values = [look[f"{process} {what}"] for look in settled]
            level, risen = float(np.median(values)), steps(values)
            share, unit = (100 / level, "%") if what == "memory" else (1.0, "")
            yield Row(f"{process}, {what}", level, UNITS[what])
            yield Row(f"{process}, {what}, rise", share * sum(risen), unit)
            yield Row(f"{process}, {what}, goes on rising", share * (sum(risen) - max(*risen, 0.0)), unit, limit=most)
        yield from more_files(process, settled)
    for what in ("gap, p99", "gap"):
        for name, part in (("first half", both[:half]), ("second half", settled)):
            yield Row(f"window, {what}, {name}", float(np.median([look[what] for look in part])))


def steps(values: list[float]) -> list[float]:
    """The rises between the medians of windows of equal length."""
    return np.diff([float(np.median(part)) for part in np.array_split(values, WINDOWS)]).tolist()


def more_files(process: str, looks: list[Look]) -> Iterator[Row]:
    """The open files that there are more of in the last window than in the first, by their names."""
    first, *_, last = np.array_split(np.arange(len(looks)), WINDOWS)
    for kind in sorted({kind for look in looks for kind in look.get(f"{process} kinds", {})}):
        before, after = (
            np.mean([looks[number][f"{process} kinds"].get(kind, 0) for number in part]) for part in (first, last)
        )
        if after > before + 0.5:
            yield Row(f"{process}, files called {kind}", float(after), "", other=float(before), against="before")


def more(objects: list[dict[str, int]]) -> Iterator[Row]:
    """The kinds of objects of which the window has more at the end than half-way, the most first."""
    before, after = objects
    grown = {kind: count - before.get(kind, 0) for kind, count in after.items()}
    for kind, count in sorted(grown.items(), key=lambda one: -one[1])[:8]:
        if count >= MANY:
            yield Row(f"window, objects: {kind}", after[kind], "", other=before.get(kind, 0), against="before")
