from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from napari_unet import Learner, UnetError
from napari_unet.core.errors import DeviceError, MaskError, ModelError, PictureError
from napari_unet.core.inference.device import trouble
from napari_unet.core.model.card import OBJECT_PLANES
from napari_unet.core.settings import Kind
from napari_unet.core.strokes import starts
from napari_unet.core.strokes.sights import eyes
from tests.core.strokes.conftest import Scene, overlap, scene


def test_two_strokes_find_what_looks_alike(one: Scene) -> None:
    learner = Learner(start=None)
    learner.update(one.image, one.strokes)
    answer = learner.predict(one.image)
    assert answer.probability.shape == one.truth.shape
    assert answer.probability.dtype == np.float32
    assert 0 <= answer.probability.min() <= answer.probability.max() <= 1
    assert overlap(answer.probability > 0.5, one.truth) > 0.8


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_what_is_painted_stays_as_painted_even_against_all_else(kind: Kind, one: Scene) -> None:
    """Single pixels of the other class within a stroke: no forest and no network would tell them apart."""
    strokes = one.strokes.copy()
    for value in (1, 2):
        strokes[tuple(np.argwhere(one.strokes == value)[::9].T)] = 3 - value
    learner = Learner(kind=kind)
    learner.update(one.image, strokes)
    probability = learner.predict(one.image).probability
    found = probability if kind == "objects" else probability[1]
    assert found[strokes == 2].min() > 0.99
    assert found[strokes == 1].max() < 0.01


def test_objects_get_numbers_of_their_own(one: Scene) -> None:
    learner = Learner(start=None)
    learner.update(one.image, one.strokes)
    labels = learner.predict(one.image).labels
    assert labels.shape == one.truth.shape
    assert set(np.unique(labels)) == set(range(labels.max() + 1))
    assert labels.max() > 1


def test_what_was_painted_on_one_picture_is_found_on_another(one: Scene, other: Scene) -> None:
    learner = Learner(start=None)
    learner.update(one.image, one.strokes)
    assert overlap(learner.predict(other.image).probability > 0.5, other.truth) > 0.8


def test_before_the_first_stroke_it_says_what_its_start_says(one: Scene) -> None:
    assert (Learner(start=None).predict(one.image).probability == 0.5).all()
    told = Learner(start="cells").predict(one.image).probability
    assert told.shape == one.truth.shape
    assert told.std() > 0


def test_strokes_that_were_taken_back_are_forgotten(one: Scene) -> None:
    learner = Learner(start=None)
    learner.update(one.image, one.strokes)
    learner.update(one.image, np.zeros_like(one.strokes))
    assert (learner.predict(one.image).probability == 0.5).all()


def test_the_same_strokes_give_the_same_answer(one: Scene) -> None:
    answers = []
    for _ in range(2):
        learner = Learner()
        learner.update(one.image, one.strokes)
        answers.append(learner.predict(one.image).probability)
    np.testing.assert_array_equal(*answers)


def test_regions_have_a_plane_for_each_class_and_sum_to_one(one: Scene) -> None:
    strokes = one.strokes.copy()
    strokes[:4, :30] = 3
    learner = Learner(kind="regions", start=None)
    learner.update(one.image, strokes)
    answer = learner.predict(one.image)
    assert answer.probability.shape == (3, *one.truth.shape)
    np.testing.assert_allclose(answer.probability.sum(0), 1, atol=1e-5)
    assert answer.labels.max() <= 2


def test_regions_of_one_class_are_found_as_well_as_objects(one: Scene) -> None:
    learner = Learner(kind="regions", start=None)
    learner.update(one.image, one.strokes)
    assert overlap(learner.predict(one.image).labels == 1, one.truth) > 0.8


@pytest.mark.parametrize(
    "shown",
    [
        lambda image: image[:77, :131],
        lambda image: np.stack([image] * 3, -1),
        lambda image: image[np.newaxis].astype(np.uint16) * 7,
        lambda image: np.stack([image, image[::-1]]).astype(np.float32),
    ],
    ids=["odd size", "colours last", "one channel first", "two channels"],
)
def test_any_flat_picture_will_do(one: Scene, shown: Callable[[np.ndarray], np.ndarray]) -> None:
    image = shown(one.image)
    rows, columns = (77, 131) if image.shape == (77, 131) else one.truth.shape
    learner = Learner()
    learner.update(image, _both(one.strokes[:rows, :columns]))
    assert learner.predict(image).probability.shape == (rows, columns)


def test_a_stack_is_learned_from_strokes_on_any_plane(one: Scene, other: Scene) -> None:
    stack = np.stack([one.image, other.image])
    strokes = np.stack([one.strokes, np.zeros_like(one.strokes)])
    learner = Learner(start=None)
    learner.update(stack, strokes)
    answer = learner.predict(stack)
    assert answer.probability.shape == stack.shape == answer.labels.shape
    assert overlap(answer.probability[1] > 0.5, other.truth) > 0.8


