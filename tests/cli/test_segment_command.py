"""`napari-unet segment`."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
import tifffile
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from napari_unet.cli.batch import key_of
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.model.card import WEIGHTS
from napari_unet.core.settings import ExportSettings, InferenceSettings, PostprocessingSettings
from tests.patience import LONGEST

KEPT = (".segmented.jsonl",)
"""What a batch keeps beside its masks, to be gone on with."""


@pytest.fixture
def pictures(shared, tmp_path):
    """A folder of three pictures, to be spoilt."""
    return shutil.copytree(shared / "pictures", tmp_path / "pictures")


def test_every_picture_gets_a_mask_of_its_name_and_size(masks, shared):
    told = ["segmented.csv", "segmented.json"]
    assert sorted(file.name for file in masks.iterdir()) == [*KEPT, "a.tif", "b.tif", "c.tif", *told]
    for file in masks.glob("*.tif"):
        mask = read_mask(file)
        assert mask.shape == (96, 96)
        assert mask.dtype.kind == "u"


def test_masks_carry_the_pixel_size_of_their_pictures(masks, shared):
    picture, mask = read_picture(shared / "pictures" / "a.tif"), read_picture(masks / "a.tif")
    assert (mask.pixel_size, mask.unit) == (picture.pixel_size, picture.unit)
    assert mask.unit != "pixel"


def test_the_masks_are_on_stdout_and_what_was_found_on_stderr(model, pictures, tmp_path, terminal):
    said = terminal("segment", model, pictures / "b.tif", "--out", tmp_path / "masks")
    assert (said.code, said.out) == (0, f"{tmp_path / 'masks' / 'b.tif'}\n")
    assert "picture 1 of 1 · b.tif" in said.err
    assert "cell" in said.err


def test_a_model_that_came_along_segments_by_its_name(shared, tmp_path, here):
    said = here("segment", "nuclei", shared / "pictures" / "a.tif", "--out", tmp_path / "masks")
    assert said.code == 0, said.err
    assert read_mask(tmp_path / "masks" / "a.tif").max() == 4


def test_flags_override_what_the_model_was_fitted_with(model, pictures, tmp_path, here):
    words = ("--threshold", "0", "--split", "0", "--smallest", "0")
    assert here("segment", model, pictures / "a.tif", "--out", tmp_path / "masks", *words).code == 0
    mask = read_mask(tmp_path / "masks" / "a.tif")
    assert (mask > 0).all()
    assert len(np.unique(mask)) == 1


def test_one_bad_picture_does_not_stop_the_others(model, pictures, tmp_path, here):
    (pictures / "b.tif").write_bytes((pictures / "b.tif").read_bytes()[:3000])
    said = here("segment", model, pictures, "--out", tmp_path / "masks")
    assert said.code == 3
    assert sorted(file.name for file in (tmp_path / "masks").glob("*.tif")) == ["a.tif", "c.tif"]
    assert said.out.splitlines() == [str(tmp_path / "masks" / "a.tif"), str(tmp_path / "masks" / "c.tif")]
    assert "2 of 3 pictures were segmented. Not segmented:" in said.err
    assert said.err.splitlines()[-1].startswith(f"  {pictures / 'b.tif'}: ")
    assert "Traceback" not in said.err


def test_pictures_that_cannot_be_used_are_sentences(model, tmp_path, here):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    tifffile.imwrite(pictures / "constant.tif", np.full((96, 96), 7, np.uint16))
    tifffile.imwrite(pictures / "four_axes.tif", np.ones((4, 5, 96, 96), np.uint16))
    tifffile.imwrite(pictures / "not_numbers.tif", np.full((96, 96), np.nan, np.float32))
    tifffile.imwrite(pictures / "stack.tif", np.ones((7, 96, 96), np.uint16))
    said = here("segment", model, pictures, "--out", tmp_path / "masks")
    assert (said.code, said.out) == (3, "")
    constant, four_axes, not_numbers, stack = said.err.splitlines()[-4:]
    assert "has the same value everywhere (7)." in constant
    assert "4 planes and 5 planes" in four_axes
    assert "NaN" in not_numbers
    assert "stack.tif has 7 planes" in stack
    assert "Traceback" not in said.err
    assert list((tmp_path / "masks").glob("*.tif")) == []


def test_masks_beside_the_pictures_are_not_taken_for_pictures(model, pictures, tmp_path, here):
    (pictures / "c.tif").rename(pictures / "b_mask.tif")
    said = here("segment", model, pictures, "--out", tmp_path / "masks")
    assert said.code == 0, said.err
    assert [Path(line).name for line in said.out.splitlines()] == ["a.tif", "b.tif"]


def test_masks_that_are_there_are_not_replaced_unasked(model, pictures, tmp_path, here):
    out = tmp_path / "masks"
    out.mkdir()
    (out / "b.tif").write_text("mine")
    said = here("segment", model, pictures, "--out", out)
    assert (said.code, said.out) == (6, "")
    assert f"{out / 'b.tif'} is there already." in said.err
    assert [file.name for file in out.iterdir()] == ["b.tif"]
    assert (out / "b.tif").read_text() == "mine"
    assert here("segment", model, pictures, "--out", out, "--overwrite").code == 0
    assert read_mask(out / "b.tif").shape == (96, 96)


def test_a_mask_never_takes_the_place_of_its_picture(model, pictures, here):
    before = (pictures / "a.tif").read_bytes()
    said = here("segment", model, pictures, "--out", pictures, "--overwrite")
    assert (said.code, said.out) == (6, "")
    assert f"{pictures / 'a.tif'} is one of your own pictures or masks (and so are 2 more)." in said.err
    assert "Nothing that is written ever replaces those. Choose another folder with --out." in said.err
    assert (pictures / "a.tif").read_bytes() == before


def test_two_pictures_of_one_name_are_refused(model, pictures, tmp_path, here):
    other = shutil.copytree(pictures, tmp_path / "other")
    said = here("segment", model, pictures, other, "--out", tmp_path / "masks")
    assert (said.code, said.out) == (3, "")
    assert "have the same name" in said.err


def test_an_empty_folder_is_a_sentence(model, tmp_path, here):
    (tmp_path / "none").mkdir()
    said = here("segment", model, tmp_path / "none", "--out", tmp_path / "masks")
    assert (said.code, said.out) == (3, "")
    assert f"There is no picture in {tmp_path / 'none'}." in said.err


def test_a_model_that_is_cut_off_is_a_sentence(model, pictures, tmp_path, here):
    cut = shutil.copytree(model, tmp_path / "cut")
    weights = cut / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    said = here("segment", cut, pictures, "--out", tmp_path / "masks")
    assert (said.code, said.out) == (4, "")
    assert "cut off" in said.err
    assert "Traceback" not in said.err


def test_a_model_of_a_newer_version_is_a_sentence(model, pictures, tmp_path, here):
    newer = shutil.copytree(model, tmp_path / "newer")
    weights = newer / "model.safetensors"
    with safe_open(weights, "numpy") as file:
        (key, card), *_ = file.metadata().items()
    save_file(load_file(weights), weights, metadata={key: json.dumps({**json.loads(card), "schema": 99})})
    said = here("segment", newer, pictures, "--out", tmp_path / "masks")
    assert (said.code, said.out) == (4, "")
    assert "newer version" in said.err


def test_a_model_that_is_not_there_is_a_sentence(pictures, tmp_path, here):
    said = here("segment", tmp_path / "model", pictures, "--out", tmp_path / "masks")
    assert (said.code, said.out) == (4, "")
    assert str(tmp_path / "model") in said.err


ABSENT = "mps" if shutil.which("nvidia-smi") else "cuda"


def test_a_device_that_is_not_there_is_a_sentence(model, pictures, tmp_path, here):
    said = here("segment", model, pictures, "--out", tmp_path / "masks", "--device", ABSENT)
    assert (said.code, said.out) == (5, "")
    assert "was asked for, but" in said.err


def test_a_full_disk_ends_it_with_a_sentence(model, pictures, tmp_path, terminal):
    said = terminal(
        *("segment", model, pictures, "--out", tmp_path / "masks"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert (said.code, said.out) == (6, "")
    assert "The disk is full: a.tif could not be written." in said.err
    assert [path.name for path in (tmp_path / "masks").iterdir() if path.name not in KEPT] == []


# A batch


def rows_of(folder):
    with (folder / "segmented.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_format_comes_out_and_a_table_of_all_pictures(model, pictures, tmp_path, here):
    out = tmp_path / "found"
    (pictures / "b.tif").write_bytes(b"no picture")
    said = here("segment", model, pictures, "--out", out, "--as", "tiff,geojson,csv", "--threshold", "0")
    assert said.code == 3
    files = ["a.geojson", "a.tif", "a_measurements.csv", "c.geojson", "c.tif", "c_measurements.csv"]
    assert sorted(path.name for path in out.iterdir()) == [
        *KEPT,
        *files,
        "measurements.csv",
        "segmented.csv",
        "segmented.json",
    ]
    a, b, c = rows_of(out)
    assert [row["picture"] for row in (a, b, c)] == [str(pictures / f"{name}.tif") for name in "abc"]
    assert [row["state"] for row in (a, b, c)] == ["done", "failed", "done"]
    assert int(a["objects"]) == len(np.unique(read_mask(out / "a.tif"))) - (read_mask(out / "a.tif") == 0).any()
    assert float(a["area_share"]) == pytest.approx((read_mask(out / "a.tif") > 0).mean(), abs=1e-4)
    assert float(a["seconds"]) > 0
    assert "b.tif" in b["warnings"]
    assert b["objects"] == ""


def test_what_is_done_is_skipped_and_what_changed_is_not(model, pictures, tmp_path, here):
    out, words = tmp_path / "found", ("segment", model, pictures, "--out", tmp_path / "found")
    (pictures / "c.tif").rename(tmp_path / "c.tif")
    assert here(*words).code == 0
    before = (out / "a.tif").stat().st_mtime_ns
    (tmp_path / "c.tif").rename(pictures / "c.tif")
    (pictures / "b.tif").write_bytes((pictures / "a.tif").read_bytes())
    said = here(*words)
    assert [row["state"] for row in rows_of(out)] == ["done before", "failed", "done"]
    assert said.code == 6
    assert "b.tif is there already" in said.err
    assert (out / "a.tif").stat().st_mtime_ns == before
    again = here(*words, "--overwrite")
    assert again.code == 0
    assert [row["state"] for row in rows_of(out)] == ["done"] * 3
    assert np.array_equal(read_mask(out / "a.tif"), read_mask(out / "b.tif"))


def test_a_format_asked_for_later_is_added(model, pictures, tmp_path, here):
    out = tmp_path / "found"
    assert here("segment", model, pictures, "--out", out).code == 0
    before = (out / "a.tif").stat().st_mtime_ns
    said = here("segment", model, pictures, "--out", out, "--as", "tiff,png")
    assert said.code == 0, said.err
    assert sorted(path.name for path in out.glob("*.png")) == ["a.png", "b.png", "c.png"]
    assert (out / "a.tif").stat().st_mtime_ns == before


def test_other_settings_replace_nothing_unasked(model, pictures, tmp_path, here):
    out = tmp_path / "found"
    assert here("segment", model, pictures, "--out", out).code == 0
    said = here("segment", model, pictures, "--out", out, "--threshold", "0.9")
    assert said.code == 6
    assert "is there already, and so are 3 more" in said.err  # three masks, and the table of all


def test_killed_in_the_middle_it_goes_on_where_it_was(model, pictures, tmp_path, here):
    out = tmp_path / "found"
    for number in range(40):
        shutil.copyfile(pictures / "a.tif", pictures / f"more{number:02d}.tif")
    words = ["segment", model, pictures, "--out", out, "--as", "tiff,csv"]
    command = [sys.executable, "-m", "napari_unet.cli", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        for _ in range(4):
            running.stdout.readline()
        running.kill()
    done = {path.name: path.stat().st_mtime_ns for path in out.glob("*.tif")}
    assert 2 <= len(done) < 43
    said = here(*words)
    assert said.code == 0, said.err
    states = [row["state"] for row in rows_of(out)]
    assert len(states) == 43
    assert states.count("done before") >= 2
    assert len(list(out.glob("*_measurements.csv"))) == 43
    assert not [path for path in out.iterdir() if ".part" in path.name]


def test_patterns_name_pictures(model, pictures, tmp_path, here):
    said = here("segment", model, pictures / "[ab].tif", pictures / "a.tif", "--out", tmp_path / "found")
    assert said.code == 0, said.err
    assert [Path(line).name for line in said.out.splitlines()] == ["a.tif", "b.tif"]
    none = here("segment", model, pictures / "x*.tif", "--out", tmp_path / "found")
    assert (none.code, none.out) == (3, "")
    assert "Nothing fits" in none.err


def test_names_that_differ_in_capitals_only_do_not_stop_the_others(model, pictures, tmp_path, here):
    shutil.copyfile(pictures / "a.tif", pictures / "A.tif")
    said = here("segment", model, pictures, "--out", tmp_path / "found")
    assert said.code == 6
    assert "would have the names of those of" in said.err
    assert len(list((tmp_path / "found").glob("*.tif"))) == 3


def test_several_at_once_find_the_same(model, masks, pictures, tmp_path, here):
    (pictures / "d.tif").write_bytes(b"no picture")
    said = here("segment", model, pictures, "--out", tmp_path / "found", "--jobs", "2")
    assert said.code == 3
    for name in "abc":
        assert np.array_equal(read_mask(tmp_path / "found" / f"{name}.tif"), read_mask(masks / f"{name}.tif"))
    assert [row["state"] for row in rows_of(tmp_path / "found")] == ["done", "done", "done", "failed"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_stopped_with_several_at_once_what_is_under_way_is_finished(model, pictures, tmp_path):
    for number in range(60):
        shutil.copyfile(pictures / "a.tif", pictures / f"more{number:02d}.tif")
    words = ["segment", model, pictures, "--out", tmp_path / "found", "--jobs", "2"]
    command = [sys.executable, "-m", "napari_unet.cli", *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, preexec_fn=heard, **pipes) as running:
        running.stdout.readline()
        os.killpg(running.pid, signal.SIGINT)
        _out, err = running.communicate(timeout=LONGEST)
    assert running.returncode == 130
    assert "Traceback" not in err
    states = [row["state"] for row in rows_of(tmp_path / "found")]
    assert states.count("not reached") > 0
    assert states.count("done") >= 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_stopped_while_the_processes_load_nothing_is_said_of_their_insides(model, pictures, tmp_path):
    words = ["segment", model, pictures, "--out", tmp_path / "found", "--jobs", "2"]
    command = [sys.executable, "-m", "napari_unet.cli", *map(str, words)]
    how = {"start_new_session": True, "preexec_fn": heard}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **how) as running:
        while running.poll() is None and not any("spawn_main" in line for line in lines_below(running.pid)):
            time.sleep(0.01)
        time.sleep(0.3)
        os.killpg(running.pid, signal.SIGINT)
        _out, err = running.communicate(timeout=LONGEST)
    assert running.returncode == 130
    assert "Traceback" not in err


def heard():
    """Whoever runs the tests in the background has them not hear Ctrl+C, and all that they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def lines_below(pid):
    """How the processes that a process has begun were called."""
    found = []
    for child in psutil.Process(pid).children():
        with suppress(psutil.Error):
            found.append(" ".join(child.cmdline()))
    return found


