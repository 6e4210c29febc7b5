"""Trouble with labels and learning is noticed, and nothing is said where all is well."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.inference.interrupting import interruptible
from napari_unet.core.model import Model, load_model
from napari_unet.core.settings import Plan, TrainingSettings
from napari_unet.core.training import EpochDone, Noticed, train
from napari_unet.core.training.judging.division import Division, divide
from napari_unet.core.training.judging.opinion import opinion
from napari_unet.core.training.judging.trouble import Watch, before, contradicted
from tests.core.training.scenes import discs, picture_of, scene, task_of

MANY = [scene(seed) for seed in range(24)]


def told(samples: Sequence[Sample], kind: str = "objects", names: tuple[str, ...] = ("cell",)) -> list[Noticed]:
    return before(samples, divide(samples, 0.25, 0), kind, names)  # type: ignore[arg-type]


def sentences(noticed: Sequence[Noticed], kind: str) -> str:
    return " ".join(one.sentence for one in noticed if one.kind == kind)


def test_of_good_labels_nothing_is_said() -> None:
    assert told(MANY) == []


def test_one_picture_with_two_annotations_is_named_with_how_far_they_differ() -> None:
    twin = scene(3, name="twin", annotation=scene(4).annotation)
    assert "scene3 and twin are the same picture, but" in sentences(told([*MANY, twin]), "labels")


def test_one_picture_twice_with_objects_numbered_otherwise_is_no_contradiction() -> None:
    own = scene(3)
    renumbered = np.where(own.annotation > 1, 12 - own.annotation, own.annotation).astype(np.uint16)
    twin = dataclasses.replace(own, name="twin", annotation=renumbered, validation=False)
    assert sentences(told([*MANY, twin]), "labels") == ""


def test_classes_that_contradict_each_other_on_two_copies_are_noticed() -> None:
    strokes = np.zeros((64, 64), np.uint16)
    strokes[:8], strokes[20:28] = 1, 2
    one = scene(3, annotation=strokes, complete=False)
    other = dataclasses.replace(one, name="twin", annotation=np.where(strokes == 2, 3, strokes).astype(np.uint16))
    assert "50.0%" in sentences(told([one, other], "regions", ("a", "b")), "labels")


def test_a_picture_that_measures_and_is_learned_from_under_two_names_is_noticed() -> None:
    twin = dataclasses.replace(MANY[1], name="twin", validation=True)
    found = before([*MANY, twin], Division(tuple(MANY), (twin,), ""), "objects", ("cell",))
    assert "twin measures, but it is the same picture as scene1" in sentences(found, "validation")


def test_a_class_without_pixels_is_named() -> None:
    flat = [dataclasses.replace(sample, annotation=np.minimum(sample.annotation, 2)) for sample in MANY]
    assert sentences(told(flat, "regions", ("a", "b")), "classes") == (
        "Nothing is painted as b yet, so the model cannot find it."
    )


def test_a_class_that_only_measures_is_named() -> None:
    flat = [dataclasses.replace(sample, annotation=np.minimum(sample.annotation, 2)) for sample in MANY]
    only = dataclasses.replace(flat[0], annotation=np.minimum(MANY[0].annotation, 3), validation=True)
    found = before([only, *flat[1:]], divide([only, *flat[1:]], 0.2, 0), "regions", ("a", "b"))
    assert "b is painted only where the model is measured" in sentences(found, "classes")


@pytest.mark.parametrize(("value", "missing"), [(1, "cell"), (2, "background")])
def test_what_is_painted_only_where_the_model_is_measured_is_named(value: int, missing: str) -> None:
    alone = scene(0, annotation=np.full((64, 64), value, np.uint16), validation=False)
    found = told([alone, scene(1, validation=True)])
    assert f"No {missing} is painted where the model learns" in sentences(found, "classes")


def test_nearly_nothing_but_background_is_noticed() -> None:
    sparse = np.ones((64, 64), np.uint16)
    sparse[30:33, 30:34] = 2
    rare = [scene(seed, annotation=sparse) for seed in range(4)]
    assert "99.7% of what is painted is background" in sentences(told(rare), "classes")


def test_a_score_of_few_objects_says_how_little_it_tells() -> None:
    found = sentences(told(MANY[:2]), "validation")
    count = len(np.unique(divide(MANY[:2], 0.25, 0).measured[0].annotation)) - 1
    assert f"Measured on 1 picture with {count} cells: a difference below 0.3 means nothing" in found


def test_a_score_of_a_part_says_so() -> None:
    large = np.tile(discs(0), (3, 3)).astype(np.uint16)
    only = Sample("only", picture_of(large, 0), (large + 1).astype(np.uint16), complete=True)
    assert "Measured on part of 1 picture with" in sentences(told([only]), "validation")


# While learning


def watched(epochs: Sequence[tuple[float, float]], settings: TrainingSettings | None = None) -> list[Noticed]:
    """What is said of epochs given by their loss and score."""
    watch = Watch(Plan(settings or TrainingSettings()))
    reports = [EpochDone(number, 20, loss, {"dice": score}) for number, (loss, score) in enumerate(epochs, 1)]
    return [one for report in reports for one in watch.after(report, report.loss)]


def test_a_training_in_which_nothing_is_learned_is_noticed_once() -> None:
    found = watched([(1.0 + 0.001 * (epoch % 3), 0.0) for epoch in range(20)])
    assert [one.kind for one in found] == ["idle"]
    assert "8 epochs" in found[0].sentence
    assert "learning rate other than 0.003" in found[0].sentence


@pytest.mark.parametrize("course", [[(1 / epoch, 0.0) for epoch in range(1, 20)], [(1.0, 0.4)] * 20])
def test_a_training_in_which_something_is_learned_is_not(course: list[tuple[float, float]]) -> None:
    assert watched(course) == []


def test_learning_by_heart_is_noticed_once() -> None:
    rise = [(1 / epoch, 0.1 * epoch) for epoch in range(1, 8)]
    fall = [(1 / epoch, 0.7 - 0.03 * (epoch - 7)) for epoch in range(8, 20)]
    found = watched(rise + fall)
    assert [one.kind for one in found] == ["overfitting"]
    assert "from 0.70 to 0.5" in found[0].sentence


def test_a_score_that_wavers_is_not_called_learning_by_heart() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        assert watched([(1 / epoch, 0.7 + random.normal(0, 0.02)) for epoch in range(1, 60)]) == []


def test_a_score_that_falls_with_a_rising_loss_is_something_else() -> None:
    assert watched([(0.1 * epoch, 0.9 - 0.04 * epoch) for epoch in range(1, 15)]) == []


# After learning


@pytest.fixture(scope="module", params=["shifted", "shuffled", "right"])
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Model, list[Sample]]:
    """A model that has really learned from seven pictures, of which one mask may be wrong."""
    samples = [scene(seed, validation=False) for seed in range(7)]
    wrong = {
        "shifted": np.roll(samples[2].annotation, (9, 9), (0, 1)),
        "shuffled": scene(99).annotation,
        "right": samples[2].annotation,
    }
    samples[2] = dataclasses.replace(samples[2], annotation=wrong[request.param])
    out = tmp_path_factory.mktemp("course")
    for _ in train(FixedSet(tuple(samples)), task_of(out, epochs=1, steps=40, rate=0.02)):
        pass
    return request.param, load_model(out), samples


def test_a_mask_that_is_shifted_or_of_another_picture_is_named_and_no_other(
    course: tuple[str, Model, list[Sample]],
) -> None:
    case, model, samples = course
    found = contradicted(model, samples, lambda: False)
    if case == "right":
        assert found == []
        return
    assert [one.kind for one in found] == ["labels"]
    assert found[0].sentence.startswith("In scene2 the model says background on ")
    assert "of what is painted as cell" in found[0].sentence


def test_of_two_pictures_neither_is_called_unlike_the_others(course: tuple[str, Model, list[Sample]]) -> None:
    _, model, samples = course
    assert contradicted(model, samples[1:3], lambda: False) == []


def test_asked_to_stop_it_names_nobody(course: tuple[str, Model, list[Sample]]) -> None:
    _, model, samples = course
    assert contradicted(model, samples, lambda: True) == []


def test_asked_to_stop_on_the_way_it_tells_of_those_it_has_looked_at(course: tuple[str, Model, list[Sample]]) -> None:
    case, model, samples = course
    copies = [dataclasses.replace(samples[index % 7], name=f"copy{index}") for index in range(28)]
    looks = iter([False] * 20)
    found = contradicted(model, copies, lambda: next(looks, True))
    assert bool(found) == (case != "right")
    assert {int(one.sentence.split()[1].removeprefix("copy")) % 7 for one in found} <= {2}


def test_a_picture_on_which_the_model_was_stopped_is_not_judged(course: tuple[str, Model, list[Sample]]) -> None:
    case, model, samples = course
    for layers in range(100, 400, 20) if case == "right" else ():
        left = iter(range(layers))
        with interruptible(model.network, lambda left=left: next(left, None) is None):  # type: ignore[misc]
            assert contradicted(model, samples, lambda: False) == []


def test_labels_of_a_class_that_came_while_it_learned_contradict_nothing(tmp_path: Path) -> None:
    samples = FixedSet((scene(0), scene(1)))
    regions = [dataclasses.replace(one, annotation=np.minimum(one.annotation, 2)) for one in samples.items]
    for _ in train(FixedSet(tuple(regions)), task_of(tmp_path, kind="regions", epochs=1, steps=1)):
        pass
    added = dataclasses.replace(regions[0], annotation=np.where(regions[0].annotation == 2, 3, 1).astype(np.uint16))
    assert opinion(load_model(tmp_path), added, "cpu").painted == 0
    assert opinion(load_model(tmp_path), regions[0], "cpu").painted > 0
