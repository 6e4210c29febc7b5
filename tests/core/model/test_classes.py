"""Classes of a model and of a project are matched by their names."""

from __future__ import annotations

import dataclasses

import numpy as np

from napari_unet.core.data import Sample
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.classes import arranged, classes_of
from napari_unet.core.settings import Kind, Plan, PostprocessingSettings

OBJECTS = ("cell", "border", "distance")


def card(kind: Kind, *classes: str) -> ModelCard:
    outputs = (*OBJECTS, *classes) if kind == "objects" else ("background", *classes)
    return ModelCard("m", kind, classes, 1, False, Plan(), PostprocessingSettings(), outputs)


def test_the_same_classes_in_the_same_order_need_nothing() -> None:
    classes = classes_of(card("objects", "alive", "dead"), ("alive", "dead"))
    assert (classes.alike, classes.order, classes.sentence("Model 1")) == (True, (), "")


def test_another_order_is_brought_into_the_projects() -> None:
    classes = classes_of(card("objects", "dead", "alive"), ("alive", "dead"))
    assert classes.order == ((0,), (1,), (2,), (4,), (3,))
    assert classes.sentence("Model 1") == "", "nothing is missing"
    regions = classes_of(card("regions", "sea", "sky"), ("sky", "sea"))
    assert regions.order == ((0,), (2,), (1,))


def test_what_either_does_not_have_is_told_and_given_to_nobody() -> None:
    classes = classes_of(card("objects", "debris", "dead"), ("alive", "dead"))
    assert classes.order == ((0,), (1,), (2,), (), (4,), (3,)), "debris comes behind the project's own classes"
    told = classes.sentence("Model 1")
    assert "Model 1 does not know alive" in told
    assert "Model 1 knows debris, which this project does not have: such objects get no class." in told
    regions = classes_of(card("regions", "sand", "sky"), ("sky", "sea"))
    assert regions.order == ((0, 1), (2,), ()), "sand is none of the project's classes: background"
    assert "such places count as background" in regions.sentence("Model 1")


def test_a_model_without_classes_says_so() -> None:
    classes = classes_of(card("objects"), ("alive", "dead"))
    assert classes.order == ()
    assert (
        classes.sentence("Model 1") == "Model 1 does not tell alive and dead apart: the objects it finds have no class."
    )
    assert classes_of(card("objects", "alive", "dead"), ()).sentence("Model 1") == "", "there is nothing to choose here"


def test_classes_that_came_later_need_no_rearranging() -> None:
    classes = classes_of(card("objects", "alive", "dead"), ("alive", "dead", "dividing"))
    assert classes.order == ()
    assert "does not know dividing" in classes.sentence("Model 1")


def test_who_renames_a_class_makes_it_no_other_one() -> None:
    model = card("objects", "alive", "dead")
    assert classes_of(model, ("living", "gone"), ("alive", "dead")).alike
    assert classes_of(model, ("dead", "alive"), ("alive", "dead")).alike, "names that were mixed up and put right"
    assert not classes_of(model, ("dead", "alive")).alike


def test_an_answer_is_arranged() -> None:
    answer = np.arange(3, dtype=np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
    out = np.full((3, 2, 2), 9, np.float32)
    arranged(answer, ((0, 1), (2,), ()), out)
    assert out[:, 0, 0].tolist() == [1, 2, 0]


def test_a_sample_is_numbered_as_the_model_does() -> None:
    annotation = np.array([[0, 1, 2, 3]], np.uint16)
    sample = Sample("s", np.zeros((1, 1, 4)), annotation, complete=True, classes={2: 1, 3: 2})
    objects = classes_of(card("objects", "dead", "alive"), ("alive", "dead")).as_model_numbers(sample)
    assert objects.classes == {2: 2, 3: 1}
    assert objects.annotation is annotation
    plain = dataclasses.replace(sample, classes={})
    regions = classes_of(card("regions", "sea"), ("sky", "sea")).as_model_numbers(plain)
    assert regions.annotation.tolist() == [[0, 1, 3, 2]], "sky is none of the model's: behind its own"


def test_where_there_is_nothing_to_choose_nothing_is_matched() -> None:
    assert classes_of(card("objects"), (), ("cell",)).order == ()
