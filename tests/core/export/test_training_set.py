"""A training set leaves as plain folders, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Picture, Project, pair_folders, read_mask
from napari_unet.core.data.plain_folders import is_annotation
from napari_unet.core.errors import MaskError, StorageError
from napari_unet.core.export import export_set
from napari_unet.core.importing import import_folder
from napari_unet.core.settings import ExportSettings, Kind

PLAIN = ExportSettings()


def picture(name: str) -> Picture:
    pixels = np.random.default_rng(len(name)).integers(0, 4000, (1, 40, 50)).astype(np.uint16)
    return Picture(name, pixels, (0.25, 0.25), "µm")


def mask(*values: int) -> np.ndarray:
    painted = np.zeros((40, 50), np.uint16)
    for place, value in enumerate(values):
        painted[4:10, 2 + 12 * place : 10 + 12 * place] = value
    return painted


def project_in(folder: Path, kind: Kind = "objects", classes: tuple[str, ...] = ("cell",)) -> Project:
    """One picture painted wholly, one in part, one not at all."""
    project = Project.create(folder / "cells.unet", kind, classes)
    project.add(picture("whole"), mask(1, 2), "drawn")
    strokes = project.add(picture("strokes"), None, "")
    annotation = mask(2, 1, 3)
    project.save_annotation(strokes, annotation)
    project.add(picture("bare"), None, "")
    return project


def exported(project: Project, folder: Path, settings: ExportSettings = PLAIN) -> list[Path]:
    return [path.relative_to(folder) for paths in export_set(project, folder, settings) for path in paths]


def test_complete_pictures_have_a_mask_of_the_same_name(tmp_path: Path) -> None:
    with project_in(tmp_path) as project:
        exported(project, tmp_path / "set")
        picture = project.picture("whole")
    pairs = pair_folders(tmp_path / "set" / "images", tmp_path / "set" / "masks")
    assert [(pair.picture.name, pair.mask.name if pair.mask else "") for pair in pairs] == [("whole.tif", "whole.tif")]
    assert np.array_equal(tifffile.imread(tmp_path / "set" / "images" / "whole.tif"), picture.image[0])
    assert np.array_equal(tifffile.imread(tmp_path / "set" / "masks" / "whole.tif"), mask(1, 2))


def test_what_is_unlabelled_is_nowhere_background(tmp_path: Path) -> None:
    with project_in(tmp_path) as project:
        files = exported(project, tmp_path / "set")
    assert Path("partly/annotations/strokes.tif") in files
    assert not any("strokes" in path.name for path in files if path.parts[0] in ("images", "masks"))
    assert np.array_equal(tifffile.imread(tmp_path / "set/partly/annotations/strokes.tif"), mask(2, 1, 3))
    with pytest.raises(MaskError, match="its 0 is unlabelled"):
        read_mask(tmp_path / "set/partly/annotations/strokes.tif")


def test_an_annotation_is_known_wherever_it_is_moved(tmp_path: Path) -> None:
    with project_in(tmp_path) as project:
        exported(project, tmp_path / "set")
    moved = tmp_path / "elsewhere" / "masks"
    moved.mkdir(parents=True)
    for folder, target in (("images", moved.parent), ("annotations", moved)):
        (tmp_path / "set" / "partly" / folder / "strokes.tif").rename(target / "strokes.tif")
    found = [outcome.imported for outcome in import_folder(moved.parent)]
    assert [(one.complete, one.annotation[0, 0]) for one in found if one] == [(False, 0)]


def test_python_reads_back_both_kinds_of_pictures(tmp_path: Path) -> None:
    with project_in(tmp_path) as project:
        exported(project, tmp_path / "set")
    found = {outcome.picture.stem: outcome.imported for outcome in import_folder(tmp_path / "set")}
    assert {name: one.complete for name, one in found.items() if one} == {"whole": True, "strokes": False}
    assert all(one is not None for one in found.values())


def test_a_set_of_strokes_alone_comes_back(tmp_path: Path) -> None:
    with project_in(tmp_path) as project:
        project.remove("whole")
        exported(project, tmp_path / "set")
    assert [outcome.picture.stem for outcome in import_folder(tmp_path / "set")] == ["strokes"]


@pytest.mark.parametrize("number", [1, 255])
def test_one_object_in_two_pieces_stays_one(tmp_path: Path, number: int) -> None:
    with Project.create(tmp_path / "one.unet", "objects", ("cell",)) as project:
        name = project.add(picture("one"), mask(7, 7), "drawn")
        project.save_annotation(name, (mask(1, 1) * np.uint16(number + 1) + (mask(1, 1) == 0)).astype(np.uint16))
        exported(project, tmp_path / "set")
        again = project.add(picture("again"), read_mask(tmp_path / "set" / "masks" / "one.tif"), "")
        assert len(np.unique(project.annotation(again))) == 2


def test_nothing_is_replaced_unasked_and_a_completed_picture_moves(tmp_path: Path) -> None:
    with project_in(tmp_path) as project:
        exported(project, tmp_path / "set")
        with pytest.raises(StorageError, match="is there already"):
            exported(project, tmp_path / "set")
        project.update_record("strokes", complete=True)
        exported(project, tmp_path / "set", ExportSettings(overwrite=True))
    assert (tmp_path / "set" / "masks" / "strokes.tif").exists()
    assert not list((tmp_path / "set" / "partly").rglob("*.tif"))


@pytest.mark.parametrize("complete", [True, False])
def test_written_again_the_folder_can_be_added_again(tmp_path: Path, complete: bool) -> None:
    with project_in(tmp_path) as project:
        project.update_record("strokes", complete=not complete)
        project.update_record("whole", complete=not complete)
        exported(project, tmp_path / "set")
        project.update_record("strokes", complete=complete)
        project.update_record("whole", complete=complete)
        exported(project, tmp_path / "set", ExportSettings(overwrite=True))
    found = list(import_folder(tmp_path / "set"))
    assert sorted(outcome.picture.stem for outcome in found) == ["strokes", "whole"]
    assert {outcome.picture.parent.parent.name == "partly" for outcome in found} == {not complete}


def test_a_picture_from_which_all_was_erased_leaves_no_mask_behind(tmp_path: Path) -> None:
    with project_in(tmp_path) as project:
        exported(project, tmp_path / "set")
        project.save_annotation("strokes", np.zeros((40, 50), np.uint16))
        exported(project, tmp_path / "set", ExportSettings(overwrite=True))
    assert not list((tmp_path / "set").rglob("strokes*"))


def test_the_folder_says_what_its_numbers_mean(tmp_path: Path) -> None:
    with project_in(tmp_path, "regions", ("leaf", "stem")) as project:
        exported(project, tmp_path / "set")
    text = (tmp_path / "set" / "training-set.txt").read_text(encoding="utf-8")
    assert "1: leaf, 2: stem" in text
    assert "0 is unlabelled" in text


def test_a_stack_and_one_painted_in_part_leave_with_their_planes(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 4000, (2, 5, 40, 50)).astype(np.uint16)
    cells = np.stack([mask(), mask(1), mask(1, 2), mask(0, 2), mask()])
    strokes = np.stack([mask(), mask(2, 1), mask(), mask(0, 0, 3), mask()])
    with Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as project:
        project.add(Picture("whole", pixels, (2.0, 0.25, 0.25), "µm"), cells, "")
        project.add_partly(Picture("strokes", pixels[:1], (2.0, 0.25, 0.25), "µm"), strokes, "")
        exported(project, tmp_path / "set")
    for file, expected in (
        ("images/whole.tif", np.moveaxis(pixels, 0, 1)),
        ("masks/whole.tif", cells),
        ("partly/images/strokes.tif", pixels[0]),
        ("partly/annotations/strokes.tif", strokes),
    ):
        with tifffile.TiffFile(tmp_path / "set" / file) as tiff:
            assert tiff.series[0].axes in ("ZYX", "ZCYX")
            assert (tiff.imagej_metadata or {})["spacing"] == 2.0
            np.testing.assert_array_equal(tiff.asarray(), expected)
    assert is_annotation(tmp_path / "set" / "partly" / "annotations" / "strokes.tif")
