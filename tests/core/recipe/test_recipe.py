"""A run is repeated from its recipe: the same bits, or a sentence why not."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch

from napari_unet.cli.run import _write
from napari_unet.core import training
from napari_unet.core.data.annotation import to_mask
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.project import Project
from napari_unet.core.data.project_set import ProjectSet
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.data.sample import FixedSet
from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.model.shipped import shipped_model
from napari_unet.core.recipe import (
    Repeated,
    keep_project_recipe,
    keep_recipe,
    mask_hash,
    of_files,
    read_recipe,
    repeat,
    weights_hash,
)
from napari_unet.core.recipe.materials import sample_of
from napari_unet.core.training.report import EpochDone, Finished
from tests.core.training.scenes import scene, task_of

CELL = ("cell",)


def trained(home: Path, stop=None, **how):
    """A model in `home`/model with its recipe, from three files of pictures and masks."""
    files = []
    for seed in range(3):
        sample = scene(seed)
        pair = home / f"p{seed}.tif", home / f"m{seed}.tif"
        home.mkdir(parents=True, exist_ok=True)
        tifffile.imwrite(pair[0], sample.image[0])
        tifffile.imwrite(pair[1], to_mask(sample.annotation).astype(np.uint16))
        files.append(pair)
    samples = [sample_of(read_picture(one), read_mask(other), "objects", CELL) for one, other in files]
    asked = [False]
    task = task_of(home / "model", stop=lambda: asked[0], **how)
    for report in training.train(FixedSet(tuple(samples)), task):
        asked[0] = (isinstance(report, EpochDone) and report.epoch == stop) or asked[0]
    assert isinstance(report, Finished)
    keep_recipe(task, report, samples, of_files(samples, files, task.out))
    return task.out


def again(recipe: Path, out: Path) -> Repeated:
    *_, last = repeat(recipe, out, lambda: False)
    assert isinstance(last, Repeated)
    return last


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("recipe") / "run")


def test_a_run_is_repeated_bit_for_bit(model, tmp_path):
    done = again(model / "recipe.json", tmp_path / "again")
    assert done.weights
    assert list(done.masks.values()) == [True]
    assert "identical, bit for bit" in done.sentence
    assert weights_hash(tmp_path / "again") == weights_hash(model)


def test_another_seed_does_not_come_out_the_same(model, tmp_path):
    copy = tmp_path / "model"
    shutil.copytree(model.parent, tmp_path, dirs_exist_ok=True)
    values = json.loads((copy / "recipe.json").read_text())
    values["plan"]["training"]["seed"] = 5
    values["versions"]["torch"] = "1.0"
    (copy / "recipe.json").write_text(json.dumps(values))
    done = again(copy, tmp_path / "again")
    assert not done.weights
    assert "not identical" in done.sentence
    assert "instead of 1.0" in done.sentence


def test_recipe_and_pictures_can_be_moved_together(model, tmp_path):
    shutil.copytree(model.parent, tmp_path / "elsewhere")
    assert again(tmp_path / "elsewhere" / "model", tmp_path / "again").weights


def test_a_run_that_was_stopped_is_repeated_to_the_same_epoch(tmp_path):
    recipe = trained(tmp_path / "run", stop=1, epochs=50, steps=2)
    assert read_recipe(recipe).stopped == "asked"
    assert again(recipe, tmp_path / "again").weights


def test_a_run_with_a_time_limit_is_repeated_closely_and_that_is_said(model, tmp_path):
    copy = tmp_path / "model"
    shutil.copytree(model.parent, tmp_path, dirs_exist_ok=True)
    timed = dataclasses.replace(
        read_recipe(copy),
        plan=read_recipe(copy).plan.with_values({"minutes": 0.5, "epochs": 1000, "seed": 9}),
        stopped="time",
    )
    timed.write(copy)
    done = again(copy, tmp_path / "again")
    assert "had a time limit and followed the clock" in done.sentence
    assert len((tmp_path / "again" / "metrics.jsonl").read_text().splitlines()) == timed.epochs


@pytest.mark.parametrize("spoilt", ["p1.tif", "m1.tif"])
def test_a_changed_or_missing_file_is_a_sentence(model, tmp_path, spoilt):
    shutil.copytree(model.parent, tmp_path / "run")
    file = tmp_path / "run" / spoilt
    changed = tifffile.imread(file)
    changed[:9] = 1
    tifffile.imwrite(file, changed)
    with pytest.raises(PictureError, match="p1 has changed since the training"):
        again(tmp_path / "run" / "model", tmp_path / "again")
    file.unlink()
    with pytest.raises(PictureError, match=f"{spoilt} is not there"):
        again(tmp_path / "run" / "model", tmp_path / "again")


def test_the_threads_are_those_of_the_recipe_while_it_runs(model, tmp_path):
    dataclasses.replace(read_recipe(model), threads=1).write(tmp_path)
    shutil.copytree(model.parent, tmp_path / "x")
    one = tmp_path / "x" / "model"
    dataclasses.replace(read_recipe(one), threads=2).write(one)
    before = torch.get_num_threads()
    running = repeat(one, tmp_path / "again", lambda: False)
    next(running)
    assert torch.get_num_threads() == 2
    running.close()
    assert torch.get_num_threads() == before


def test_pictures_from_memory_cannot_be_found_again(model, tmp_path):
    recipe = read_recipe(model)
    lost = tuple(dataclasses.replace(one, picture="", mask="") for one in recipe.materials)
    dataclasses.replace(recipe, materials=lost).write(tmp_path)
    with pytest.raises(PictureError, match="was given from memory"):
        again(tmp_path, tmp_path / "again")


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 1}', '{"schema": 99}'])
def test_what_is_no_recipe_is_a_sentence(tmp_path, text):
    (tmp_path / "recipe.json").write_text(text)
    with pytest.raises(ModelError, match=r"no recipe that can be understood|newer version"):
        read_recipe(tmp_path)
    with pytest.raises(ModelError, match="There is no recipe at"):
        read_recipe(tmp_path / "nowhere")


def test_a_model_of_a_project_is_repeated_even_after_more_was_painted(tmp_path):
    with Project.create(tmp_path / "mine.unet", "objects", CELL) as project:
        for seed in range(2):
            sample = scene(seed)
            project.add(Picture(sample.name, sample.image), to_mask(sample.annotation).astype(np.uint16), "")
        project.decide_validation(0.2)
        folder = project.new_model_folder("first")
        list(training.train(ProjectSet(project.folder), task_of(folder)))
        keep_project_recipe(project.folder, folder)
    assert read_recipe(folder).changed == ()
    painted = next(project.folder.glob("pictures/*/annotation.tif"))
    tifffile.imwrite(painted, np.ones((64, 64), np.uint16))
    done = again(folder, tmp_path / "again")
    assert done.weights, done.sentence


def test_a_model_of_a_project_that_was_stopped_is_repeated_to_the_same_epoch(tmp_path):
    asked = [False]
    with Project.create(tmp_path / "mine.unet", "objects", CELL) as project:
        for seed in range(2):
            sample = scene(seed)
            project.add(Picture(sample.name, sample.image), to_mask(sample.annotation).astype(np.uint16), "")
        folder = project.new_model_folder("first")
        for report in training.train(
            ProjectSet(project.folder), task_of(folder, stop=lambda: asked[0], epochs=50, steps=2)
        ):
            asked[0] = isinstance(report, EpochDone) or asked[0]
        keep_project_recipe(project.folder, folder)
    assert read_recipe(folder).stopped == "asked"
    assert again(folder, tmp_path / "again").weights


def test_a_model_that_began_from_one_that_came_along_is_repeated_from_there(tmp_path):
    with Project.create(tmp_path / "mine.unet", "objects", CELL) as project:
        for seed in range(2):
            sample = scene(seed)
            project.add(Picture(sample.name, sample.image), to_mask(sample.annotation).astype(np.uint16), "")
        folder = project.new_model_folder("first")
        task = dataclasses.replace(task_of(folder, epochs=1, steps=1), start=shipped_model("cells"))
        list(training.train(ProjectSet(project.folder), task))
        keep_project_recipe(project.folder, folder)
    recipe = read_recipe(folder)
    assert recipe.start == "cells"
    assert recipe.start_weights == weights_hash(shipped_model("cells"))
    done = again(folder, tmp_path / "again")
    assert done.weights, done.sentence


def test_a_hash_of_a_mask_is_of_its_numbers_not_of_their_width():
    labels = np.arange(12).reshape(3, 4)
    assert mask_hash(labels.astype(np.uint16)) == mask_hash(labels.astype(np.uint32))
    assert mask_hash(labels) != mask_hash(labels.reshape(4, 3))
    assert mask_hash(labels) != mask_hash(labels + 1)


def rewritten(model: Path, folder: Path, **values: object) -> Path:
    """The recipe of a model, with other values."""
    folder.mkdir(exist_ok=True)
    recipe = json.loads((model / "recipe.json").read_text())
    (folder / "recipe.json").write_text(json.dumps({**recipe, **values}))
    return folder


@pytest.mark.parametrize("start", ["//server/share/model", "\\\\server\\share\\model"])
def test_no_other_computer_is_asked_for_the_model_it_went_on_from(model, tmp_path, start):
    for number, material in enumerate(read_recipe(model).materials):
        shutil.copy(model / material.picture, tmp_path / f"p{number}.tif")
        shutil.copy(model / material.mask, tmp_path / f"m{number}.tif")
    recipe = rewritten(model, tmp_path / "far", start=start)
    with pytest.raises(ModelError, match="another computer"):
        again(recipe, tmp_path / "again")


def test_a_mask_of_no_picture_is_a_sentence_before_anything_is_learned(model, tmp_path):
    recipe = rewritten(model, tmp_path, masks={"nobody": "0"})
    with pytest.raises(ModelError, match="the mask of nobody"):
        again(recipe, tmp_path / "again")


def test_the_name_of_a_picture_leads_to_no_other_folder(tmp_path):
    _write({"../../evil": np.ones((4, 5), np.uint8)}, tmp_path / "model" / "masks")
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert file.parent == tmp_path / "model" / "masks"
