"""The card says where a model was made and how wide the objects are that it knows."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.model import load_model
from napari_unet.core.training import train
from napari_unet.core.training.circumstances import object_width
from tests.core.training.scenes import scene, task_of


def disc(radius: int, complete: bool, ground: int = 1) -> Sample:
    rows, columns = np.mgrid[:64, :64] - 32
    annotation = np.where(rows**2 + columns**2 <= radius**2, 2, ground).astype(np.uint16)
    return Sample("disc", np.zeros((1, 64, 64)), annotation, complete)


def test_the_width_of_an_object_is_its_diameter() -> None:
    assert abs(object_width([disc(10, complete=True)], 0.0) - 20) < 0.5
    assert abs(object_width([disc(6, True), disc(10, True), disc(20, True)], 0.0) - 20) < 0.5


def test_the_width_is_in_the_pixels_that_the_network_sees() -> None:
    fine = dataclasses.replace(disc(10, complete=True), pixel_size=0.25)
    assert abs(object_width([fine], 0.5) - 10) < 0.5
    assert abs(object_width([fine], 0.0) - 20) < 0.5


def test_a_stroke_is_not_as_wide_as_an_object() -> None:
    assert object_width([disc(3, complete=False, ground=0)], 0.0) == 0
    assert abs(object_width([disc(10, complete=False)], 0.0) - 20) < 0.5
    assert abs(object_width([disc(3, False, ground=0), disc(10, True, ground=0)], 0.0) - 20) < 0.5


def test_the_card_says_where_and_with_what(tmp_path: Path) -> None:
    list(train(FixedSet((scene(0), scene(1))), task_of(tmp_path, epochs=2, steps=2)))
    card = load_model(tmp_path).card
    assert {"cores", "memory", "system", "threads"} <= set(card.machine)
    assert {"python", "torch", "numpy"} <= set(card.versions)
    assert 8 < card.object_width < 17
    assert card.steps_done == 2 * card.epochs_done
    assert card.noticed
