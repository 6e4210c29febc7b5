from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from napari_unet import Learner
from napari_unet.core import inference
from napari_unet.core.model import Model, save_model
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import NetworkSettings, Plan, PostprocessingSettings
from napari_unet.core.strokes import starts
from napari_unet.core.strokes.seen import MOST, Seen
from napari_unet.core.strokes.windows import SQUARE, Window
from napari_unet.core.strokes.word import LOOKS
from tests.core.strokes.conftest import Scene

HERE = np.zeros((1, 20, 20), np.float32)
HERE[:, 5:15, 5:15] = 1


@pytest.fixture
def seen(one: Scene) -> Seen:
    return Seen(one.image[np.newaxis], "scene")


def say(seen: Seen, **said: np.ndarray | None) -> None:
    """What starts of these names are to say about it."""
    for name, planes in said.items():
        seen.starts[name] = None if planes is None else partial(cut, planes)


def cut(planes: np.ndarray, window: Window) -> np.ndarray:
    return planes[(slice(None), *window)]


def test_a_specialist_is_taken_where_it_sees_the_same(seen: Seen) -> None:
    say(seen, usual=HERE, special=HERE * 0.9)
    assert starts.fitting(("usual", "special"), seen) == "special"
    say(seen, special=HERE[:, ::-1, :] * HERE * (np.arange(20) < 9))
    assert starts.fitting(("usual", "special"), seen) == "usual"
    say(seen, special=None)
    assert starts.fitting(("usual", "special"), seen) == "usual"


def test_a_start_in_two_minds_is_not_taken(seen: Seen) -> None:
    say(seen, usual=np.where(HERE > 0, 0.7, 0.35).astype(np.float32), nuclei=HERE)
    assert starts.fitting(("usual", "nuclei"), seen) is None
    say(seen, usual=None)
    assert starts.fitting(("usual",), seen) is None


def test_where_no_start_of_objects_fits_one_of_regions_that_is_sure_of_what_it_finds_does(seen: Seen) -> None:
    whole = (1, *seen.shape)
    unsure, some = np.full(whole, np.float32(0.6)), np.zeros(whole, np.float32)
    some[:, ::3] = 1
    for region, fits in ((some, "membranes"), (some * 0.4 + 0.3, None), (some * 0, None)):
        say(seen, usual=unsure, membranes=np.concatenate([1 - region, region]))
        assert starts.fitting(("usual", "membranes"), seen) == fits
    say(seen, usual=(some == 0) * np.float32(0.99), membranes=np.concatenate([1 - some, some]))
    assert starts.fitting(("usual", "membranes"), seen) == "usual"


def test_a_start_that_a_person_chose_is_taken_whatever_it_says(one: Scene) -> None:
    learner = Learner(start="cells")
    learner.predict(one.image)
    assert learner.start == "cells"
    assert learner.has_start
    assert not Learner(start=None).has_start


@pytest.fixture(scope="module")
def large() -> Seen:
    random = np.random.default_rng(0)
    image = ndimage.gaussian_filter(random.normal(size=(SQUARE + 200, SQUARE + 300)), 4).astype(np.float32)
    assert image.size > MOST
    return Seen(image[np.newaxis], "large")


def test_of_a_large_picture_a_start_is_asked_about_the_square_that_somebody_looks_at(
    large: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, predict_view = [], inference.predict_view

    def noted(model, view, settings, out, stop):
        asked.append(out.shape[1:])
        return predict_view(model, view, settings, out, stop)

    monkeypatch.setattr(inference, "predict_view", noted, raising=False)
    corner = slice(SQUARE + 10, SQUARE + 50), slice(SQUARE + 20, SQUARE + 90)
    said = starts.said_by("cells", large, corner)
    assert said is not None
    assert len(asked) == 1
    assert max(asked[0]) < SQUARE
    whole = np.zeros((len(said), *large.shape), np.float32)
    model = starts.model_of("cells")
    for _ in inference.predict(model, inference_image(large, model.card.channels), LOOKS, whole, lambda: False):
        pass
    np.testing.assert_allclose(said, whole[(slice(None), *corner)], atol=2e-3)


def inference_image(seen: Seen, channels: int) -> np.ndarray:
    """The picture as it is shown to a model of so many channels."""
    return seen.image if channels == len(seen.image) else seen.image.repeat(channels, 0)


LEFT, RIGHT = np.s_[:, :40], np.s_[:, -40:]


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A model of regions with two classes, of which nobody taught it anything."""
    plan = Plan(network=NetworkSettings(depth=2, width=8))
    outputs = ("background", "left", "right")
    card = ModelCard("own", "regions", outputs[1:], 1, False, plan, PostprocessingSettings(), outputs)
    save_model(Model(card, new_network(card)), tmp_path / "own")
    return str(tmp_path / "own")


def knowing(own: str, one: Scene) -> Learner:
    """A learner whose start says: the first class on the left of this picture, the second on the right."""
    said = np.full((3, *one.truth.shape), np.float32(0.02))
    said[0, :, 40:-40], said[1][LEFT], said[2][RIGHT] = 0.96, 0.96, 0.96
    learner = Learner("regions", own)
    learner._memory.get(one.image[np.newaxis]).starts[own] = partial(cut, said)
    return learner


def test_a_start_with_classes_is_heard_before_they_are_painted(own: str, one: Scene) -> None:
    told = Learner("regions", own).predict(one.image).probability
    assert told.shape == (3, *one.truth.shape)
    np.testing.assert_allclose(told.sum(0), 1, atol=1e-4)
    answer = knowing(own, one).predict(one.image)
    assert (answer.labels[LEFT] == 1).all()
    assert (answer.labels[RIGHT] == 2).all()


def test_a_class_that_only_the_start_knows_is_not_lost_with_the_first_strokes(own: str, one: Scene) -> None:
    learner, strokes = knowing(own, one), np.zeros(one.truth.shape, np.uint8)
    strokes[60:63, 70:90], strokes[60:63, 5:25] = 1, 2
    learner.update(one.image, strokes)
    answer = learner.predict(one.image)
    assert answer.probability.shape == (3, *one.truth.shape)
    assert (answer.labels[RIGHT] == 2).mean() > 0.8
    strokes[100:103, 70:90] = 4
    learner.update(one.image, strokes)
    answer = learner.predict(one.image)
    assert answer.probability.shape == (4, *one.truth.shape), "a class that the project was given after it was trained"
    assert (answer.labels[LEFT] == 1).mean() > 0.5


def test_a_model_that_was_trained_further_is_read_again(own: str) -> None:
    before = starts.model_of(own)
    assert starts.model_of(own) is before
    save_model(Model(replace(before.card, epochs_done=9), before.network), Path(own))
    assert starts.model_of(own).card.epochs_done == 9
