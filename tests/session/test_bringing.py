"""Folders with annotations of other tools become pictures with masks; one bad file never stops the others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.session import Session
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
