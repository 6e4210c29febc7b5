"""Scores for people and for programs: a table on the terminal, flat names in JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from napari_unet.core.data.atomic import write_json
from napari_unet.core.metrics import IOU_THRESHOLDS, Scores

NAME_WIDTH = 32
ALL = "all pictures"


def flat(scores: Scores) -> dict[str, Any]:
    """Every number by its short name: ap50, ap55, ... ap95, ap_mean, f1, pq, dice, iou, precision, recall, accuracy.

    f1 and pq are at an IoU of 0.5; dice and what follows are of the foreground. Where objects have classes, class_ap50
    is the mean over them of ap50 with the class agreeing, and "object_classes" holds what was counted. For regions,
    "classes" holds the overlap once more for every class, and the numbers about objects are absent.
    """
    numbers: dict[str, Any] = {}
    if scores.objects is not None:
        for threshold, ap in zip(IOU_THRESHOLDS, scores.objects.ap, strict=True):
            numbers[f"ap{100 * threshold:.0f}"] = ap
        numbers["ap_mean"] = sum(scores.objects.ap) / len(scores.objects.ap)
        numbers.update(f1=scores.objects.f1[0], pq=scores.objects.panoptic_quality)
        numbers.update(objects_found=scores.objects.found, objects_true=scores.objects.true)
    if scores.object_classes:
        numbers["class_ap50"] = scores.class_ap50
        numbers["object_classes"] = scores.to_json()["object_classes"]
    numbers.update(dataclasses.asdict(scores.foreground))
    if scores.classes:
        numbers["classes"] = {name: dataclasses.asdict(overlap) for name, overlap in scores.classes.items()}
    return numbers


def write_scores(path: Path, summary: Scores, pictures: Mapping[str, Scores]) -> None:
    """Write every number as {"summary": {...}, "pictures": {name: {...}}}. Raises StorageError."""
    write_json(path, {"summary": flat(summary), "pictures": {name: flat(scores) for name, scores in pictures.items()}})


def table(summary: Scores, pictures: Mapping[str, Scores]) -> str:
    """A line per picture, one over all, and what the columns mean."""
    rows = [*pictures.items(), (f"{ALL} ({summary.pictures})", summary)]
    width = min(max(len(name) for name, _ in rows), NAME_WIDTH)
    columns = _object_columns if summary.objects is not None else _region_columns
    head = columns(summary)
    lines = [" " * width + "".join(f"{name:>{len(name) + 2}}" for name in head)]
    for name, scores in rows:
        cells = "".join(f"{value:>{len(column) + 2}}" for column, value in columns(scores).items())
        lines.append(f"{name[:width]:<{width}}" + cells)
    lines.insert(-1, "-" * len(lines[0]))
    return "\n".join([*lines, "", *_details(summary)])


def _object_columns(scores: Scores) -> dict[str, str]:
    numbers = flat(scores)
    shares = {"AP@0.5": "ap50", "AP@0.75": "ap75", "mean AP": "ap_mean", "   F1": "f1", "   PQ": "pq", " Dice": "dice"}
    counts = {"found": "objects_found", " true": "objects_true"}
    return {head: f"{numbers[key]:.3f}" for head, key in shares.items()} | {
        head: str(numbers[key]) for head, key in counts.items()
    }


def _region_columns(scores: Scores) -> dict[str, str]:
    overlaps = {"foreground": scores.foreground} if len(scores.classes) != 1 else {}
    overlaps |= scores.classes
    return {f"Dice {name}": f"{overlap.dice:.3f}" for name, overlap in overlaps.items()}


def _details(summary: Scores) -> list[str]:
    """What the table has no room for, of all pictures together."""
    lines = []
    if summary.objects is not None:
        pairs = zip(IOU_THRESHOLDS, summary.objects.ap, strict=True)
        scores = [f"{threshold:.2f}: {ap:.3f}" for threshold, ap in pairs]
        half = len(scores) // 2
        lines += [f"{'AP at IoU':<14} {'  '.join(scores[:half])}", f"{'':<14} {'  '.join(scores[half:])}"]
    for name, one in summary.object_classes.items():
        lines.append(
            f"{name:<14} AP@0.5 with class {one.ap50:.3f}  right {one.right}  found {one.found}  true {one.true}"
        )
    for name, overlap in {"foreground": summary.foreground, **summary.classes}.items():
        values = "  ".join(f"{key} {value:.3f}" for key, value in dataclasses.asdict(overlap).items())
        lines.append(f"{name:<14} {values}")
    return lines