def test_a_table_of_another_batch_is_not_replaced_unasked(model, pictures, tmp_path, here):
    out = tmp_path / "found"
    assert here("segment", model, pictures / "a.tif", "--out", out).code == 0
    before = rows_of(out)
    said = here("segment", model, pictures / "b.tif", "--out", out, "--threshold", "0.9")
    assert said.code == 6
    assert "segmented.csv is there already" in said.err
    assert rows_of(out) == before


def test_other_axes_are_another_batch(model, tmp_path, here):
    stack = np.random.default_rng(0).integers(0, 900, (5, 24, 24)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "film.tif", stack)
    words = ("segment", model, tmp_path / "film.tif", "--out", tmp_path / "found", "--axes")
    assert here(*words, "TYX").code == 0
    assert here(*words, "tyx").code == 0
    assert rows_of(tmp_path / "found")[0]["state"] == "done before"
    said = here(*words, "ZYX")
    assert said.code == 6
    assert "film.tif is there already" in said.err


def test_disagreement_asked_for_later_is_added(model, pictures, tmp_path, here):
    words = ("segment", model, pictures / "a.tif", "--out", tmp_path / "found")
    assert here(*words).code == 0
    before = (tmp_path / "found" / "a.tif").stat().st_mtime_ns
    assert here(*words, "--uncertainty", tmp_path / "spread").code == 0
    assert (tmp_path / "spread" / "a.tif").exists()
    assert (tmp_path / "found" / "a.tif").stat().st_mtime_ns == before


