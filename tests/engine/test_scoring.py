"""The score on what a model has not learned from: it tracks the truth where copies and single pixels would flatter."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.data import FixedSet, Picture, Project, Sample, from_mask
from napari_unet.core.inference import predict
from napari_unet.core.model import Model, ModelCard, load_model, save_model
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import InferenceSettings, NetworkSettings, Plan, PostprocessingSettings
from napari_unet.core.training import Unseen, train
from napari_unet.core.training.judging.honest import mark
from napari_unet.engine import scoring
from napari_unet.engine.messages import Score
from napari_unet.engine.worker import Wish
from tests.core.training.scenes import discs, task_of

TAUGHT, COPIES, FRESH = 4, 6, 36
CLEAR, DIM = 400, 26
"""How much brighter than the ground objects are: where learned from, and in all that comes later."""


def sample(seed: int, contrast: int) -> Sample:
    mask = discs(seed)
    noise = np.random.default_rng(seed).normal(200, 20, mask.shape)
    image = np.clip(noise + contrast * (mask > 0), 0, 65535).astype(np.uint16)[None]
    return Sample(f"{seed}", image, from_mask(mask), complete=True, validation=False)


def learn(samples: Sequence[Sample], out: Path) -> Path:
    task = dataclasses.replace(
        task_of(out, epochs=1, steps=60, rate=0.02, optimiser="adamw", validation=0.0), name=out.name
    )
    for _ in train(FixedSet(tuple(samples)), task):
        pass
    return out


def asked(project: Path, model: Path, wish: Wish | None = None) -> Unseen | None:
    calm = wish or Wish(lambda: False, lambda: False)
    reports = [one.report for one in scoring.score(Score(str(project), str(model), "cpu", 1), calm)]
    assert all(isinstance(one, Unseen) for one in reports)
    return reports[0] if reports else None  # type: ignore[return-value]


def scores(model: Path, samples: Sequence[Sample], measure: str) -> float:
    marks = [mark(load_model(model), one, "cpu", lambda: False) for one in samples]
    return float(np.mean([one.scores[measure] for one in marks if one is not None]))


@pytest.fixture(scope="module")
def taught() -> list[Sample]:
    return [sample(seed, CLEAR) for seed in range(TAUGHT)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, taught: list[Sample]) -> Path:
    """A project with what is learned from, copies of it under other names, and fresh pictures; and its model."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("project") / "cells.unet"
    with Project.create(folder, "objects", ("cell",)) as project:
        for one in taught:
            for name in (one.name, *(f"copy{number} of {one.name}" for number in range(COPIES))):
                project.add(Picture(name, one.image), one.annotation - 1, "")
        for seed in range(100, 100 + FRESH):
            one = sample(seed, DIM)
            project.add(Picture(one.name, one.image), one.annotation - 1, "")
    return learn(taught, folder / "models" / "first")


def test_it_tracks_the_score_on_new_pictures_where_copies_flatter(model: Path, taught: list[Sample]) -> None:
    truth = scores(model, [sample(seed, DIM) for seed in range(1000, 1080)], "ap50")
    fresh = [sample(seed, DIM) for seed in range(100, 100 + FRESH)]
    by_name = scores(model, [*fresh, *taught * COPIES], "ap50")

    found = asked(model.parents[1], model)

    assert found is not None
    assert len(found.per_picture) == FRESH
    assert abs(found.score - truth) < 0.05
    assert found.low < truth < found.high
    assert by_name > truth + 0.1, "pictures that are new by their names only flatter"


