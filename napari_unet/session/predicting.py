"""Handing one picture to the worker, through files: arrays do not travel on the pipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_unet.core.data import Project
from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.scale import microns
from napari_unet.core.model.classes import Order
from napari_unet.engine.messages import Predict, SettingsJson
from napari_unet.session.files import fresh_file, fresh_spread, image_file
from napari_unet.session.jobs import Prediction


@dataclass(frozen=True)
class Question:
    """What pictures are asked: which models, whether it is wanted how far their answers differ, and in which order
    planes are kept.
    """

    model: Path
    also: tuple[Path, ...]
    inference: SettingsJson
    uncertainty: bool
    order: Order = ()


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
            pixel_size=microns(picture),
            axes=picture.axes,
            order=question.order,
        )

    return Prediction(name, prepare)
