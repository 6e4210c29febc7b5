"""A training that was broken off: by a killed worker, a closed window, a power cut."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from napari_unet.core.data import Project
from napari_unet.core.data.project import MODELS
from napari_unet.core.model.card import METRICS, RESUME
from napari_unet.session.job import BrokenOff
from napari_unet.session.learning import MODEL


def broken_off(project: Project) -> BrokenOff | None:
    """The training that was begun and never ended, if it can be gone on with; None otherwise."""
    kept = project.settings(MODEL)
    name = str(kept.get("training", ""))
    folder = project.folder / MODELS / name
    if not name or not (folder / RESUME).is_file():
        return None
    last: dict[str, Any] = {}
    with suppress(OSError, ValueError):  # the last line may be cut off
        for line in (folder / METRICS).read_text(encoding="utf-8").splitlines():
            last = json.loads(line)
    epoch, epochs = int(last.get("epoch") or 0), int(last.get("epochs") or 0)
    if epoch >= epochs:
        return None
    return BrokenOff(name, str(kept.get("training_start", "")), epoch, epochs)
