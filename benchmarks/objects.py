"""Average precision on real objects, overall and by category: of a model trained for some minutes, or of one at hand.

Everything goes through the terminal's own commands, as a person would type them: train on the set's `train` pictures
(not with `--model`), segment its `val` pictures, evaluate. AP = TP / (TP + FP + FN) of each picture, then averaged
over pictures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.datasets import Entry, dataset
from benchmarks.outcome import Row
from napari_unet.core.model.shipped import model_path

USUAL = "dsb2018"
SCORES = ("ap50", "ap75", "ap90", "ap_mean", "f1", "pq", "dice")


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", default=USUAL, help=f"name of the set (default {USUAL})")
    parser.add_argument("--category", help="only pictures of this category")
    parser.add_argument("--learned", type=int, default=0, help="how many pictures are learned from (default 0: all)")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long to train (default 30)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the training (default 0)")
    parser.add_argument("--out", type=Path, help="keep the model and the masks in this folder")
    parser.add_argument("--model", help="do not train: take this folder, or a model that came with the package")
    parser.add_argument(
        "--least",
        type=_least,
        action="append",
        default=[],
        metavar="CATEGORY=AP",
        help="least AP at an IoU of 0.5 of all categories together whose names begin so",
    )
    parser.add_argument("--limit", type=float, help="least AP at an IoU of 0.5 that is acceptable")
    parser.add_argument("--train-flags", default="", help="further words for `napari-unet train`, in quotes")
    parser.add_argument("--segment-flags", default="", help="further words for `napari-unet segment`, in quotes")


def _least(word: str) -> tuple[str, float]:
    name, least = word.split("=")
    return name, float(least)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    pictures = replace(dataset(options.data, options.set), category=options.category)
    with TemporaryDirectory() as temporary:
        work = options.out or Path(temporary)
        entries = pictures.unpack("val", work / "val")
        model, masks, scores = work / "model", work / "labels", work / "scores.json"
        if options.model:
            model, training = model_path(options.model), 0.0
        else:
            pictures.unpack("train", work / "train", options.learned)
            folders = work / "train" / "images", work / "train" / "masks"
            training = _run("train", *folders, *_train_words(options, model))
        words = ["--out", masks, "--overwrite", *options.segment_flags.split()]
        segmenting = _run("segment", model, work / "val" / "images", *words)
        _run("evaluate", masks, work / "val" / "masks", "--json", scores)
        yield from _rows(json.loads(scores.read_text(encoding="utf-8")), entries, options)
        if training:
            yield Row("training", training / 60, "min")
        yield Row(f"segmenting ({len(entries)})", segmenting, "s")


def _train_words(options: argparse.Namespace, model: Path) -> list[object]:
    limits = ["--minutes", options.minutes, "--epochs", 100_000, "--seed", options.seed]
    return ["--out", model, "--overwrite", "--kind", "objects", *limits, *options.train_flags.split()]


def _run(*words: object) -> float:
    """Run one command of ours; its progress shows. Returns the seconds it took."""
    start = perf_counter()
    subprocess.run([sys.executable, "-m", "napari_unet.cli", *map(str, words)], check=True, stdout=sys.stderr)
    return perf_counter() - start


def _rows(scores: dict[str, Any], entries: list[Entry], options: argparse.Namespace) -> list[Row]:
    limits = {"ap50": options.limit}
    rows = [
        Row(f"{name}, all ({len(entries)})", scores["summary"][name], "", limit=limits.get(name), less=False)
        for name in SCORES
    ]
    categories = defaultdict(list)
    for entry in entries:
        categories[entry.category].append(scores["pictures"][Path(entry.file).stem]["ap50"])
    ordered = sorted(categories.items())
    rows += [Row(f"ap50, {name} ({len(each)})", mean(each), "", less=False) for name, each in ordered]
    for name, least in options.least:
        these = [score for category, each in ordered if category.startswith(name) for score in each]
        rows.append(Row(f"ap50, {name}... ({len(these)})", mean(these), "", limit=least, less=False))
    return rows
