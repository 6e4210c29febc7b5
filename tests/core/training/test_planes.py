"""2-D networks and stacks: planes with labels teach and measure, the others neither count nor take time."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.data import Sample
from napari_unet.core.data.provenance import NUMBERS
from napari_unet.core.model import Model
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.training.beginning import new_card
from napari_unet.core.training.circumstances import object_width
from napari_unet.core.training.judging.division import divide
from napari_unet.core.training.judging.measuring import MOST_PLANES, Measuring
from napari_unet.core.training.patches.lessons import make_lesson, make_lessons
from napari_unet.core.training.patches.sampler import Sampler
from tests.core.training.scenes import scene, task_of


def stack(planes: dict[int, bool], of: int = 6) -> Sample:
    """A stack of scenes, of which these planes are labelled: wholly (True), or in their upper half."""
    scenes = [scene(seed) for seed in range(of)]
    annotation = np.zeros((of, *scenes[0].annotation.shape), np.uint16)
    for plane, whole in planes.items():
        rows = slice(None) if whole else slice(0, annotation.shape[1] // 2)
        annotation[plane][rows] = scenes[plane].annotation[rows]
    image = np.stack([one.image for one in scenes], 1)
    return Sample("stack", image, annotation, False)


@pytest.fixture
def model() -> Model:
    torch.manual_seed(0)
    card = new_card([scene(0)], task_of(Path()), None)
    return Model(card, new_network(card).eval())


def test_only_planes_with_labels_become_lessons(model: Model) -> None:
    made = make_lessons(stack({1: True, 4: False}), model.card, {})
    assert list(made) == ["stack plane 2", "stack plane 5"]
    assert made["stack plane 2"].lesson.area > made["stack plane 5"].lesson.area > 0


def test_a_plane_is_seen_at_the_levels_of_its_stack(model: Model) -> None:
    sample = stack({0: True})
    dim = dataclasses.replace(sample, image=sample.image * np.array([1, 9, 9, 9, 9, 9])[:, None, None])
    alone = make_lesson(scene(0), model.card).fine
    together = make_lessons(dim, model.card, {})["stack plane 1"].lesson.fine
    assert float(together.max()) < 0.5 * float(alone.max())


def test_planes_that_were_not_painted_on_since_are_not_made_again(model: Model) -> None:
    before = stack({1: True, 4: False})
    first = make_lessons(before, model.card, {})
    annotation = before.annotation.copy()
    annotation[4, -3:] = 1
    second = make_lessons(dataclasses.replace(before, annotation=annotation), model.card, first)
    assert second["stack plane 2"] is first["stack plane 2"]
    assert second["stack plane 5"].lesson.area > first["stack plane 5"].lesson.area


def test_where_labels_came_from_goes_with_their_plane(model: Model) -> None:
    sample = stack({1: True, 4: False})
    origins = np.full(sample.annotation.shape, NUMBERS["hand"], np.uint8)
    origins[4] = NUMBERS["accepted"]
    card = dataclasses.replace(model.card, plan=model.card.plan.with_values({"trust_accepted": 0.25}))
    made = make_lessons(dataclasses.replace(sample, origins=origins), card, {})
    assert [float(one.lesson.fine[-1].max()) for one in made.values()] == [1.0, 0.25]
    origins = np.full_like(origins, NUMBERS["hand"])
    again = make_lessons(dataclasses.replace(sample, origins=origins), card, made)
    assert [float(one.lesson.fine[-1].max()) for one in again.values()] == [1.0, 1.0]


def test_a_plane_whose_labels_were_erased_teaches_no_more(model: Model) -> None:
    sampler = Sampler(model.card, 32, 0, torch.device("cpu"))
    sampler.put([stack({1: True, 4: False})])
    whole = sampler.area
    sampler.put([stack({1: True})])
    assert 0 < sampler.area < whole


def test_planes_with_labels_are_measured_each_by_itself_and_not_too_many(model: Model) -> None:
    (answer,) = Measuring([stack({1: True, 4: True})], "cpu", lambda: False).answers(model)
    assert answer.probability.shape == (3, 2, *scene(0).annotation.shape)
    assert answer.sample.complete
    assert set(Measuring([stack({1: True})], "cpu", lambda: False).measure(model)) >= {"ap50", "dice"}
    assert "ap50" not in Measuring([stack({4: False})], "cpu", lambda: False).measure(model)
    many = dataclasses.replace(stack(dict.fromkeys(range(6), True)), complete=True)
    long = dataclasses.replace(
        many, image=np.concatenate([many.image] * 4, 1), annotation=np.concatenate([many.annotation] * 4)
    )
    (answer,) = Measuring([long], "cpu", lambda: False).answers(model)
    assert answer.probability.shape[1] == MOST_PLANES


def test_a_stack_from_which_everything_was_erased_can_still_be_measured(model: Model) -> None:
    (answer,) = Measuring([stack({})], "cpu", lambda: False).answers(model)
    assert answer.sample.annotation.shape == (1, *scene(0).annotation.shape)


def test_all_planes_of_a_stack_lie_on_one_side_of_the_division() -> None:
    first, second = (dataclasses.replace(stack({1: True, 4: True}), name=name, complete=True) for name in "ab")
    division = divide([first, second], 0.5, 0)
    assert len(division.learned) == len(division.measured) == 1
    image, annotation = np.tile(first.image, (1, 1, 3, 3)), np.tile(first.annotation, (1, 3, 3))
    alone = divide([dataclasses.replace(first, image=image, annotation=annotation)], 0.2, 0)
    (part,) = alone.measured
    assert part.name.startswith("a [")
    assert part.annotation.shape[0] == 6
    assert part.annotation.shape[1:] != annotation.shape[1:]


def test_objects_are_as_wide_as_in_their_planes() -> None:
    wide, flat = object_width([stack({0: True})], 0.0), object_width([scene(0)], 0.0)
    assert wide == pytest.approx(flat, rel=0.2)
