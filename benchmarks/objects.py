"""Average precision of a model trained from nothing on real nuclei for some minutes, overall and by category.

Everything goes through the terminal's own commands, as a person would type them: train on the set's `train` pictures,
segment its `val` pictures, evaluate. AP = TP / (TP + FP + FN) of each picture, then averaged over pictures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.datasets import Entry, dataset
from benchmarks.outcome import Row

USUAL = "dsb2018"
SCORES = ("ap50", "ap75", "ap90", "ap_mean", "f1", "pq", "dice")


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", default=USUAL, help=f"name of the set (default {USUAL})")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long to train (default 30)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the training (default 0)")
    parser.add_argument("--out", type=Path, help="keep the model and the masks in this folder")
    parser.add_argument("--limit", type=float, help="least AP at an IoU of 0.5 that is acceptable")
    parser.add_argument("--train-flags", default="", help="further words for `napari-unet train`, in quotes")
    parser.add_argument("--segment-flags", default="", help="further words for `napari-unet segment`, in quotes")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    pictures = dataset(options.data, options.set)
    with TemporaryDirectory() as temporary:
        work = options.out or Path(temporary)
        pictures.unpack("train", work / "train")
        entries = pictures.unpack("val", work / "val")
        model, masks, scores = work / "model", work / "labels", work / "scores.json"
        training = _run("train", work / "train" / "images", work / "train" / "masks", *_train_words(options, model))
        words = ["--out", masks, "--overwrite", *options.segment_flags.split()]
        segmenting = _run("segment", model, work / "val" / "images", *words)
        _run("evaluate", masks, work / "val" / "masks", "--json", scores)
        yield from _rows(json.loads(scores.read_text(encoding="utf-8")), entries, options)
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
    return rows + [Row(f"ap50, {name} ({len(each)})", mean(each), "", less=False) for name, each in ordered]