def test_erased_strokes_of_a_stack_are_forgotten_and_objects_have_numbers_of_their_own(one: Scene) -> None:
    stack, learner = np.stack([one.image] * 2)[np.newaxis], Learner(start=None)
    strokes = np.stack([one.strokes, np.zeros_like(one.strokes)])[np.newaxis]
    learner.update(stack, strokes)
    answer = learner.predict(stack)
    assert answer.probability.shape == answer.labels.shape == stack.shape
    assert overlap(answer.probability[0, 1] > 0.5, one.truth) > 0.8
    assert np.array_equal(answer.labels[0, 0] > 0, answer.labels[0, 1] > 0)
    learner.update(stack, np.zeros_like(strokes))
    assert learner.predict(stack).probability.std() < 1e-6


def test_grey_and_colour_pictures_may_stand_side_by_side(one: Scene, other: Scene) -> None:
    learner, colour = Learner(start=None), np.stack([other.image] * 3, -1)
    learner.update(one.image, one.strokes)
    learner.update(colour, other.strokes)
    assert overlap(learner.predict(one.image).probability > 0.5, one.truth) > 0.8
    assert overlap(learner.predict(colour).probability > 0.5, other.truth) > 0.8


def test_strokes_of_one_kind_alone_are_no_error(one: Scene) -> None:
    learner = Learner(start=None)
    learner.update(one.image, np.where(one.strokes == 2, one.strokes, 0))
    assert np.isfinite(learner.predict(one.image).probability).all()


def test_a_large_picture_is_answered_in_tiles_without_seams() -> None:
    small = scene(3, side=320)
    wide = np.tile(small.image, (1, 4))
    strokes = np.zeros(wide.shape, np.uint8)
    strokes[:, :320] = small.strokes
    learner = Learner(start=None)
    learner.update(wide, strokes)
    found = learner.predict(wide).probability
    assert found.shape == wide.shape
    assert overlap(found > 0.5, np.tile(small.truth, (1, 4))) > 0.8
    second, third = found[:, 320:640], found[:, 640:960]
    assert np.abs(second - third).mean() < 0.02, "a border between tiles lies in one of two parts that look the same"


def test_bad_input_is_a_sentence(one: Scene) -> None:
    learner = Learner(start=None)
    broken = one.image.astype(np.float32)
    broken[3, 3] = np.nan
    with pytest.raises(PictureError, match="not numbers"):
        learner.update(broken, one.strokes)
    with pytest.raises(MaskError, match="size"):
        learner.update(one.image, one.strokes[:-1])
    with pytest.raises(ModelError, match="No starting model"):
        Learner(start="unicorns")
    learner.update(one.image, one.strokes)
    assert issubclass(MaskError, UnetError)
    assert overlap(learner.predict(one.image).probability > 0.5, one.truth) > 0.8


def _both(strokes: np.ndarray) -> np.ndarray:
    """The strokes, with some of either kind wherever the picture was cut."""
    strokes = strokes.copy()
    strokes[:3, :9], strokes[-3:, -9:] = 1, 2
    return strokes


def test_it_computes_where_it_is_told(one: Scene) -> None:
    missing = next(name for name in ("cuda", "mps") if trouble(name) is not None)
    with pytest.raises(DeviceError, match="was asked for"):
        Learner(on=missing)
    learner = Learner(start="cells", on="cpu")
    learner.update(one.image, one.strokes)
    assert learner.wait(0.1)
    learner.predict(one.image)
    thinker = learner._background._thinker
    assert thinker is not None
    networks = learner._asking.network, thinker._network, starts.model_of("cells").network, eyes("cpu", "cells")[0]
    assert {next(network.parameters()).device.type for network in networks} == {"cpu"}


def test_blank_planes_of_a_stack_are_background_and_teach_nothing(one: Scene) -> None:
    stack = np.stack([np.zeros_like(one.image), one.image])
    learner = Learner(start=None)
    learner.update(stack, np.stack([np.ones_like(one.strokes), one.strokes]))
    answer = learner.predict(stack)
    assert not answer.probability[0].any()
    assert not answer.labels[0].any()
    assert overlap(answer.probability[1] > 0.5, one.truth) > 0.8


def test_a_stack_of_blank_planes_alone_is_a_sentence(one: Scene) -> None:
    stack, learner = np.zeros((2, *one.image.shape), np.uint8), Learner(start=None)
    learner.update(stack, np.zeros_like(stack))
    with pytest.raises(PictureError, match="the same value everywhere"):
        learner.predict(stack)


def test_objects_are_not_parted_by_a_start_that_finds_others(one: Scene) -> None:
    """Strokes say the contrary of what `cells` finds: what it takes for borders are none of these objects' borders."""
    learner = Learner(start="cells")
    learner.update(one.image, one.strokes)
    assert len(learner.planes(one.image[np.newaxis])) == len(OBJECT_PLANES)
    inverse = np.where(np.arange(one.truth.size).reshape(one.truth.shape) % 17 == 0, 2 - one.truth, 0).astype(np.uint8)
    learner.update(one.image, inverse)
    assert len(learner.planes(one.image[np.newaxis])) == 1
    learner.update(one.image, one.strokes)
    assert len(learner.planes(one.image[np.newaxis])) == len(OBJECT_PLANES)
