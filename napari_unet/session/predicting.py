"""Handing one picture to the worker, through files: arrays do not travel on the pipe."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from napari_unet.core.data import Project
from napari_unet.core.data.atomic import storage_errors
from napari_unet.engine.messages import Predict, SettingsJson
from napari_unet.session.files import fresh_file, image_file
from napari_unet.session.jobs import Prediction


def prediction(project: Project, name: str, model: Path, inference: SettingsJson) -> Prediction:
    """Run the model in folder `model` over the picture `name` when its turn comes."""

    def prepare() -> Predict:
        image, pixels = image_file(project, name), project.picture(name).image
        with storage_errors(image):
            image.parent.mkdir(parents=True, exist_ok=True)
            np.save(image, pixels, allow_pickle=False)
        return Predict(str(model), str(image), str(fresh_file(project, name)), inference)

    return Prediction(name, prepare)
