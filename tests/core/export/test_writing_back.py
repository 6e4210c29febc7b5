"""What was corrected on a part goes back into the mask of the whole: the rest stays, and so do the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.core.data import Picture, Project, read_mask
from napari_unet.core.data.part import part_name, part_source, place_in, whole_name
from napari_unet.core.errors import MaskError, ProjectError, StorageError
from napari_unet.core.export import Found, write_found, writing_back
from napari_unet.core.export.writing_back import Part, write_back
from napari_unet.core.parts import write_parts_back
from napari_unet.core.settings import ExportSettings
from tests.storage import fill, small_disk

ROWS, COLUMNS = slice(20, 60), slice(30, 80)
SETTINGS = ExportSettings()


def slide() -> np.ndarray:
    """A mask (100, 120) uint8: 1 goes on beyond the part, 2 and 3 lie in it, 4 lies elsewhere, 5 ends at its edge."""
    mask = np.zeros((100, 120), np.uint8)
    mask[10:26, 40:50] = 1
    mask[30:40, 40:50] = 2
    mask[30:40, 60:70] = 3
    mask[80:90, 90:100] = 4
    mask[40:50, 80:90] = 5
    return mask


def written(mask: np.ndarray, path: Path, **more: Any) -> Path:
    tifffile.imwrite(path, mask, **more)
    return path


def corrected() -> np.ndarray:
    """The part as a person leaves it, with numbers of its own: 1 a little larger, 2 gone, 3 in two, one new."""
    part = np.zeros((40, 50), np.uint16)
    part[0:8, 10:20] = 11
    part[10:20, 30:36] = 12
    part[10:20, 36:40] = 13
    part[30:38, 5:9] = 14
    return part


def test_objects_keep_their_numbers_and_new_ones_get_new_numbers(tmp_path: Path) -> None:
    path = written(slide(), tmp_path / "slide.tif")
    assert nu.write_back(corrected(), path, (20, 30)) == path
    now, before = tifffile.imread(path), slide()
    part = now[ROWS, COLUMNS]
    outside = np.ones(now.shape, bool)
    outside[ROWS, COLUMNS] = False
    np.testing.assert_array_equal(now[outside], before[outside])
    np.testing.assert_array_equal(part > 0, corrected() > 0)
    assert set(part[0:8, 10:20].ravel()) == {1}, "it goes on beyond the part, as before"
    assert set(part[10:20, 30:36].ravel()) == {3}, "the larger piece keeps the number"
    others = [set(part[10:20, 36:40].ravel()), set(part[30:38, 5:9].ravel())]
    assert sorted(number for one in others for number in one) == [6, 7]


def test_an_object_taken_off_the_seam_is_no_piece_of_the_one_beyond_it(tmp_path: Path) -> None:
    path = written(slide(), tmp_path / "slide.tif")
    part = np.zeros((40, 50), np.uint16)
    part[1:6, 10:20] = 9  # of what was 1 within the part, but for the row at the seam
    nu.write_back(part, path, (20, 30))
    now = tifffile.imread(path)
    assert set(now[21:26, 40:50].ravel()) == {6}
    assert (now[10:20, 40:50] == 1).all()


def test_where_the_mask_knows_nothing_an_object_joins_what_it_touches(tmp_path: Path) -> None:
    path = written(slide(), tmp_path / "slide.tif")
    part = np.zeros((40, 50), np.uint16)
    part[20:30, 44:50] = 1  # touches 5, of which nothing lies in the part
    part[22:24, 10:12] = 2
    nu.write_back(part, path, (20, 30))
    now = tifffile.imread(path)
    assert (now[40:50, 74:90] == 5).all()
    assert set(now[42:44, 40:42].ravel()) == {6}


def test_numbers_that_need_more_bits_widen_the_mask_and_size_and_unit_stay(tmp_path: Path) -> None:
    whole = slide().astype(np.uint16)
    whole[whole == 4] = 255
    picture = Picture("slide", whole[np.newaxis], (0.5, 0.5), "µm")
    for kind in ("tiff", "ome-tiff"):
        (path,) = write_found(Found(picture, whole), "slide", tmp_path, ExportSettings(formats=kind)).files
        assert tifffile.imread(path).dtype == np.uint8
        nu.write_back(corrected(), path, (20, 30))
        mask = nu.read_picture(path)
        assert (mask.image.dtype, mask.pixel_size, mask.unit) == (np.uint16, (0.5, 0.5), "µm")
        assert mask.image.max() == 257


TABLE = np.random.default_rng(0).integers(0, 2**16, (3, 256)).astype(np.uint16)

SHOWN = {
    "ImageJ, 8 bits": ("slide.tif", np.uint8, {"imagej": True, "colormap": TABLE}),
    "ImageJ, 16 bits": (
        "slide.tif",
        np.uint16,
        {"imagej": True, "colormap": TABLE, "photometric": "minisblack", "metadata": {"min": 0.0, "max": 9.0}},
    ),
    "plain": ("slide.tif", np.uint8, {"colormap": TABLE, "photometric": "palette"}),
    "more colours": ("slide.tif", np.uint16, {"colormap": np.tile(TABLE, 256), "photometric": "palette"}),
    "OME": ("slide.ome.tif", np.uint8, {"colormap": TABLE, "photometric": "palette"}),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_a_colour_table_stays(kind: str, tmp_path: Path) -> None:
    name, dtype, more = SHOWN[kind]
    path = written(slide().astype(dtype), tmp_path / name, **more)
    nu.write_back(corrected(), path, (20, 30))
    with tifffile.TiffFile(path) as now:
        np.testing.assert_array_equal(now.pages[0].colormap, more["colormap"])
        assert now.asarray().max() == 7
        if "metadata" in more:
            assert (now.imagej_metadata["min"], now.imagej_metadata["max"]) == (0.0, 9.0)
    assert read_mask(path).max() == 7


@pytest.mark.parametrize("tiled", [False, True])
@pytest.mark.parametrize("name", ["slide.tif", "slide.ome.tif"])
def test_numbers_that_need_more_bits_keep_the_colours_they_have(
    name: str, tiled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = slide()
    whole[whole == 4] = 255
    path = written(whole, tmp_path / name, colormap=TABLE, photometric="palette")
    if tiled:
        monkeypatch.setattr(writing_back, "LARGE_PIXELS", 100)
    nu.write_back(corrected(), path, (20, 30))
    with tifffile.TiffFile(path) as now:
        table = now.pages[0].colormap
        np.testing.assert_array_equal(table[:, :256], TABLE)
        assert (table[:, 256:] == TABLE[:, -1:]).all()
        assert (now.asarray().dtype, now.asarray().max()) == (np.uint16, 257)
    assert read_mask(path).max() == 257


def test_numbers_that_need_32_bits_have_no_table(tmp_path: Path) -> None:
    whole = slide().astype(np.uint16)
    whole[whole == 4] = 65535
    path = written(whole, tmp_path / "slide.tif", colormap=np.tile(TABLE, 256), photometric="palette")
    nu.write_back(corrected(), path, (20, 30))
    with tifffile.TiffFile(path) as now:
        assert now.pages[0].colormap is None
        assert now.asarray().max() == 65537


def test_classes_are_what_they_are(tmp_path: Path) -> None:
    path = written(slide(), tmp_path / "slide.tif")
    part = np.full((40, 50), 2, np.uint8)
    nu.write_back(part, path, (60, 70), classes=("a", "b"))
    expected = slide()
    expected[60:, 70:] = 2
    np.testing.assert_array_equal(tifffile.imread(path), expected)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_labels_of_a_zarr_are_written_into_and_its_picture_stays(version: str, tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    whole = np.kron(slide(), np.ones((12, 12), np.uint8))
    picture = Picture("slide", whole[np.newaxis] * 3, (0.5, 0.5), "µm")
    (path,) = write_found(
        Found(picture, whole), "slide", tmp_path, ExportSettings(formats="ome-zarr", zarr=version)
    ).files
    part = np.full((100, 100), 8, np.uint16)
    expected = whole.copy()
    expected[500:600, 700:800] = 6
    assert nu.write_back(part, path, (500, 700)) == path / "labels" / "labels"
    group = zarr.open_group(path, mode="r")
    np.testing.assert_array_equal(group["labels/labels/0"][:], expected)
    np.testing.assert_array_equal(group["labels/labels/1"][:], expected[::2, ::2])
    np.testing.assert_array_equal(np.squeeze(group["0"][:]), whole * 3)
    np.testing.assert_array_equal(read_mask(path / "labels" / "labels"), expected)
    assert nu.read_picture(path / "labels" / "labels").pixel_size == (0.5, 0.5)
    assert [one.name for one in (path / "labels").iterdir() if ".part" in one.name] == []


def test_a_large_mask_is_written_tile_by_tile_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = np.stack([slide(), np.roll(slide(), 3, 0)])
    parts = [
        Part("a", np.stack([corrected(), corrected()]), (ROWS, COLUMNS)),
        Part("b", np.ones((2, 10, 10), np.uint16), (slice(0, 10), slice(0, 10))),
    ]
    paths = [written(stack, tmp_path / f"{n}.tif", imagej=True, metadata={"axes": "ZYX"}) for n in ("plain", "tiled")]
    write_back(parts, paths[0], "objects", SETTINGS)
    monkeypatch.setattr(writing_back, "LARGE_PIXELS", 100)
    write_back(parts, paths[1], "objects", SETTINGS)
    with tifffile.TiffFile(paths[1]) as tiled:
        assert tiled.pages[0].is_tiled
        assert tiled.series[0].axes == "ZYX"
        np.testing.assert_array_equal(tiled.asarray(), tifffile.imread(paths[0]))
    assert (tifffile.imread(paths[0])[:, :10, :10] > 5).all()


@pytest.mark.parametrize(
    ("corner", "mask", "sentence"),
    [
        ((80, 30), slide(), "does not lie in slide.tif, which is 100 x 120"),
        ((20, 30), np.stack([slide()] * 3), "does not lie in slide.tif|not a mask"),
        ((20, 30), slide().astype(np.float32), "not a mask"),
        ((20, 30), slide().astype(np.int32) - 1, "holds the value -1"),
    ],
)
def test_a_mask_of_something_else_is_a_sentence_and_stays(
    corner: tuple[int, int], mask: np.ndarray, sentence: str, tmp_path: Path
) -> None:
    path = written(mask, tmp_path / "slide.tif", photometric="minisblack")
    before = path.read_bytes()
    with pytest.raises(MaskError, match=sentence):
        nu.write_back(corrected(), path, corner)
    assert path.read_bytes() == before


def test_on_a_full_disk_the_mask_stays_as_it_was(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        path = written(np.random.default_rng(0).integers(0, 200, (300, 400)).astype(np.uint8), disk / "slide.tif")
        before, ballast = path.read_bytes(), fill(disk)
        with pytest.raises(StorageError, match="The disk is full"):
            nu.write_back(corrected(), path, (20, 30))
        assert path.read_bytes() == before
        assert {one.name for one in disk.iterdir()} == {path.name, ballast.name}


def test_a_part_says_where_it_was_taken() -> None:
    window = (slice(20, 60), slice(30, 80))
    assert place_in(part_source("open layer slide", window)) == window
    assert whole_name(part_name("my slide", window)) == "my slide"
    assert whole_name("slide y20 x30 2") == "slide"
    assert place_in("/data/plate (rows A to C).tif") is None
    assert whole_name("plate y7") == "plate y7"


def project_of(folder: Path, *wholes: str) -> Project:
    """A project with a corrected part of each whole, and a picture that is no part."""
    project = Project.create(folder, "objects", ("cell",))
    window = (ROWS, COLUMNS)
    for whole in wholes:
        image = np.arange(2000, dtype=np.uint16).reshape(1, 40, 50)
        name = part_name(whole, window)
        project.add(Picture(name, image, source=part_source(f"open layer {whole}", window)), None, "")
        project.save_labels(name, corrected())
    project.add(Picture("other", np.arange(64, dtype=np.uint16).reshape(1, 8, 8)), None, "")
    return project


def test_all_parts_of_a_project_go_back_at_once(tmp_path: Path) -> None:
    path = written(slide(), tmp_path / "slide.tif")
    with project_of(tmp_path / "a.unet", "slide", "another") as project:
        assert write_parts_back(project, path, SETTINGS) == (path, ["slide y20 x30"])
    assert (tifffile.imread(path)[ROWS, COLUMNS] > 0).sum() == (corrected() > 0).sum()


def test_a_project_without_such_a_part_says_so(tmp_path: Path) -> None:
    path = written(slide(), tmp_path / "mask.tif")
    with project_of(tmp_path / "a.unet") as none, pytest.raises(ProjectError, match="has no part of a larger picture"):
        write_parts_back(none, path, SETTINGS)
    with (
        project_of(tmp_path / "b.unet", "slide", "another") as two,
        pytest.raises(ProjectError, match="parts of another and slide, and none of mask"),
    ):
        write_parts_back(two, path, SETTINGS)
    with project_of(tmp_path / "c.unet", "slide") as one:
        write_parts_back(one, path, SETTINGS)
