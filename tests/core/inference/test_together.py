"""Several views, sizes and models: the mean is exact, and where they differ is told."""

from __future__ import annotations

import copy
import dataclasses
import time

import numpy as np
import pytest
import torch

from napari_unet.core.data.picture import Picture
from napari_unet.core.errors import ModelError
from napari_unet.core.inference import predict_together, predict_view, view_of
from napari_unet.core.inference.interrupting import Stopped, interruptible
from napari_unet.core.inference.predicting import AT_LEAST, SIZES
from napari_unet.core.model import Model
from napari_unet.core.settings import InferenceSettings, Plan, PreprocessingSettings
from napari_unet.core.training.patches.lessons import make_lesson
from tests.core.inference.test_predict import answer, made_model
from tests.core.training.scenes import SMALL, scene

RANDOM = np.random.default_rng(0)
IMAGE = RANDOM.random((1, 60, 70)).astype(np.float32)
PLAIN = InferenceSettings(device="cpu", turns=1)
USUAL = InferenceSettings(device="cpu")


def other(model: Model) -> Model:
    """A model of the same kind that answers otherwise."""
    network = copy.deepcopy(model.network)
    for weights in network.parameters():
        weights.data = weights.data.flip(0)
    return Model(dataclasses.replace(model.card, name="other"), network.eval())


def together(
    models: list[Model], settings: InferenceSettings, image: np.ndarray | Picture = IMAGE
) -> tuple[np.ndarray, np.ndarray]:
    shape = image.spatial_shape if isinstance(image, Picture) else image.shape[1:]
    out, spread = np.full((3, *shape), np.nan, np.float32), np.full(shape, np.nan, np.float32)
    reports = list(predict_together(models, image, settings, out, spread, lambda: False))
    assert [report.done for report in reports] == list(range(reports[-1].total + 1))
    return out, spread


def rescaled(model: Model, pixel_size: float) -> Model:
    plan = Plan(network=model.card.plan.network, preprocessing=PreprocessingSettings(pixel_size=pixel_size))
    return Model(dataclasses.replace(model.card, plan=plan), model.network)


def test_sizes_are_averaged_exactly() -> None:
    model = made_model()
    views = [view_of(model.card, IMAGE, PLAIN).sized(size) for size in SIZES[:3]]
    answers = []
    for view in views:
        out = np.zeros((3, 60, 70), np.float32)
        list(predict_view(model, view, PLAIN, out, lambda: False))
        answers.append(out)
    found = answer(model, IMAGE, dataclasses.replace(PLAIN, scales=3))
    np.testing.assert_allclose(found, np.mean(answers, axis=0), atol=1e-6)
    assert np.abs(found - answers[0]).max() > 0.02, "an average equal to one of its parts would prove nothing"
    assert SIZES[0] == 1, "one size is the picture's own"


def test_models_are_averaged_and_their_spread_is_the_standard_deviation() -> None:
    models = [made_model(), other(made_model())]
    answers = [answer(model, IMAGE, PLAIN) for model in models]
    out, spread = together(models, PLAIN)
    np.testing.assert_allclose(out, np.mean(answers, axis=0), atol=1e-6)
    np.testing.assert_allclose(spread, np.std([one[0] for one in answers], axis=0), atol=1e-5)
    assert spread.max() > 0.05


def test_models_that_agree_have_no_spread() -> None:
    model = made_model()
    out, spread = together([model, model], PLAIN)
    assert not spread.any()
    np.testing.assert_array_equal(out, answer(model, IMAGE, PLAIN))


def test_the_spread_of_regions_is_that_of_two_classes_however_many_there_are() -> None:
    models = [made_model("regions"), other(made_model("regions"))]
    answers = [answer(model, IMAGE, PLAIN) for model in models]
    expected = np.sqrt(np.var(answers, axis=0).sum(axis=0) / 2)
    np.testing.assert_allclose(together(models, PLAIN)[1], expected, atol=1e-5)


@pytest.mark.parametrize("settings", [PLAIN, USUAL])
def test_alone_a_model_differs_with_itself_over_four_turns_and_its_answer_stays(settings: InferenceSettings) -> None:
    model = made_model()
    out, spread = together([model], settings)
    np.testing.assert_allclose(out, answer(model, IMAGE, settings), atol=1e-6)
    assert spread.max() > 0.01
    same, again = together([model], dataclasses.replace(PLAIN, turns=AT_LEAST))
    np.testing.assert_allclose(spread, again, atol=1e-6)
    np.testing.assert_allclose(same, answer(model, IMAGE, dataclasses.replace(PLAIN, turns=AT_LEAST)), atol=1e-6)


