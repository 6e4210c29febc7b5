"""How a training went, epoch by epoch, as it stands in metrics.jsonl."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from napari_unet.core.data.json_file import parse_json
from napari_unet.core.model.card import METRICS

BARS = "▁▂▃▄▅▆▇█"
WIDEST = 60
"""Bars in a sparkline at most: a line of text."""


@dataclass(frozen=True)
class Point:
    """One epoch: the mean loss of its steps, the scores after it, and whether it was the best so far."""

    epoch: int
    loss: float
    scores: dict[str, float] = field(default_factory=dict)
    best: bool = False
    seconds: float = 0.0


def read_curve(folder: Path) -> tuple[Point, ...]:
    """The epochs of the model in `folder`; none when nothing was written down. A line cut off is left out."""
    file = folder / METRICS
    if not file.is_file():
        return ()
    points = (_point(line) for line in file.read_text(encoding="utf-8", errors="replace").splitlines())
    return tuple(point for point in points if point)


def sparkline(values: Sequence[float]) -> str:
    """Numbers as a line of bars, lowest to highest; long rows are thinned out. What is no number is a gap."""
    shown = [values[len(values) * index // WIDEST] for index in range(WIDEST)] if len(values) > WIDEST else values
    finite = [value for value in shown if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    step = (high - low) / (len(BARS) - 1) or 1.0
    return "".join(BARS[round((value - low) / step)] if math.isfinite(value) else " " for value in shown)


def _point(line: str) -> Point | None:
    try:
        values = parse_json(line)
        return Point(
            epoch=int(values["epoch"]),
            loss=float(values["loss"]),
            scores=dict(values["scores"]),
            best=bool(values["best"]),
            seconds=float(values["seconds"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
