"""One training by the terminal's own commands: how good, how long, how much memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.datasets import Dataset
from napari_unet.cli.flags import words
from napari_unet.core.model.header import read_card
from napari_unet.core.settings import Plan

MEGABYTE = 1e6

NOTHING = "none"
"""What the terminal calls beginning without any model."""


@dataclass(frozen=True)
class Taught:
    """What became of one training. `score` is AP at 0.5 for objects, mean Dice of the classes for regions."""

    score: float
    seconds: float
    steps: int
    megabytes: float

    @property
    def ms_per_step(self) -> float:
        """Milliseconds of the whole training for each learning step, measuring included."""
        return 1000 * self.seconds / max(self.steps, 1)


class Lesson:
    """A set laid out in a folder, to train on many times.

    Parameters
    ----------
    learned, scored : how many pictures are learned from and scored at most; 0 is all.
    """

    def __init__(self, pictures: Dataset, folder: Path, learned: int, scored: int) -> None:
        self._folder = folder
        entries = pictures.unpack("train", folder / "train", learned)
        pictures.unpack("val", folder / "val", scored)
        self.classes = entries[0].classes

    def teach(self, plan: Plan, start: str = NOTHING) -> Taught:
        """Train with this plan from nothing or another start, segment the pictures of `val`, and score the masks."""
        kind = ["--kind", "regions", "--classes", ",".join(self.classes)] if self.classes else []
        with TemporaryDirectory(dir=self._folder) as temporary:
            model, masks, scores = (Path(temporary) / name for name in ("model", "masks", "scores.json"))
            flags = [word for group in plan.groups().values() for word in words(group)]
            seconds, megabytes = run("train", *self._pair("train"), "--out", model, "--start", start, *kind, *flags)
            run("segment", model, self._folder / "val" / "images", "--out", masks)
            run("evaluate", masks, self._folder / "val" / "masks", *kind, "--json", scores)
            steps = read_card(model).steps_done
            return Taught(headline(json.loads(scores.read_text(encoding="utf-8"))), seconds, steps, megabytes)

    def _pair(self, split: str) -> list[Path]:
        return [self._folder / split / part for part in ("images", "masks")]


def headline(scores: dict[str, Any]) -> float:
    """The number that models are compared by."""
    summary = scores["summary"]
    if "ap50" in summary:
        return float(summary["ap50"])
    return mean(values["dice"] for values in summary["classes"].values())


def run(*command: object) -> tuple[float, float]:
    """Run one command of ours, quietly; the seconds it took and the most megabytes it had at once (Unix; else 0).

    Raises RuntimeError with what it said when it fails.
    """
    begun = perf_counter()
    line = [sys.executable, "-m", "napari_unet.cli", *map(str, command)]
    with TemporaryDirectory() as temporary:
        said = Path(temporary) / "said"
        with said.open("w") as stream:
            process = subprocess.Popen(line, stdout=stream, stderr=stream)
            kilobytes, code = _wait(process)
        if code:
            raise RuntimeError(f"{' '.join(line)}\n{said.read_text(encoding='utf-8')[-2000:]}")
    return perf_counter() - begun, kilobytes * 1024 / MEGABYTE


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Wait; the most kilobytes the process had at once, and its exit code."""
    if not hasattr(os, "wait4"):
        return 0, process.wait()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return (usage.ru_maxrss // 1024 if sys.platform == "darwin" else usage.ru_maxrss), process.returncode
