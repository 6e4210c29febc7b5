"""Handing one picture to the worker, through files: arrays do not travel on the pipe."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from napari_unet.core.data import Project
from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.record import Record
from napari_unet.core.data.scale import microns
from napari_unet.core.model.card import WEIGHTS
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

    def key(self, picture: Record) -> str:
        """A hash of all that the answer of a picture depends on beside its pixels, which never change: the models as
        they are now, the settings, and how large its pixels are.
        """
        inference = {name: value for name, value in self.inference.items() if value != ""}  # as before it was there
        weights = [(str(folder), _changed(folder / WEIGHTS)) for folder in (self.model, *self.also)]
        asked = [weights, inference, self.uncertainty, self.order, picture.pixel_size, picture.unit, picture.axes]
        return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _changed(file: Path) -> tuple[int, int]:
    """When a file was written last, and how long it is."""
    try:
        known = file.stat()
    except OSError:
        return 0, 0
    return known.st_mtime_ns, known.st_size


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
            channel_names=picture.channel_names,
        )

    return Prediction(name, prepare)
