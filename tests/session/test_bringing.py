"""Folders with annotations of other tools become pictures with masks; one bad file never stops the others."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Pair, Picture
from napari_unet.core.errors import AxesError
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings
from napari_unet.session import Session
from tests.core.data.zarrs import ome_zarr
from tests.patience import LONGEST
from tests.session.conftest import Told, Wait


@pytest.fixture
def session(quick_session: Session) -> Session:
    return quick_session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures with a file of Cellpose, in one of COCO, with a plain mask, with a broken file, with one of ilastik."""
    folder = tmp_path / "brought"
    folder.mkdir()
    for number, name in enumerate("abcde"):
        tifffile.imwrite(folder / f"{name}.tif", np.arange(2400, dtype=np.uint16).reshape(40, 60) + number)
    mask = np.zeros((40, 60), np.uint16)
    mask[5:15, 5:20], mask[20:30, 30:50] = 1, 2
    np.save(folder / "a_seg.npy", {"masks": mask, "filename": "a.tif"}, allow_pickle=True)  # type: ignore[arg-type]
    square = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[5, 5, 20, 5, 20, 15, 5, 15]]}
    coco = {
        "images": [{"id": 1, "file_name": "b.tif", "height": 40, "width": 60}],
        "annotations": [square],
        "categories": [{"id": 1, "name": "cell"}],
    }
    (folder / "instances.json").write_text(json.dumps(coco), encoding="utf-8")
    tifffile.imwrite(folder / "c_mask.tif", mask)
    tifffile.imwrite(folder / "e-image_Object Identities.tif", mask)
    (folder / "d_seg.npy").write_bytes(b"\x93NUMPY\x01\x00 this is none")
    return folder


def test_each_finds_its_annotation_and_says_why(session: Session, folder: Path) -> None:
    pairs = session.find_pairs(folder)
    assert pairs is not None
    masks = {pair.picture.name: pair.mask.name if pair.mask else "" for pair in pairs}
    assert masks == {
        "a.tif": "a_seg.npy",
        "b.tif": "instances.json",
        "c.tif": "c_mask.tif",
        "d.tif": "d_seg.npy",
        "e.tif": "e-image_Object Identities.tif",
    }
    assert all(pair.reason for pair in pairs)


def test_folders_are_looked_through_in_the_background(
    session: Session, folder: Path, told: Told, wait: Wait, tmp_path: Path
) -> None:
    found: list[tuple[tuple[Path, list[Pair]], ...]] = []
    session.pairs_found.connect(found.append)
    (empty := tmp_path / "empty").mkdir()
    session.look_into([empty, folder])
    job = session.beside.job("look")
    assert job is not None
    assert job.text == "Looking through 2 folders"
    wait(lambda: bool(found))
    assert found == [((folder, session.find_pairs(folder)),)]
    assert [section for section, _error in told.errors] == ["pictures"], "one holds none"
    assert session.beside.job("look") is None


def test_a_look_that_is_stopped_finds_nothing(
    session: Session, folder: Path, told: Told, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[object] = []
    session.pairs_found.connect(found.append)
    go_on = threading.Event()
    monkeypatch.setattr("napari_unet.session.adding.pairs_in", lambda _path: go_on.wait(LONGEST))
    session.look_into([folder, folder])
    session.beside.stop("look")
    go_on.set()
    wait(lambda: bool(found))
    assert found == [()]
    assert told.errors == []


def test_what_can_be_read_is_taken_and_the_rest_is_told(session: Session, folder: Path, told: Told, wait: Wait) -> None:
    session.add_pairs(session.find_pairs(folder) or [])
    wait(lambda: not session.busy)
    rows = {row.name: (row.state, row.objects) for row in session.pictures}
    assert rows == {"a": ("complete", 2), "b": ("complete", 1), "c": ("complete", 2), "e": ("complete", 2)}
    annotation = session.annotation("a")
    assert (annotation[5:15, 5:20] == 2).all()
    assert (annotation[20:30, 30:50] == 3).all()
    assert (annotation[:5] == 1).all()
    assert session.annotation("b")[10, 10] == 2
    ((section, error),) = told.errors
    assert section == "pictures"
    assert "d_seg.npy" in error.sentence


def test_classes_of_other_tools_are_taken_where_the_project_has_them(
    session: Session, folder: Path, wait: Wait
) -> None:
    session.set_classes(("cell", "dead"), ("#e69f00", "#56b4e9"))
    session.add_pairs(session.find_pairs(folder) or [])
    wait(lambda: not session.busy)
    assert session.class_counts("b", "annotation") == {"cell": 1}
    assert session.class_counts("c", "annotation") == {"": 2}


def test_zarr_folders_become_pictures_with_their_labels(
    session: Session, tmp_path: Path, told: Told, wait: Wait
) -> None:
    folder, image = tmp_path / "zarrs", np.arange(2400, dtype=np.uint16).reshape(40, 60) + 1
    folder.mkdir()
    mask = np.zeros((40, 60), np.uint16)
    mask[5:15, 5:20] = 1
    found = Found(Picture("a", image[None], (0.5, 0.5), "µm"), mask)
    write_found(found, "a", folder, ExportSettings(formats="ome-zarr"))
    ome_zarr(folder / "b.zarr", image, "yx", chunks=(8, 8))
    (folder / "b.zarr" / "0" / "c" / "0" / "0").unlink()
    pairs = session.find_pairs(folder) or []
    assert [(pair.picture.name, pair.reason) for pair in pairs] == [
        ("a.ome.zarr", "labels in the same Zarr"),
        ("b.zarr", "no mask found"),
    ]
    session.add_pairs(pairs)
    wait(lambda: not session.busy)
    rows = {row.name: (row.state, row.objects) for row in session.pictures}
    assert rows == {"a": ("complete", 1), "b": ("unlabelled", 0)}
    assert (session.picture("a").pixel_size, session.picture("a").unit) == ((0.5, 0.5), "µm")
    np.testing.assert_array_equal(session.picture("a").image[0], image)
    assert session.annotation("a")[6, 6] == 2
    assert [sentence for sentence in told.sentences if "pieces of b.zarr 1 are not there" in sentence]
    assert session.find_pairs(folder / "a.ome.zarr") == pairs[:1]


def test_a_zarr_with_an_axis_that_nothing_names_is_asked_about_and_taken_as_told(
    session: Session, tmp_path: Path
) -> None:
    stack = np.arange(3 * 20 * 30, dtype=np.uint16).reshape(3, 20, 30) + 1
    axes = [{"name": "angle"}, {"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    asked: list[tuple[Pair, AxesError]] = []
    session.axes_asked.connect(lambda pair, error: asked.append((pair, error)))
    session.add_files([ome_zarr(tmp_path / "a.zarr", stack, "zyx", about={"axes": axes})])
    ((pair, error),) = asked
    assert error.axes == "?YX"
    session.add_pairs([replace(pair, axes="ZYX")])
    assert (session.picture("a").axes, session.picture("a").told) == ("CZYX", "ZYX")