def test_models_of_another_kind_are_refused_naming_both() -> None:
    with pytest.raises(ModelError, match=r"test finds objects \(cell, .*but test finds regions \(background"):
        together([made_model(), made_model("regions")], PLAIN)
    with pytest.raises(ModelError, match="No model"):
        together([], PLAIN)


def test_a_model_for_planes_and_one_for_volumes_do_not_answer_together() -> None:
    model = made_model()
    deep = dataclasses.replace(model.card, name="deep", plan=model.card.plan.with_values({"dimensions": "3-D"}))
    with pytest.raises(ModelError, match="test sees in 2-D, but deep in 3-D"):
        together([model, Model(deep, model.network)], PLAIN)


def test_a_model_of_another_pixel_size_answers_in_the_pictures_own_pixels() -> None:
    picture = Picture("a", IMAGE, (0.5, 0.5), "µm")
    coarse = answer_of(rescaled(made_model(), 1.0), picture, PLAIN)
    assert coarse.shape == (3, 60, 70)
    plain = view_of(made_model().card, picture, PLAIN).sized(0.5)
    expected = np.zeros((3, 60, 70), np.float32)
    list(predict_view(made_model(), plain, PLAIN, expected, lambda: False))
    np.testing.assert_allclose(coarse, expected, atol=1e-5)


def test_rescaled_and_tiled_equals_rescaled_and_whole() -> None:
    picture = Picture("a", RANDOM.random((1, 120, 170)).astype(np.float32), (0.5, 0.5), "µm")
    model = rescaled(made_model(), 0.25)
    tiled = answer_of(model, picture, dataclasses.replace(PLAIN, tile=128))
    assert np.abs(tiled - answer_of(model, picture, PLAIN)).max() < 1e-4


def test_cells_twice_as_wide_are_found_as_wide_as_they_were_learned() -> None:
    model = made_model()
    card = dataclasses.replace(model.card, object_width=10.0)
    seen = view_of(card, IMAGE, dataclasses.replace(PLAIN, object_width=20.0))
    assert seen.shape == (30, 35)


def test_a_network_for_planes_goes_through_a_stack_plane_by_plane() -> None:
    model, stack = made_model(), RANDOM.random((1, 3, 40, 50)).astype(np.float32)
    out, spread = np.zeros((3, 3, 40, 50), np.float32), np.zeros((3, 40, 50), np.float32)
    reports = list(predict_together([model], stack, PLAIN, out, spread, lambda: False))
    assert [report.done for report in reports] == list(range(reports[-1].total + 1))
    levels = view_of(model.card, stack, PLAIN)
    for z in range(3):
        plane = np.zeros((3, 40, 50), np.float32)
        list(predict_view(model, levels.plane((z,)), PLAIN, plane, lambda: False))
        np.testing.assert_array_equal(out[:, z], plane)
    assert spread.max(axis=(1, 2)).min() > 0


def test_stopping_is_heeded_inside_a_tile() -> None:
    model, asked = made_model(), []
    out = np.zeros((3, 512, 512), np.float32)

    def after_some_layers() -> bool:
        asked.append(time.monotonic())
        return len(asked) > 5

    reports = list(predict_together([model], RANDOM.random((1, 512, 512)), PLAIN, out, None, after_some_layers))
    assert [report.done for report in reports] == [0]
    assert len(asked) == 7, "the sixth time it is stopped, and asked once more who wanted that"


def test_a_network_that_was_interrupted_computes_as_before() -> None:
    network, picture = made_model().network, torch.rand(1, 1, 16, 16)
    before = network(picture)
    with pytest.raises(Stopped), interruptible(network, lambda: True):
        network(picture)
    assert torch.equal(network(picture), before)


def answer_of(model: Model, picture: Picture, settings: InferenceSettings) -> np.ndarray:
    out = np.zeros((3, *picture.spatial_shape), np.float32)
    for _ in predict_together([model], picture, settings, out, None, lambda: False):
        pass
    return out


def test_training_and_prediction_see_the_same_of_a_picture() -> None:
    settings = PreprocessingSettings(object_size=8.0, background=20.0, denoise="median", normalisation="z-score")
    model = made_model()
    card = dataclasses.replace(model.card, object_width=13.0, plan=Plan(preprocessing=settings, network=SMALL))
    sample = scene(3)
    lesson, view = make_lesson(sample, card), view_of(card, sample.image, PLAIN)
    assert lesson.shape == view.shape == (39, 39)
    np.testing.assert_array_equal(lesson.fine[:1], view.whole().astype(np.float16))
