"""The lines of the picture list and of the model list, read off the project."""

from __future__ import annotations

import math
import time
from functools import lru_cache
from pathlib import Path
from typing import Literal

from napari_unet.core.data import Project
from napari_unet.core.errors import ModelError
from napari_unet.core.model.card import WEIGHTS, ModelCard
from napari_unet.core.model.header import read_card
from napari_unet.session.came_along import is_as_it_came
from napari_unet.session.desk import Desk
from napari_unet.session.job import ModelRow, PictureRow

State = Literal["unlabelled", "strokes", "complete"]

AT_ONCE = 0.1
"""Seconds that one look at the list may spend on counting; what is left is counted later, a little at a time."""


def picture_rows(project: Project, desk: Desk) -> tuple[PictureRow, ...]:
    """One row a picture: its state, whether it was predicted, its objects, and whether it is kept for measuring."""
    until = time.monotonic() + AT_ONCE
    return tuple(_picture_row(project, desk, name, until) for name in project.names())


def _picture_row(project: Project, desk: Desk, name: str, until: float) -> PictureRow:
    (painted, objects), record = desk.counts.get(name, until), project.record(name)
    state: State = "complete" if record.complete else "strokes" if painted or record.complete_planes else "unlabelled"
    validation = bool(record.validation) and record.complete and not record.aside
    return PictureRow(name, state, desk.probabilities.there(name), objects, validation, record.aside)


def painted_area(project: Project, desk: Desk) -> int:
    """About how many pixels there are to learn from: all of a complete picture, else what is painted."""
    records = ((name, project.record(name)) for name in project.names())
    return sum(
        math.prod(record.spatial_shape) if record.complete else desk.counts.area(name)
        for name, record in records
        if not record.aside
    )


def model_rows(project: Project, active: str) -> tuple[ModelRow, ...]:
    """One row a model, newest first; a model that cannot be read is left out (it is named when it is asked for)."""
    rows = []
    for number, folder in enumerate(project.models(), 1):
        try:
            line, came = _line(folder, (folder / WEIGHTS).stat().st_mtime_ns)
        except (ModelError, OSError):
            continue
        rows.append(ModelRow(folder.name, folder, f"Model {number}", line, folder.name == active, came))
    return tuple(reversed(rows))


@lru_cache(maxsize=256)
def _line(folder: Path, written: int) -> tuple[str, bool]:
    """What is said of a model, and whether it is as it came; read again only when its file was written again.

    The list is drawn often.
    """
    card = read_card(folder)
    came = is_as_it_came(card)
    return f"{card.name}, as it came along" if came else score_line(card), came


def score_line(card: ModelCard) -> str:
    """How good a model was, in words: "Dice 0.91 ± 0.03, AP 0.78 ± 0.10 on 3 pictures"; spread is over pictures."""
    if not card.scores:
        return "stopped before it was measured" if card.validation else "not measured: no validation pictures"
    words = {"dice": "Dice", "ap50": "AP", "class_ap50": "AP with class"}
    parts = [f"{word} {card.scores[key]:.2f}{_spread(card, key)}" for key, word in words.items() if key in card.scores]
    count = len(card.validation)
    return f"{', '.join(parts)} on {count} picture{'s' if count != 1 else ''}"


def _spread(card: ModelCard, key: str) -> str:
    return f" ± {card.scores[f'{key}_spread']:.2f}" if f"{key}_spread" in card.scores else ""
