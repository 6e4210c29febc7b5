"""`napari-unet train`."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
import tifffile

from napari_unet.cli.parser import CAME_ALONG
from napari_unet.core.data.read import read_mask
from napari_unet.core.model.header import read_card
from napari_unet.core.model.shipped import shipped
from tests.patience import LONGEST, wait_until

ENOUGH = 100_000
"""Bytes a process may write to one file: less than a model."""


def spoil(file, array):
    tifffile.imwrite(file, array)


def train(terminal, folders, quick, *more, **how):
    words = ("train", folders / "pictures", folders / "masks", "--out", folders / "model", *quick, *more)
    return terminal(*words, **how)


def refused(said, code, *sentences):
    """The command said these sentences, left with this code, printed no result and no traceback."""
    for sentence in sentences:
        assert sentence in said.err
    assert said.code == code, said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_training_leaves_a_model_and_says_where(model, shared):
    assert {"model.safetensors", "model.json", "metrics.jsonl", "last.safetensors"} <= {
        file.name for file in model.iterdir()
    }
    card = read_card(model)
    assert (card.name, card.kind, card.class_names) == ("quick", "objects", ("cell",))
    assert (card.plan.network.depth, card.plan.network.width, card.plan.training.epochs) == (2, 8, 2)
    assert len((model / "metrics.jsonl").read_text().splitlines()) == 2


@pytest.fixture(scope="module")
def odd(tmp_path_factory, lay_out, model, here, quick):
    """A training on from the model, in folders with a picture too many, a mask too many and a mask without a label."""
    home = lay_out(tmp_path_factory.mktemp("odd") / "discs")
    shutil.copy(home / "pictures" / "a.tif", home / "pictures" / "lonely.tif")
    shutil.copy(home / "masks" / "a.tif", home / "masks" / "d.tif")
    spoil(home / "masks" / "b.tif", np.zeros((96, 96), np.uint16))
    said = train(here, home, quick, "--start", model, "--seed", "3")
    assert said.code == 0, said.err
    return home / "model", said


def test_progress_goes_to_stderr_and_the_result_to_stdout(odd):
    out, said = odd
    assert said.out.splitlines()[0] == str(out)
    assert "2 pictures to learn from, 1 to measure on" in said.err
    assert "epoch 2 of 2" in said.err
    assert "\r" not in said.err


def test_training_goes_on_from_an_earlier_model(odd, model):
    card = read_card(odd[0])
    assert card.start == read_card(model).name
    assert card.plan.training.seed == 3


def test_pictures_and_masks_without_a_counterpart_are_named_and_left_out(odd):
    assert "there is no mask of the same name: lonely.tif." in odd[1].err
    assert "there is no picture of the same name: d.tif." in odd[1].err


def test_one_mask_without_a_label_is_only_a_note(odd):
    assert "b.tif has no label, so all of its picture counts as background." in odd[1].err


def test_regions_learn_the_classes_of_the_masks(folders, here, quick):
    for name in "abc":
        file = folders / "masks" / f"{name}.tif"
        spoil(file, np.minimum(tifffile.imread(file), 2))
    said = train(here, folders, quick, "--kind", "regions", "--classes", "plasma, nucleus")
    assert said.code == 0, said.err
    assert read_card(folders / "model").outputs == ("background", "plasma", "nucleus")
    segmented = here("segment", folders / "model", folders / "pictures" / "a.tif", "--out", folders / "found")
    assert segmented.code == 0, segmented.err
    assert "labelled" in segmented.err
    assert read_mask(folders / "found" / "a.tif").max() <= 2


def test_more_classes_than_names_is_a_sentence(folders, here, quick):
    said = train(here, folders, quick, "--kind", "regions", "--classes", "plasma")
    refused(said, 3, "The masks hold class 4, but --classes names only 1.")


def test_shades_of_grey_are_not_taken_for_255_classes(folders, here, quick):
    for name in "abc":
        file = folders / "masks" / f"{name}.tif"
        spoil(file, np.array([0, 127, 255], np.uint8)[np.minimum(tifffile.imread(file), 2)])
    said = train(here, folders, quick, "--kind", "regions")
    refused(said, 3, "The masks hold the numbers 127, 255, but not those between.", "with --classes")


def test_no_pair_at_all_is_a_sentence(folders, here, quick):
    for name in "abc":
        (folders / "masks" / f"{name}.tif").rename(folders / "masks" / f"{name}_x.tif")
    refused(train(here, folders, quick), 3, "No mask in", "The mask of a.tif must be called the same")


def test_two_pictures_of_one_name_are_refused(folders, here, quick):
    shutil.copy(folders / "pictures" / "a.tif", folders / "pictures" / "a.tiff")
    refused(train(here, folders, quick), 3, "have the same name", "Rename one of them.")


def test_an_empty_folder_is_a_sentence(folders, here, quick):
    shutil.rmtree(folders / "pictures")
    (folders / "pictures").mkdir()
    refused(train(here, folders, quick), 3, f"There is no picture in {folders / 'pictures'}.", "Pictures are files")


def test_a_folder_that_is_not_there_is_a_sentence(folders, here, quick):
    shutil.rmtree(folders / "masks")
    refused(train(here, folders, quick), 3, f"{folders / 'masks'} does not exist.")


@pytest.mark.parametrize(
    ("spoilt", "array", "sentences"),
    [
        ("masks/b.tif", np.ones((90, 96), np.uint16), ("The picture b is 96 x 96 but its mask is 90 x 96.",)),
        ("masks/b.tif", np.full((96, 96), 0.25, np.float32), ("b.tif holds fractions such as 0.25",)),
        ("masks/b.tif", np.ones((96, 96, 3), np.uint8), ("b.tif is a colour picture, not a mask.",)),
        ("pictures/b.tif", np.ones((3, 5, 96, 96), np.uint16), ("b.tif has", "3 planes and 5 planes")),
        ("pictures/b.tif", np.full((96, 96), 7, np.uint16), ("b has the same value everywhere (7).",)),
        ("pictures/b.tif", np.full((96, 96), np.nan, np.float32), ("NaN",)),
    ],
    ids=["other size", "float mask", "colour mask", "four axes", "constant", "NaN"],
)
def test_a_file_that_cannot_be_used_is_named(folders, here, quick, spoilt, array, sentences):
    spoil(folders / spoilt, array)
    refused(train(here, folders, quick), 3, *sentences)
    assert not (folders / "model" / "model.safetensors").exists()


def test_a_truncated_picture_is_named(folders, here, quick):
    file = folders / "pictures" / "b.tif"
    file.write_bytes(file.read_bytes()[:3000])
    refused(train(here, folders, quick), 3, "b.tif")


def test_masks_without_any_label_are_a_sentence(folders, here, quick):
    for name in "abc":
        spoil(folders / "masks" / f"{name}.tif", np.zeros((96, 96), np.uint16))
    refused(train(here, folders, quick), 3, "b.tif has no label", "Only background is painted.")


def test_an_earlier_model_is_not_overwritten_unasked(shared, model, here, quick):
    before = (model / "model.safetensors").read_bytes()
    said = here("train", shared / "pictures", shared / "masks", "--out", model, *quick)
    refused(said, 6, f"{model} already holds a model.", "--overwrite")
    assert (model / "model.safetensors").read_bytes() == before


def test_an_unknown_starting_model_is_a_sentence(folders, here, quick):
    said = train(here, folders, quick, "--start", "nucleus")
    refused(said, 4, "There is no starting model called 'nucleus'", "These come along: cells, membranes, nuclei.")


def test_a_model_that_came_along_is_started_from_by_its_name(folders, here, quick):
    said = train(here, folders, quick, "--start", "cells")
    assert said.code == 0, said.err
    assert read_card(folders / "model").start == "cells"


ABSENT = "mps" if shutil.which("nvidia-smi") else "cuda"


def test_a_device_that_is_not_there_is_a_sentence(folders, here, quick):
    refused(train(here, folders, quick, "--device", ABSENT), 5, "was asked for, but")


def test_a_full_disk_is_a_sentence(folders, terminal, quick):
    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (ENOUGH, ENOUGH))

    said = train(terminal, folders, quick, "--width", "32", preexec_fn=little_room)
    refused(said, 6, "The disk is full: model.safetensors could not be written.")


def test_ctrl_c_keeps_the_best_model(folders, quick):
    words = ["train", folders / "pictures", folders / "masks", "--out", folders / "model", *quick, "--epochs", "90000"]
    command = [sys.executable, "-m", "napari_unet.cli", *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until((folders / "model" / "model.safetensors").exists, pause=0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LONGEST)
    assert process.returncode == 130, err
    assert "keeping the best model" in err
    assert out.splitlines()[0] == str(folders / "model")
    assert read_card(folders / "model").epochs_done >= 1


def test_minutes_bound_the_training(folders, here, quick):
    said = train(here, folders, quick, "--epochs", "90000", "--minutes", "0.03")
    assert said.code == 0, said.err
    assert "The time limit ended the training" in said.err
    assert json.loads((folders / "model" / "model.json").read_text())["seconds"] < 60


def test_help_names_the_models_that_came_along() -> None:
    assert f"one that came along ({', '.join(shipped())})" == CAME_ALONG
