"""Every network, loss, preset and start, trained for the same short time on the same pictures.

Four sets, objects and regions: AP at an IoU of 0.5, or mean Dice of the classes, on pictures of `val`; beside it the
usual plan, trained in the same run for the same time. With --keep FILE, trainings that were done are not done again:
what takes hours may be broken off.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.datasets import dataset
from benchmarks.outcome import Row
from benchmarks.taught import NOTHING, Lesson, Taught
from napari_unet.core.model.shipped import shipped
from napari_unet.core.settings import PRESETS, Plan, TrainingSettings

SETS = ("dsb2018", "phc_t98g", "em_membrane_isbi2012", "em_axon_sem")
USUAL = "usual"

ALONE = {"cross_entropy": 0.0, "soft_dice": 0.0}
"""The terms of the usual loss that are switched off to see what another one does in their place."""

SMALL = {"patch": 128, "batch": 4}
"""Networks and losses are compared on small patches: in the same short time, five times as many steps."""

CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "networks": {
        "residual": {"architecture": "residual"},
        "attention": {"architecture": "attention"},
        "nested": {"architecture": "nested"},
        "nested, deep supervision": {"architecture": "nested", "deep_supervision": True},
        "dense": {"architecture": "dense"},
        "plain, no skips": {"architecture": "plain"},
    },
    "losses": {
        "cross-entropy alone": {"soft_dice": 0.0},
        "cross-entropy, balanced": {"soft_dice": 0.0, "balance": 1.0},
        "cross-entropy, original border map": {"soft_dice": 0.0, "border_map": "unet", "border_weight": 10.0},
        "Dice alone": {"cross_entropy": 0.0},
        "Tversky": {**ALONE, "tversky": 1.0},
        "focal": {**ALONE, "focal": 1.0},
        "with boundary": {"boundary": 1.0},
        "with deep supervision": {"deep_supervision": True},
    },
    "presets": {},
    "starts": {},
}
"""What is tried beside the usual plan, by group: settings that differ from it."""

STARTS = {f"preset usual, from {name}": name for name in shipped()}
"""Not from nothing but from a model that came along, by title."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sets", default=",".join(SETS), help="names of the sets, with commas")
    parser.add_argument("--only", default=",".join(CHANGES), help=f"which groups: {', '.join(CHANGES)}")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long each is trained (default 1)")
    parser.add_argument("--learned", type=int, default=40, help="how many pictures of train are given (default 40)")
    parser.add_argument("--pictures", type=int, default=12, help="how many pictures of val are scored (default 12)")
    parser.add_argument("--seeds", type=int, default=1, help="trainings of each, with other seeds (default 1)")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep what was measured here, and go on from it")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    measured = {name: _of_set(name, options) for name in options.sets.split(",")}
    for name, by_plan in measured.items():
        usual = _score(by_plan[USUAL])
        yield Row(f"{name}, {USUAL}", usual, "", less=False)
        for title, runs in by_plan.items():
            if title != USUAL:
                yield Row(f"{name}, {title}", _score(runs), "", usual, USUAL, less=False)
    for title in next(iter(measured.values())):
        runs = [run for by_plan in measured.values() for run in by_plan[title]]
        yield Row(
            f"mean of the sets, {title}", mean(_score(by_plan[title]) for by_plan in measured.values()), "", less=False
        )
        yield Row(f"time per step, {title}", mean(run.ms_per_step for run in runs))
        yield Row(f"most memory, {title}", max(run.megabytes for run in runs), "MB")


def plans(groups: list[str]) -> dict[str, Plan]:
    """What is tried, by title; the usual plan on small patches first. Presets are tried as they are."""
    tried = {USUAL: Plan().with_values(SMALL)}
    for group in groups:
        tried |= {title: Plan().with_values(SMALL | values) for title, values in CHANGES[group].items()}
    if "presets" in groups:
        tried |= {f"preset {name}": preset.make() for name, preset in PRESETS.items()}
    if "starts" in groups:
        tried |= dict.fromkeys(STARTS, PRESETS["usual"].make())
    return tried


def _of_set(name: str, options: argparse.Namespace) -> dict[str, list[Taught]]:
    with TemporaryDirectory() as temporary:
        lesson = Lesson(dataset(options.data, name), Path(temporary), options.learned, options.pictures)
        tried = plans(options.only.split(","))
        return {
            title: [
                _once(
                    lesson, f"{name}/{title}/{seed}", _timed(plan, seed, options), STARTS.get(title, NOTHING), options
                )
                for seed in range(options.seeds)
            ]
            for title, plan in tried.items()
        }


def _timed(plan: Plan, seed: int, options: argparse.Namespace) -> Plan:
    """The plan with as much time as all others have, to the end: patience would give some of them less."""
    training = replace(
        plan.training, minutes=options.minutes, epochs=TrainingSettings.base(1.0).epochs, patience=0, seed=seed
    )
    return replace(plan, training=training)


def _once(lesson: Lesson, key: str, plan: Plan, start: str, options: argparse.Namespace) -> Taught:
    """What became of one training; from the file, when it was done before for as long."""
    key = f"{key}/{options.minutes:g} min/{options.learned}, {options.pictures} pictures"
    kept = json.loads(options.keep.read_text(encoding="utf-8")) if options.keep and options.keep.exists() else {}
    if key in kept:
        return Taught(**kept[key])
    taught = lesson.teach(plan, start)
    print(
        f"{key}: {taught.score:.3f} after {taught.steps} steps in {taught.seconds:.0f} s, {taught.megabytes:.0f} MB",
        flush=True,
    )
    if options.keep:
        options.keep.write_text(json.dumps({**kept, key: asdict(taught)}, indent=1), encoding="utf-8")
    return taught


def _score(runs: list[Taught]) -> float:
    return mean(run.score for run in runs)
