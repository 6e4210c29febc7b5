"""OME-Zarr folders stand wherever picture files do: alone, in folders, in patterns, as masks."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from napari_unet.cli import main
from napari_unet.cli.batch import hash_of
from napari_unet.cli.folders import masks_by_name, pictures_by_name
from napari_unet.cli.progress import Progress
from napari_unet.cli.samples import read_samples
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.errors import PictureError
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings
from tests.core.data.test_zarr import plate
from tests.core.data.zarrs import OLD, noise, ome_zarr


@pytest.fixture
def zarrs(shared: Path, tmp_path: Path) -> Path:
    """The pictures of the shared folder, each with its mask, as OME-Zarr of either version."""
    folder = tmp_path / "zarrs"
    for name, version in zip("abc", ("0.4", "0.5", "0.5"), strict=True):
        found = Found(read_picture(shared / "pictures" / f"{name}.tif"), read_mask(shared / "masks" / f"{name}.tif"))
        write_found(found, name, folder, ExportSettings(formats="ome-zarr", zarr=version))
    return folder


def segment(*words: object) -> int:
    return main(["segment", *map(str, words)])


def test_a_folder_and_a_pattern_of_zarrs_give_the_masks_of_their_tiffs(
    model: Path, masks: Path, zarrs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert segment(model, zarrs, "--out", tmp_path / "one") == 0
    assert segment(model, zarrs / "[ab]*.zarr", "--out", tmp_path / "two") == 0
    for name in "abc":
        np.testing.assert_array_equal(read_mask(tmp_path / "one" / f"{name}.tif"), read_mask(masks / f"{name}.tif"))
    assert sorted(path.name for path in (tmp_path / "two").glob("*.tif")) == ["a.tif", "b.tif"]
    assert read_picture(tmp_path / "two" / "a.tif").unit == "µm"
    capsys.readouterr()
    (piece,) = (path for path in (zarrs / "b.ome.zarr" / "0").rglob("0") if path.is_file())
    piece.write_bytes(b"rubbish")
    assert segment(model, zarrs, "--out", tmp_path / "one") == 3
    said = capsys.readouterr().err
    assert said.count("done before") == 2
    assert "b.ome.zarr/0 cannot be read as Zarr: a piece of it is damaged" in said
    assert "Traceback" not in said


def test_what_is_missing_of_a_zarr_is_a_warning_in_the_table(model: Path, tmp_path: Path) -> None:
    path = ome_zarr(tmp_path / "a.zarr", noise((96, 96)), "yx", OLD)
    (path / "0" / "1.1").unlink()
    assert segment(model, path, "--out", tmp_path / "masks") == 0
    with (tmp_path / "masks" / "segmented.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert "Of the 36 pieces of a.zarr 1 are not there" in row["warnings"]


def test_a_mask_never_takes_the_place_of_its_zarr(model: Path, zarrs: Path) -> None:
    before = hash_of(zarrs / "a.ome.zarr")
    assert segment(model, zarrs / "a.ome.zarr", "--out", zarrs, "--as", "ome-zarr", "--overwrite") == 6
    assert hash_of(zarrs / "a.ome.zarr") == before


def test_learning_takes_zarrs_as_pictures_and_as_masks(zarrs: Path, shared: Path) -> None:
    with Progress() as progress:
        own, files = read_samples(zarrs, zarrs, "objects", progress)
        tiffs, _ = read_samples(zarrs, shared / "masks", "objects", progress)
    assert [file.name for file, _ in files] == ["a.ome.zarr", "b.ome.zarr", "c.ome.zarr"]
    for sample, other in zip(own, tiffs, strict=True):
        np.testing.assert_array_equal(sample.annotation, other.annotation)


def test_a_plate_is_its_fields_and_of_two_of_one_name_it_is_said(tmp_path: Path) -> None:
    path = plate(tmp_path / "p.zarr")
    names = ["p_A_1_0", "p_A_1_1", "p_B_12_0"]
    assert list(pictures_by_name([path])) == list(masks_by_name(tmp_path)) == names
    assert list(pictures_by_name([path / "A/1/1"])) == names[1:2]
    ome_zarr(tmp_path / "two" / "p_A_1_0.zarr", noise((8, 8)), "yx")
    with pytest.raises(PictureError, match="have the same name"):
        pictures_by_name([path, tmp_path / "two"])