def test_a_split_by_pixel_flatters(taught: list[Sample], tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    hidden = [random.random(one.annotation.shape) < 0.2 for one in taught]
    parted = [
        dataclasses.replace(one, annotation=np.where(away, 0, one.annotation), complete=False)
        for one, away in zip(taught, hidden, strict=True)
    ]
    kept_out = [
        dataclasses.replace(one, annotation=np.where(away, one.annotation, 0), complete=False)
        for one, away in zip(taught, hidden, strict=True)
    ]
    model = learn(parted, tmp_path / "by_pixel")
    truth = scores(model, [sample(seed, DIM) for seed in range(1000, 1040)], "dice")
    assert scores(model, kept_out, "dice") > truth + 0.1


def test_a_picture_that_was_removed_is_still_known(model: Path, tmp_path: Path) -> None:
    with Project.open(model.parents[1]) as project:
        project.remove("3")
    found = asked(model.parents[1], model)
    assert found is not None
    assert not any("of 3" in name for name in found.per_picture)


def test_what_is_known_is_not_measured_again_and_every_other_job_goes_first(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoring._marks.clear()
    assert asked(model.parents[1], model, Wish(lambda: False, lambda: len(scoring._marks) == 3)) is None
    assert len(scoring._marks) == 3
    assert asked(model.parents[1], model) is not None
    assert len(scoring._marks) == FRESH
    with monkeypatch.context() as patched:
        patched.setattr(scoring, "_measured", None)
        assert asked(model.parents[1], model) is not None


def test_what_the_start_learned_from_is_known_too(model: Path) -> None:
    folder = model.parents[1]
    fresh = [sample(seed, DIM) for seed in range(100, 104)]
    second = folder / "models" / "second"
    task = task_of(second, epochs=1, steps=2, validation=0.0)
    for _ in train(FixedSet(tuple(fresh)), dataclasses.replace(task, name="second", start=model)):
        pass
    found = asked(folder, second)
    assert found is not None
    assert len(found.per_picture) == FRESH - 4
    assert not any("copy" in name for name in found.per_picture)


def of_two_classes(picture: Picture) -> tuple[Model, np.ndarray]:
    """A network that nobody has taught but that sees two classes in a picture, and where."""
    plan, outputs = Plan(network=NetworkSettings(depth=1, width=4)), ("background", "low", "high")
    card = ModelCard("m", "regions", outputs[1:], 1, False, plan, PostprocessingSettings(smallest=0), outputs)
    for seed in range(100):
        torch.manual_seed(seed)
        model, out = Model(card, new_network(card)), np.zeros((3, *picture.spatial_shape), np.float32)
        for _ in predict(model, picture, InferenceSettings(device="cpu"), out, lambda: False):
            pass
        found = postprocess(out, "regions", card.postprocessing)
        if min(np.mean(found == number) for number in (1, 2)) > 0.2:
            return model, found
    raise AssertionError("no network sees two classes")


def test_classes_count_by_their_names_and_not_by_their_order(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 900, (1, 64, 64)).astype(np.uint16)
    picture = Picture("a", image)
    model, found = of_two_classes(picture)
    with Project.create(tmp_path / "lands.unet", "regions", ("high", "low")) as project:  # the other way round
        project.add(picture, np.array([0, 2, 1], np.uint16)[found], "")
        save_model(model, project.folder / "models" / "m")
        told = asked(project.folder, project.folder / "models" / "m")
    assert told is not None
    assert told.score > 0.97, "it finds what is annotated, under other numbers"


def test_test_pictures_alone_decide_and_what_is_left_out_is_not_measured(model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model.parents[1], tmp_path / "cells.unet")
    with Project.open(folder) as project:
        fresh = [name for name in project.names() if len(name) == 3]
        for name in fresh[8:]:
            project.remove(name)
        for name, aside in zip(fresh, ("test", "test", "left out"), strict=False):
            project.update_record(name, aside=aside)
        project.update_record("0", aside="test")  # the model has learned from it
    found = asked(folder, folder / "models" / model.name)
    assert found is not None
    assert (found.test, set(found.per_picture)) == (True, set(fresh[:2]))
    assert set(found.beside) == set(fresh[3:8])


def stroked(one: Sample) -> Sample:
    """The same with strokes across it, and nothing said of the rest."""
    strokes = np.arange(one.annotation.shape[0]) % 8 >= 4
    return dataclasses.replace(one, annotation=np.where(strokes[:, None], one.annotation, 0), complete=False)


def parted(strokes: Sequence[Sample]) -> tuple[list[Sample], list[Sample]]:
    """The same strokes without every fifth of their pixels, drawn by chance, and those pixels alone."""
    random = np.random.default_rng(0)
    hidden = [random.random(one.annotation.shape) < 0.2 for one in strokes]
    both = [
        (np.where(away, 0, one.annotation), np.where(away, one.annotation, 0))
        for one, away in zip(strokes, hidden, strict=True)
    ]
    taught, kept = (
        [dataclasses.replace(one, annotation=pair[part]) for one, pair in zip(strokes, both, strict=True)]
        for part in (0, 1)
    )
    return taught, kept


def test_on_copied_strokes_it_tracks_the_score_on_new_pictures_and_a_split_by_pixel_does_not(
    taught: list[Sample], tmp_path: Path
) -> None:
    torch.set_num_threads(1)
    strokes = [stroked(one) for one in taught]
    with Project.create(tmp_path / "strokes.unet", "objects", ("cell",)) as project:
        for one in strokes:
            for name in (one.name, *(f"copy{number} of {one.name}" for number in range(COPIES))):
                project.add_partly(Picture(name, one.image), one.annotation, "")
        for seed in range(100, 100 + FRESH):
            one = stroked(sample(seed, DIM))
            project.add_partly(Picture(one.name, one.image), one.annotation, "")
        folder = project.folder
    model, new = learn(strokes, folder / "models" / "first"), [stroked(sample(seed, DIM)) for seed in range(1000, 1080)]
    truth = scores(model, new, "dice")

    found = asked(folder, model)

    assert found is not None
    assert (found.measure, found.strokes, len(found.per_picture)) == ("dice", True, FRESH)
    assert abs(found.score - truth) < 0.05
    assert found.low < truth < found.high
    assert scores(model, strokes, "dice") > truth + 0.1, "the same strokes under other names would flatter"
    seen, kept = parted(strokes)
    split = learn(seen, tmp_path / "by_pixel")
    assert scores(split, kept, "dice") > scores(split, new[:40], "dice") + 0.05
