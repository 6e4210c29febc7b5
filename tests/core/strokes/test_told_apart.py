"""Classes of objects, told while strokes are followed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_unet import Learner
from napari_unet.core.model import Model, save_model
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import NetworkSettings, Plan, PostprocessingSettings

BRIGHT, DIM = 1, 2
MIDDLES = [(row, column) for row in (24, 72, 120, 168) for column in (24, 72, 120, 168)]


@pytest.fixture(scope="module")
def culture() -> tuple[np.ndarray, np.ndarray]:
    """A picture of 16 discs, every other one bright or dim, and the class at each pixel."""
    chance, (y, x) = np.random.default_rng(0), np.mgrid[:192, :192]
    kinds = np.zeros((192, 192), np.uint8)
    for number, (row, column) in enumerate(MIDDLES):
        kinds[(y - row) ** 2 + (x - column) ** 2 < 150] = BRIGHT if (number + number // 4) % 2 else DIM
    return (60 + np.array([0, 120, 60])[kinds] + 8 * chance.standard_normal(kinds.shape)).astype(np.uint8), kinds


def painted(kinds: np.ndarray, count: int) -> tuple[np.ndarray, dict[int, int]]:
    """A stroke in so many discs, each with a number of its own, and one beside them; and their classes."""
    annotation, classes = np.zeros(kinds.shape, np.uint16), {}
    annotation[46:49, 10:60] = 1
    for number, (row, column) in enumerate(MIDDLES[:count], 2):
        annotation[row - 1 : row + 2, column - 6 : column + 7] = number
        classes[number] = int(kinds[row, column])
    return annotation, classes


@pytest.mark.parametrize("start", [None, "cells"])
def test_objects_that_nobody_painted_have_their_class(
    start: str | None, culture: tuple[np.ndarray, np.ndarray]
) -> None:
    image, kinds = culture
    learner = Learner(start=start)
    learner.update(image, *painted(kinds, 4))
    answer = learner.predict(image)
    told = {(int(kinds[place]), answer.classes.get(int(answer.labels[place]))) for place in MIDDLES}
    assert told == {(BRIGHT, BRIGHT), (DIM, DIM)}
    assert len(answer.classes) == len(MIDDLES)
    assert learner.planes(image[np.newaxis], (slice(0, 50), slice(0, 90))).shape == (5, 50, 90)


def test_of_one_class_alone_nothing_is_told(culture: tuple[np.ndarray, np.ndarray]) -> None:
    image, kinds = culture
    annotation, classes = painted(kinds, 4)
    learner = Learner(start=None)
    learner.update(image, annotation, {number: value for number, value in classes.items() if value == DIM})
    answer = learner.predict(image)
    assert answer.classes == {}
    assert len(learner.planes(image[np.newaxis])) == 1
    learner.update(image, annotation, classes)
    assert learner.predict(image).labels.max() == answer.labels.max(), "objects are parted as they were"


def test_a_class_that_was_taken_away_again_is_forgotten(culture: tuple[np.ndarray, np.ndarray]) -> None:
    image, kinds = culture
    annotation, classes = painted(kinds, 4)
    learner = Learner(start=None)
    learner.update(image, annotation, classes)
    learner.update(image, annotation, {})
    assert learner.predict(image).classes == {}


def test_a_start_may_be_asked_where_objects_are_and_not_of_which_class(
    tmp_path: Path, culture: tuple[np.ndarray, np.ndarray]
) -> None:
    outputs, plan = ("cell", "border", "distance", "dead", "alive"), Plan(network=NetworkSettings(depth=2, width=8))
    card = ModelCard("own", "objects", outputs[3:], 1, False, plan, PostprocessingSettings(), outputs)
    save_model(Model(card, new_network(card)), tmp_path)
    image, learner = culture[0][np.newaxis], Learner(start=tmp_path)
    with_classes = learner.planes(image)
    learner.asks_for_classes = False
    np.testing.assert_array_equal(learner.planes(image), with_classes[:3])
