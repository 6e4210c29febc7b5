"""How long the window does not answer, at rest and while a model is trained on the processor.

A timer in the real window's event loop rings every 5 ms; a gap is the time between two rings. What a person does in
that time, be it a click or a stroke, waits for the gap's end. The picture is left alone, then dragged to and fro; with
and without training. Without a screen the window is opened on a virtual one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from benchmarks.outcome import Row
from benchmarks.screen import in_a_window

LIMIT_MS = 100.0
LIMITED = ("window left alone", "p99")
AGAINST = "at rest"
SHARES = {"median": 50, "p99": 99, "longest": 100}


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each of four is watched (default 20)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    gaps = in_a_window("benchmarks.watched_window", options.seconds)
    for doing, at_rest in gaps["rest"].items():
        for name, share in SHARES.items():
            training, rest = (float(np.percentile(each, share)) for each in (gaps["training"][doing], at_rest))
            limit = LIMIT_MS if (doing, name) == LIMITED else None
            yield Row(f"gap while training, {doing}, {name}", training, other=rest, against=AGAINST, limit=limit)
