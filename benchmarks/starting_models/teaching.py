"""Training one starting model, with a line an epoch; all of it lands in one folder."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.starting_models.lots import LOTS, plan
from benchmarks.starting_models.materials import samples
from napari_unet.core.data.sample import FixedSet
from napari_unet.core.training import (
    Compared,
    EpochDone,
    Finished,
    Noticed,
    Report,
    Started,
    Stepped,
    TrainingTask,
    train,
)

LOG = "log.txt"
SHOWN = ("ap50", "ap75", "dice")
"""Scores, those of objects first."""

Say = Callable[[str], None]


def teach(task: TrainingTask, items: FixedSet, say: Say) -> None:
    """Train, and say what happens."""
    begun, stepped = time.monotonic(), list[float]()
    for report in train(items, task):
        if isinstance(report, Stepped):
            stepped.append(time.monotonic())
        line = told(report)
        if isinstance(report, EpochDone):
            line += f", {_pace(stepped)}, {(time.monotonic() - begun) / 60:.1f} min"
            stepped.clear()
        if line:
            say(line)


def _pace(stepped: Sequence[float]) -> str:
    """How long a step took, from the times at which each was done; measuring is not in it."""
    seconds = (stepped[-1] - stepped[0]) / (len(stepped) - 1) if len(stepped) > 1 else 0.0
    return f"{len(stepped)} steps of {1000 * seconds:.0f} ms"


def told(report: Report) -> str:
    """A report in one line; empty for those that say nothing here."""
    if isinstance(report, Started):
        counts = f"{report.learned} to learn from, {report.measured} to measure, {report.parameters:,} parameters"
        return f"{report.device}: {counts}. {report.note}"
    if isinstance(report, EpochDone):
        scores = ", ".join(f"{name} {report.scores[name]:.4f}" for name in SHOWN if name in report.scores)
        return f"epoch {report.epoch}{' *' if report.best else ''}: loss {report.loss:.4f}, {scores}"
    if isinstance(report, (Noticed, Compared)):
        return report.sentence
    if isinstance(report, Finished):
        return f"{report.stopped} after {report.epochs} epochs, {report.seconds / 60:.1f} min: {report.scores}"
    return ""


def task_of(options: Namespace) -> TrainingTask:
    """The training of a starting model."""
    lot, name = LOTS[options.name], options.name
    taught = plan(lot, options.minutes, options.seed, options.rate)
    return TrainingTask(name, lot.kind, (lot.class_name,), taught, options.start, options.out, stop=lambda: False)


def materials(name: str, data: Path, seed: int, say: Say) -> FixedSet:
    """All its samples."""
    begun = time.monotonic()
    items = samples(data, LOTS[name], seed)
    say(f"{len(items)} samples in {time.monotonic() - begun:.0f} s")
    return FixedSet(items)


def speaker(folder: Path, go_on: bool) -> Say:
    """Says lines to the terminal and to the folder's log, which is begun anew unless a training goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / LOG
    if not go_on:
        log.unlink(missing_ok=True)

    def say(line: str) -> None:
        print(line, flush=True)
        with log.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    return say
