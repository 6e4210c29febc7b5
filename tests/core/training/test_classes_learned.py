"""Classes of objects are learned from those whose class is known, and told of objects nobody has seen."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core import inference
from napari_unet.core.data import Picture, Project, ProjectSet
from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.fingerprint import fingerprint
from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.model.checkpoint import Model, load_model, new_network, save_model
from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.recipe.keeping import keep_project_recipe
from napari_unet.core.recipe.materials import load_sample
from napari_unet.core.recipe.recipe import read_recipe
from napari_unet.core.settings import InferenceSettings, LossSettings, NetworkSettings, PostprocessingSettings
from napari_unet.core.training import train
from napari_unet.core.training.judging.guard import compare
from napari_unet.core.training.losses.levels import Truth
from napari_unet.core.training.losses.loss import CLASSES, class_loss
from napari_unet.core.training.losses.targets import FULL, make_targets
from napari_unet.core.training.report import Started
from napari_unet.core.training.task import TrainingTask
from tests.core.training.scenes import task_of

ROUND, LONG = 1, 2
ONCE = InferenceSettings(device="cpu", turns=1)


def mixed(seed: int, side: int = 96) -> tuple[Sample, np.ndarray]:
    """Round bright objects and long dark ones on grey, and their mask; their classes are known."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side]
    mask, classes = np.zeros((side, side), np.uint16), dict[int, int]()
    image = random.normal(100, 6, mask.shape)
    for _ in range(60):
        row, column, turn = random.uniform(11, side - 11), random.uniform(11, side - 11), random.uniform(0, np.pi)
        along = (x - column) * np.cos(turn) + (y - row) * np.sin(turn)
        across = (y - row) * np.cos(turn) - (x - column) * np.sin(turn)
        kind = ROUND if random.random() < 0.5 else LONG
        inside = along**2 + across**2 < 30 if kind == ROUND else (along / 10) ** 2 + (across / 3) ** 2 < 1
        if not mask[inside].any():
            number = len(classes) + 1
            mask[inside], classes[number + 1] = number, kind
            image[inside] += 80 if kind == ROUND else -55
    return Sample(f"mixed{seed}", image.astype(np.float32)[None], from_mask(mask), True, classes=classes), mask


