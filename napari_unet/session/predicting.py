"""Handing one picture to the worker, through files: arrays do not travel on the pipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_unet.core.data import Picture, Project
from napari_unet.core.data.atomic import storage_errors
from napari_unet.engine.messages import Predict, SettingsJson
from napari_unet.session.files import fresh_file, fresh_spread, image_file
from napari_unet.session.jobs import Prediction

MICROMETRES = {"µm": 1.0, "μm": 1.0, "um": 1.0, "micrometer": 1.0, "micron": 1.0, "nm": 1e-3, "mm": 1e3}
"""Units of length in µm; µ is two characters that look the same."""


@dataclass(frozen=True)
class Question:
    """What pictures are asked: which models, and whether it is wanted how far their answers differ."""

    model: Path
    also: tuple[Path, ...]
    inference: SettingsJson
    uncertainty: bool


def prediction(project: Project, name: str, question: Question) -> Prediction:
    """Ask the question of the picture `name` when its turn comes."""

    def prepare() -> Predict:
        image, picture = image_file(project, name), project.picture(name)
        with storage_errors(image):
            image.parent.mkdir(parents=True, exist_ok=True)
            np.save(image, picture.image, allow_pickle=False)
        return Predict(
            model=str(question.model),
            image=str(image),
            out=str(fresh_file(project, name)),
            settings=question.inference,
            also=tuple(map(str, question.also)),
            spread=str(fresh_spread(project, name)) if question.uncertainty else "",
            pixel_size=micrometres(picture),
        )

    return Prediction(name, prepare)


def micrometres(picture: Picture) -> float:
    """The size of a pixel in the plane, in µm; 0 when it is not known."""
    return float(picture.pixel_size[-1]) * MICROMETRES.get(picture.unit, 0.0)