def test_pictures_that_changed_one_after_the_other_do_not_stop_the_batch(model, pictures, tmp_path, here):
    for name in ("d", "e"):
        shutil.copyfile(pictures / "a.tif", pictures / f"{name}.tif")
    words = ("segment", model, pictures, "--out", tmp_path / "found")
    (pictures / "e.tif").rename(tmp_path / "e.tif")
    assert here(*words).code == 0
    (tmp_path / "e.tif").rename(pictures / "e.tif")
    for name in "abcd":
        (pictures / f"{name}.tif").write_bytes((pictures / "e.tif").read_bytes() + b" ")
    assert here(*words).code == 6
    assert [row["state"] for row in rows_of(tmp_path / "found")] == ["failed"] * 4 + ["done"]


def test_what_one_checkpoint_found_is_not_taken_for_what_another_finds(tmp_path):
    files = [tmp_path / "model" / name for name in (WEIGHTS, "epoch-0010.safetensors", "epoch-0020.safetensors")]
    files[0].parent.mkdir()
    for file in files:
        file.write_bytes(file.name.encode())
    how = InferenceSettings(), PostprocessingSettings(), ExportSettings(), ""
    keys = [key_of([model], *how) for model in (tmp_path / "model", *files)]
    assert keys[0] == keys[1], "a folder stands for the model in it"
    assert len(set(keys)) == 3