def classed(out: Path, **training: object) -> TrainingTask:
    """A task for objects that are round or long."""
    task = task_of(out, **training)
    plan = dataclasses.replace(task.plan, network=NetworkSettings(depth=2, width=8))
    return dataclasses.replace(task, class_names=("round", "long"), plan=plan)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A model after four dozen steps, from three pictures."""
    out = tmp_path_factory.mktemp("classed") / "model"
    task = classed(out, epochs=3, steps=16, batch=4, patch=64, validation=0.0, small_first=0.0)
    for _ in train(FixedSet(tuple(mixed(seed)[0] for seed in range(3))), task):
        pass
    return load_model(out)


def answered(model: Model, sample: Sample) -> np.ndarray:
    out = np.zeros((len(model.card.outputs), *sample.annotation.shape), np.float32)
    for _ in inference.predict(model, sample.image, ONCE, out, lambda: False):
        pass
    return out


def test_the_card_says_which_classes_are_told_apart(model: Model) -> None:
    assert model.card.outputs == ("cell", "border", "distance", "round", "long")
    assert model.card.object_classes == ("round", "long")
    assert model.card.noun == "object"


def test_the_class_of_unseen_objects_is_right(model: Model) -> None:
    right = total = 0
    for seed in range(50, 54):
        sample, mask = mixed(seed)
        probability = answered(model, sample)
        np.testing.assert_allclose(probability[3:].sum(0), 1, atol=1e-5)
        found = postprocess(probability, "objects", PostprocessingSettings())
        classes = object_classes(probability, found)
        for number in range(1, int(mask.max()) + 1):
            here = found[mask == number]
            if here.any():
                total += 1
                right += classes[int(np.bincount(here[here > 0]).argmax())] == sample.classes[number + 1]
    assert total > 50
    assert right / total >= 0.9


def test_objects_without_a_class_count_for_where_they_are_and_teach_no_class() -> None:
    sample, mask = mixed(1)
    some = dataclasses.replace(sample, classes={2: LONG, 3: 9})
    targets = make_targets(some, "objects", LossSettings(), 2)
    plain = make_targets(some, "objects", LossSettings())
    np.testing.assert_array_equal(targets.planes[:3], plain.planes)
    np.testing.assert_array_equal(targets.known[:3], plain.known)
    for plane in range(3, 5):
        np.testing.assert_array_equal(targets.known[plane], mask == 1)
    assert (targets.planes[4][mask == 1] == FULL).all()
    assert not targets.planes[3].any()


def test_the_gradient_is_nothing_where_no_class_is_known() -> None:
    sample, mask = mixed(2)
    targets = make_targets(dataclasses.replace(sample, classes={2: LONG}), "objects", LossSettings(), 2)
    planes = torch.from_numpy(targets.planes.astype(np.float32))[None] / FULL
    known = torch.from_numpy(targets.known.astype(np.float32))[None]
    logits = torch.zeros(planes.shape, requires_grad=True)
    class_loss(logits[:, CLASSES], Truth(planes, known, {})).backward()
    assert logits.grad is not None
    taught = logits.grad[0].abs().sum(0).numpy() > 0
    np.testing.assert_array_equal(taught, mask == 1)


@pytest.mark.parametrize("classes", [{}, {2: ROUND, 3: ROUND}])
def test_a_network_has_no_classes_before_two_of_them_can_be_learned(tmp_path: Path, classes: dict[int, int]) -> None:
    samples = tuple(dataclasses.replace(mixed(seed)[0], classes=classes) for seed in range(2))
    told = list(train(FixedSet(samples), classed(tmp_path / "model", epochs=1, validation=0.0)))
    assert load_model(tmp_path / "model").card.outputs == ("cell", "border", "distance")
    note = next(report.note for report in told if isinstance(report, Started))
    assert "Classes are not learned: of round, long, at least two need an annotated object." in note


def test_from_a_model_without_classes_all_but_these_is_taken_and_they_are_named(tmp_path: Path) -> None:
    sample = mixed(0)[0]
    plain = dataclasses.replace(classed(tmp_path / "plain", epochs=1, validation=0.0), class_names=("cell",))
    list(train(FixedSet((sample,)), plain))
    more = dataclasses.replace(
        classed(tmp_path / "more", epochs=1, steps=1, rate=1e-6, validation=0.0), start=plain.out
    )
    told = list(train(FixedSet((sample,)), more))
    note = next(report.note for report in told if isinstance(report, Started))
    assert "anew: what it says of round and long" in note
    before, after = load_model(plain.out), load_model(more.out)
    assert after.card.object_classes == ("round", "long")
    np.testing.assert_allclose(
        after.network.state_dict()["head.weight"][:3], before.network.state_dict()["head.weight"], atol=1e-4
    )


def test_a_class_called_cell_begins_anew_though_the_first_plane_is_called_so(tmp_path: Path) -> None:
    sample = mixed(0)[0]
    plain = dataclasses.replace(classed(tmp_path / "plain", epochs=1, validation=0.0), class_names=("cell",))
    list(train(FixedSet((sample,)), plain))
    more = dataclasses.replace(
        classed(tmp_path / "more", epochs=1, steps=1, validation=0.0), start=plain.out, class_names=("cell", "long")
    )
    note = next(report.note for report in train(FixedSet((sample,)), more) if isinstance(report, Started))
    assert "anew: what it says of cell and long" in note


def test_other_classes_are_other_data() -> None:
    sample = mixed(0)[0]
    other = dataclasses.replace(sample, classes={**sample.classes, 2: 3 - sample.classes[2]})
    none = dataclasses.replace(sample, classes={})
    assert len({fingerprint(each) for each in (sample, other, none)}) == 3


def test_a_project_tells_classes_and_that_they_changed(tmp_path: Path) -> None:
    sample, mask = mixed(0)
    with Project.create(tmp_path / "cells.unet", "objects", ("round", "long")) as project:
        project.add(Picture("a", sample.image), mask, "")
        seen = ProjectSet(project.folder)
        assert seen.samples()[0].classes == {}
        assert seen.changed() == []
        project.save_classes("a", "annotation", sample.classes)
        assert [one.classes for one in seen.changed()] == [sample.classes]
        assert seen.changed() == []


def test_a_recipe_keeps_the_classes_it_was_taught(tmp_path: Path) -> None:
    sample, mask = mixed(0)
    with Project.create(tmp_path / "cells.unet", "objects", ("round", "long")) as project:
        project.add(Picture("mixed0", sample.image), mask, "")
        project.save_classes("mixed0", "annotation", sample.classes)
        task = classed(project.folder / "models" / "one", epochs=1, validation=0.0)
        list(train(ProjectSet(project.folder), task))
        recipe = read_recipe(keep_project_recipe(project.folder, task.out))
    again = load_sample(recipe.materials[0], task.out, "objects", ("round", "long"))
    assert again.classes == sample.classes


def other_order(model: Model, out: Path) -> Path:
    """The same model, whose classes have each other's numbers."""
    order = [0, 1, 2, 4, 3]
    network = copy.deepcopy(model.network)
    with torch.no_grad():
        for value in network.head.parameters():
            value.copy_(value[order].clone())
    names = tuple(model.card.outputs[plane] for plane in order)
    card = dataclasses.replace(model.card, name="other order", outputs=names, class_names=names[3:])
    save_model(Model(card, network), out)
    return out


def told(model: Model, out: Path, **card: object) -> Path:
    """The model in a folder, with another card."""
    save_model(Model(dataclasses.replace(model.card, data={}, **card), model.network), out)
    return out


def test_models_whose_classes_have_other_numbers_are_compared_by_their_names(model: Model, tmp_path: Path) -> None:
    new = told(model, tmp_path / "new")
    rival = told(load_model(other_order(model, tmp_path / "old")), tmp_path / "rival")
    found = compare(new, [rival], [mixed(seed)[0] for seed in (50, 51)], "cpu", lambda: False)
    ours, theirs = found.standings
    assert ours.scores["class_ap50"] > 0
    assert theirs.scores == ours.scores
    assert found.sentence.startswith("As good as other order")


def test_by_classes_nobody_is_compared_where_the_new_model_tells_none(model: Model, tmp_path: Path) -> None:
    card = dataclasses.replace(model.card, data={}, outputs=model.card.outputs[:3])
    network, learned = new_network(card), model.network.state_dict()
    fresh = network.state_dict().items()
    network.load_state_dict({name: learned[name][: len(one)] if one.ndim else one for name, one in fresh})
    save_model(Model(card, network), tmp_path / "new")
    found = compare(tmp_path / "new", [told(model, tmp_path / "old")], [mixed(50)[0]], "cpu", lambda: False)
    ours, theirs = found.standings
    assert theirs.merit == pytest.approx(ours.merit, abs=0.01)
    assert "class_ap50" not in theirs.scores
