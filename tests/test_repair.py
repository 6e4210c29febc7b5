"""Ten objects corrected through the real window, by mouse, in a process of its own; then what it must have left behind.

The picture is one of DSB2018's `val`, where that set is: in the folder that NAPARI_UNET_DATA names, else in shared/data
beside the checkout. Elsewhere it is a sample picture, and that is said by a test that is skipped. To see it all:

    python -m napari_unet.journey --out DIR --epochs 1 --correct PICTURE MASK
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from benchmarks.datasets import Missing, dataset
from napari_unet.core.data import Project, from_mask
from napari_unet.core.data.read import read_mask
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.journey.pages import CORRECTING, store

pytestmark = pytest.mark.gui

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("NAPARI_UNET_DATA") or ROOT.parent / "shared" / "data")
REAL, SAMPLE = "2227fd9b01d6.tif", "culture_dense.tif"
WHO = {REAL: "nuclei", SAMPLE: "cells"}
"""The model that is wrong about it in many ways: `nuclei` knows such pictures as the sample too well."""

WALK = """
import sys
from pathlib import Path

from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey import Plan, Wrong
from napari_unet.journey.__main__ import repair

training = TrainingSettings(epochs=1, steps=4, batch=2, patch=64)
out, picture, mask = map(Path, sys.argv[1:4])
repair(Plan(out, training, NetworkSettings()), Wrong(picture, mask, sys.argv[4]))
print("torch in the window:", "torch" in sys.modules)
"""

Labels = np.ndarray


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A picture and its true mask."""
    try:
        found, folder = dataset(DATA, "dsb2018"), tmp_path_factory.mktemp("real")
    except Missing:
        return sample_data_folder() / "images" / SAMPLE, sample_data_folder() / "masks" / SAMPLE
    for part in ("images", "masks"):
        (folder / part).mkdir()
        (folder / part / REAL).write_bytes((found.root / part / REAL).read_bytes())
    return folder / "images" / REAL, folder / "masks" / REAL


