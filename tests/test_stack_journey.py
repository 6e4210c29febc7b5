"""A stack worked on through the real window, by mouse, in a process of its own; then what it must have left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Project, to_mask

pytestmark = pytest.mark.gui

SIZE = (2.0, 0.5, 0.25)


def stack() -> np.ndarray:
    """Bright balls on noise, (Z, Y, X): each is on all planes."""
    rows, columns = np.indices((80, 90))
    cells = ((24, 24), (24, 66), (56, 40), (60, 72))
    flat = sum(4000.0 * ((rows - y) ** 2 + (columns - x) ** 2 < 90) for y, x in cells)
    noise = np.random.default_rng(0).normal(300, 60, (5, 80, 90))
    return (flat * np.array([0.7, 0.9, 1, 0.9, 0.7])[:, None, None] + noise).clip(0).astype(np.uint16)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished walk."""
    out = tmp_path_factory.mktemp("stack")
    file = out / "embryo.tif"
    metadata = {"axes": "ZYX", "unit": "um", "spacing": SIZE[0]}
    tifffile.imwrite(file, stack(), imagej=True, resolution=(1 / SIZE[2], 1 / SIZE[1]), metadata=metadata)
    command = [sys.executable, str(Path(__file__).with_name("stack_window.py")), str(file), str(out)]
    own = {**os.environ, "XDG_STATE_HOME": str(out / "state"), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=own, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def seen(walked: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((walked / "seen.json").read_text())
    return told


def test_the_stack_has_a_slider_and_its_spacing(seen: dict[str, Any]) -> None:
    assert (seen["sliders"], seen["axes"]) == (1, ["z", "y", "x"])
    assert seen["scale"] == pytest.approx(SIZE)


def test_strokes_on_two_planes_are_on_the_disk_at_once_and_one_plane_is_complete(seen: dict[str, Any]) -> None:
    assert seen["in the journal"] > 0
    assert seen["complete planes"] == [3]


def test_every_plane_has_an_answer_and_a_correction_stays_on_its_plane(seen: dict[str, Any]) -> None:
    assert seen["probability"] == [3, 5, 80, 90]
    assert seen["planes changed"] == [2]
    assert seen["torch"] is False


def test_accepting_a_plane_completes_it_and_can_be_taken_back(seen: dict[str, Any]) -> None:
    assert seen["accepted planes"] == [2, 3]
    assert seen["after taking back"] == [3]
    assert seen["complete"] is True


def test_the_correction_is_in_the_accepted_annotation(walked: Path, seen: dict[str, Any]) -> None:
    with Project.open(walked / "nuclei.unet") as project:
        annotation, record = project.annotation("embryo"), project.record("embryo")
    assert record.complete
    assert [region.how for region in record.origin] == ["corrected"]
    assert np.array_equal(annotation, np.load(walked / "annotation.npy"))
    assert set(np.flatnonzero((to_mask(annotation) == seen["painted"]).any((1, 2)))) == {2}


def test_fiji_finds_axes_spacing_unit_and_the_numbers_in_the_mask(walked: Path) -> None:
    with tifffile.TiffFile(walked / "masks" / "embryo.tif") as file:
        series, told = file.series[0], file.imagej_metadata
        assert series.axes == "ZYX"
        assert told["spacing"] == SIZE[0]
        assert told["unit"] in ("um", "µm")
        assert file.pages[0].resolution == pytest.approx((1 / SIZE[2], 1 / SIZE[1]))
        mask, labels = series.asarray(), np.load(walked / "labels.npy")
    painted = to_mask(np.load(walked / "painted.npy"))
    assert np.array_equal(mask[:3], labels[:3])
    assert np.array_equal(mask[4:], labels[4:])
    assert np.array_equal(mask[3] > 0, painted[3] > 0), "the plane that was told to be complete is as it was painted"
