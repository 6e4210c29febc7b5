"""A training that was broken off: by a killed worker, a closed window, a power cut."""

from __future__ import annotations

from napari_unet.core.data import Project
from napari_unet.core.data.project import MODELS
from napari_unet.core.model.card import RESUME
from napari_unet.core.model.header import read_values
from napari_unet.session.job import BrokenOff
from napari_unet.session.learning import MODEL


def broken_off(project: Project) -> BrokenOff | None:
    """The training that was begun and never ended, if it can be gone on with; None otherwise.

    One whose last epoch is done but that was killed before it was compared with others counts: going on ends it.
    """
    kept = project.settings(MODEL)
    name = str(kept.get("training", ""))
    values = read_values(project.folder / MODELS / name / RESUME) if name else {}
    if not values or values.get("ended"):
        return None
    epochs = int(values["asked"]["plan"]["training"]["epochs"])
    return BrokenOff(name, str(kept.get("training_start", "")), int(values["epoch"]), epochs)