@pytest.fixture(scope="module")
def repaired(tmp_path_factory: pytest.TempPathFactory, pair: tuple[Path, Path]) -> Path:
    """The folder of a finished walk."""
    out = tmp_path_factory.mktemp("repair")
    own = {**os.environ, "XDG_STATE_HOME": str(out / "state")}
    command = [sys.executable, "-c", WALK, str(out), *map(str, pair), WHO[pair[0].name]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, env=own, check=False)
    assert done.returncode == 0, done.stderr
    (out / "said.txt").write_text(done.stdout, encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def truth(pair: tuple[Path, Path]) -> Labels:
    return read_mask(pair[1])


@pytest.fixture(scope="module")
def fixes(repaired: Path) -> list[dict[str, Any]]:
    """What was done, in its order."""
    done: list[dict[str, Any]] = json.loads((repaired / "fixes.json").read_text(encoding="utf-8"))
    return done


def steps(repaired: Path, where: str) -> dict[int, Labels]:
    return {int(file.stem): np.load(file) for file in sorted((repaired / where).glob("*.npy"))}


def best(labels: Labels, truth: Labels, true: int) -> float:
    """How well (IoU) the object that meets a true one best does."""
    inside = truth == true
    numbers = set(np.unique(labels[inside])) - {0}
    return max((np.sum((labels == n) & inside) / np.sum((labels == n) | inside) for n in numbers), default=0.0)


def test_the_picture_is_a_real_one(pair: tuple[Path, Path]) -> None:
    if pair[0].name != REAL:
        pytest.skip(f"THE PICTURE IS A SYNTHETIC ONE: no dsb2018 in {DATA}; name its folder in NAPARI_UNET_DATA")


def test_ten_objects_were_corrected_with_at_least_five_tools(fixes: list[dict[str, Any]]) -> None:
    assert len(fixes) == 10
    assert len({fix["tool"] for fix in fixes}) >= 5


def test_each_step_changed_the_objects_meant_as_meant(
    repaired: Path, fixes: list[dict[str, Any]], truth: Labels
) -> None:
    seen = steps(repaired, "seen")
    assert len(seen) == 11
    for at, fix in enumerate(fixes):
        before, after = seen[at], seen[at + 1]
        assert_meant(fix, before, after, truth)
        others = before[before != after]
        assert set(np.unique(others)) - {0} <= set(fix["labels"]), f"{fix} touched another object"


def assert_meant(fix: dict[str, Any], before: Labels, after: Labels, truth: Labels) -> None:
    tool, numbers, true = fix["tool"], fix["labels"], fix["true"]
    own, now = np.isin(before, numbers), set(np.unique(after)) - set(np.unique(before))
    if tool == "delete":
        assert not after[own].any()
    elif tool == "split":
        assert len(now) == 1
        assert set(np.unique(after[own])) == {*numbers, *now}
        sides = [np.bincount(after[own & (truth == one)]).argmax() for one in true]
        assert len(set(sides)) == 2, "each true one has an object of its own"
    elif tool == "merge":
        assert len(set(np.unique(after[own]))) == 1
    elif tool == "fill":
        np.testing.assert_array_equal(after == numbers[0], ndimage.binary_fill_holes(own) & ((before == 0) | own))
    elif tool == "redraw":
        assert (after[own] == numbers[0]).all()
        assert np.sum(after == numbers[0]) > own.sum()
    if tool not in ("delete", "fill", "split"):
        assert best(after, truth, true[0]) > best(before, truth, true[0]), f"{fix} made it worse"


def test_undo_takes_every_step_back_exactly_and_redo_does_it_again(repaired: Path) -> None:
    seen, undone, redone = (steps(repaired, where) for where in ("seen", "undone", "redone"))
    assert sorted(undone) == list(range(len(seen) - 1))
    assert sorted(redone) == list(range(1, len(seen)))
    for at, labels in (*undone.items(), *redone.items()):
        np.testing.assert_array_equal(labels, seen[at], f"step {at}")


def test_what_was_accepted_is_in_the_training_set_with_its_origin(repaired: Path, pair: tuple[Path, Path]) -> None:
    final = list(steps(repaired, "seen").values())[-1]
    with Project.open(repaired / "nuclei.unet") as project:
        (name,) = project.names()
        record = project.record(name)
        (region,) = record.origin
        np.testing.assert_array_equal(project.annotation(name), from_mask(final))
        np.testing.assert_array_equal(project.acceptance(name, region).after, from_mask(final))
    assert record.complete
    assert region.how == "corrected"
    assert region.model == f"strokes, from {WHO[pair[0].name]}"
    assert region.box == tuple((0, side) for side in final.shape)


def test_training_on_begins_where_the_model_was_and_it_still_finds_the_nuclei(repaired: Path, truth: Labels) -> None:
    said = (repaired / "said.txt").read_text(encoding="utf-8")
    assert "Trained on: " in said
    again = np.load(repaired / "again.npy")
    matched = [best(again, truth, true) > 0.5 for true in np.unique(truth) if true]
    assert np.mean(matched) > 0.5, "a few steps do not make a model forget what it knew"
    assert said.splitlines()[-1] == "torch in the window: False"


def test_every_step_has_a_picture_of_the_window(repaired: Path) -> None:
    pictures = sorted((repaired / "window").glob("*.png"))
    assert len(pictures) == 16
    for file in pictures:
        assert np.asarray(Image.open(file)).std() > 5, f"{file.name} is blank"


def test_the_documentation_shows_steps_of_this_walk(repaired: Path, tmp_path: Path) -> None:
    store(repaired / "window", CORRECTING, tmp_path)
    docs = ROOT / "docs"
    page = (docs / "correcting.md").read_text(encoding="utf-8")
    for file in tmp_path.iterdir():
        assert f"](images/correcting/{file.name})" in page
        assert (docs / "images" / "correcting" / file.name).is_file()
