"""Stacks from Python and from the terminal: trained on, segmented, judged, exported, repeated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.cli import main
from napari_unet.core.errors import AxesError, PictureError

QUICK = {"epochs": 1, "steps": 2, "batch": 2, "patch": 32, "width": 4, "depth": 2}
FLAGS = [part for name, value in QUICK.items() for part in (f"--{name}", str(value))]


def volume(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Four planes of three balls, (Z, Y, X), and their mask; the last plane is empty."""
    random, (rows, columns) = np.random.default_rng(seed), np.indices((48, 56))
    mask = np.zeros((4, 48, 56), np.uint8)
    for number, x in enumerate((10, 28, 46), 1):
        for z in range(3):
            mask[z][(rows - 24) ** 2 + (columns - x) ** 2 < (7 - z) ** 2] = number
    return (1000 * (mask > 0) + random.normal(200, 30, mask.shape)).clip(0).astype(np.uint16), mask


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures with named axes and spacing, masks without, and the same pictures without names."""
    home = tmp_path_factory.mktemp("stacks")
    for part in ("images", "masks", "bare"):
        (home / part).mkdir()
    for seed in range(2):
        image, mask = volume(seed)
        details = {"axes": "ZYX", "unit": "um", "spacing": 1.5}
        tifffile.imwrite(home / f"images/v{seed}.tif", image, imagej=True, resolution=(2, 2), metadata=details)
        tifffile.imwrite(home / f"masks/v{seed}.tif", mask, photometric="minisblack")
        tifffile.imwrite(home / f"bare/v{seed}.tif", np.repeat(image, 2, 0))
    return home


@pytest.fixture(scope="module")
def model(folders: Path) -> Path:
    nu.train(folders / "images", folders / "masks", folders / "model", **QUICK)
    return folders / "model"


def test_a_stack_is_predicted_and_exported_with_its_spacing(folders: Path, model: Path) -> None:
    picture = nu.read_picture(folders / "images/v0.tif")
    probability = nu.predict(model, picture)
    assert probability.shape == (3, 4, 48, 56)
    labels = nu.postprocess(probability, model)
    file = nu.export(labels, folders / "v0-mask.tif", picture)
    read = nu.read_picture(file)
    assert (read.axes, read.unit) == ("CZYX", "µm")
    assert read.pixel_size == pytest.approx((1.5, 0.5, 0.5))
    assert np.array_equal(nu.read_mask(file), labels)


def test_an_ome_tiff_has_axes_and_spacing_too(folders: Path) -> None:
    picture = nu.read_picture(folders / "images/v0.tif")
    file = nu.export(volume(0)[1], folders / "v0.ome.tif", picture)
    with tifffile.TiffFile(file) as tiff:
        assert tiff.is_ome
        assert tiff.series[0].axes == "ZYX"
    assert nu.read_picture(file).pixel_size == pytest.approx((1.5, 0.5, 0.5))


def test_each_plane_is_answered_as_a_plane_of_its_stack(folders: Path, model: Path) -> None:
    image = nu.read_picture(folders / "images/v0.tif").image
    whole = nu.predict(model, image[0], axes="ZYX")
    twice = nu.predict(model, np.stack([image[0], image[0]]), axes="TZYX")
    assert twice.shape == (3, 2, 4, 48, 56)
    assert np.allclose(twice[:, 1], whole, atol=1e-3)


def test_an_array_of_unknown_axes_is_refused_with_what_to_say(model: Path) -> None:
    with pytest.raises(PictureError, match="axes='ZCYX'"):
        nu.predict(model, np.zeros((2, 4, 48, 56), np.uint16))


def test_a_training_on_stacks_can_be_repeated(folders: Path, model: Path) -> None:
    outcome = nu.run_recipe(model, folders / "again")
    assert outcome.weights
    assert all(outcome.masks.values())


def test_axes_that_are_told_come_into_the_recipe(folders: Path) -> None:
    masks = folders / "double"
    masks.mkdir()
    for seed in range(2):
        tifffile.imwrite(masks / f"v{seed}.tif", np.repeat(volume(seed)[1], 2, 0))
    with pytest.raises(AxesError, match="8 planes"):
        nu.train(folders / "bare", masks, folders / "refused", **QUICK)
    nu.train(folders / "bare", masks, folders / "told", axes="TYX", **QUICK)
    recipe = json.loads((folders / "told/recipe.json").read_text())
    assert {one["axes"] for one in recipe["materials"]} == {"TYX"}
    assert nu.run_recipe(folders / "told", folders / "told again").weights


def test_the_terminal_segments_and_judges_stacks(
    folders: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, table = folders / "found", folders / "scores.json"
    assert main(["segment", str(model), str(folders / "images"), "--out", str(out)]) == 0
    with tifffile.TiffFile(out / "v0.tif") as tiff:
        assert tiff.series[0].axes == "ZYX"
        assert tiff.imagej_metadata["spacing"] == 1.5
    pictures = folders / "drawn"
    words = ["--json", str(table), "--confusion", str(pictures)]
    assert main(["evaluate", str(out), str(folders / "masks"), *words]) == 0
    assert set(json.loads(table.read_text())["pictures"]) == {"v0", "v1"}
    assert nu.read_picture(pictures / "v0.png").spatial_shape == (4 * 48, 56)
    capsys.readouterr()


def test_the_terminal_asks_for_axes_and_takes_them(
    folders: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["segment", str(model), str(folders / "bare"), "--out", str(folders / "bare out")]
    assert main(command) == 3
    assert "--axes ZYX" in capsys.readouterr().err
    assert main([*command, "--axes", "tyx", "--join", "0"]) == 0
    assert nu.read_picture(folders / "bare out/v0.tif").axes == "CTYX"
    capsys.readouterr()


def test_the_terminal_trains_on_stacks(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(folders / "images"), str(folders / "masks"), "--out", str(folders / "by terminal")]
    assert main(["train", *words, *FLAGS]) == 0
    assert "AP@0.5" in capsys.readouterr().out