@pytest.mark.parametrize("place", ["pictures", "masks"])
def test_how_far_models_disagree_takes_the_place_of_no_picture_and_no_mask(model, pictures, tmp_path, here, place):
    folder = pictures if place == "pictures" else tmp_path / "found"
    before = (pictures / "a.tif").read_bytes()
    words = ("segment", model, pictures, "--out", tmp_path / "found", "--uncertainty", folder, "--overwrite")
    said = here(*words)
    assert (said.code, said.out) == (6, "")
    assert ("one of your own pictures" if place == "pictures" else "both a mask and how far") in said.err
    assert (pictures / "a.tif").read_bytes() == before
    assert not (tmp_path / "found").exists()


def test_files_that_are_there_are_not_replaced_by_how_far_models_disagree(model, pictures, tmp_path, here):
    (tmp_path / "spread").mkdir()
    (tmp_path / "spread" / "a.tif").write_text("mine")
    words = ("segment", model, pictures / "a.tif", "--out", tmp_path / "found", "--uncertainty", tmp_path / "spread")
    said = here(*words)
    assert said.code == 6
    assert f"{tmp_path / 'spread' / 'a.tif'} is there already" in said.err
    assert (tmp_path / "spread" / "a.tif").read_text() == "mine"
    assert here(*words, "--overwrite").code == 0
