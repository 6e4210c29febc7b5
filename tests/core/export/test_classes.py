"""Classes of objects in the formats that can tell them, and as a table beside those that cannot."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture
from napari_unet.core.errors import StorageError
from napari_unet.core.export import Found, write_found
from napari_unet.core.importing import read_annotation
from napari_unet.core.settings import ExportSettings

EVERY = ExportSettings(formats="tiff,geojson,csv,coco,imagej-rois")


def found(names: tuple[str, ...], classes: dict[int, int]) -> Found:
    labels = np.zeros((20, 30), np.uint16)
    labels[2:8, 2:8], labels[10:18, 12:24] = 1, 4
    pixels = np.random.default_rng(0).integers(0, 200, (1, 20, 30)).astype(np.uint8)
    return Found(Picture("a", pixels), labels, "objects", names, classes=classes)


def test_each_format_tells_classes_in_its_way(tmp_path: Path) -> None:
    written = write_found(found(("alive", "dead"), {4: 2}), "a", tmp_path, EVERY)
    assert written.errors == ()
    assert (tmp_path / "a_classes.csv").read_text(encoding="utf-8") == "label,class\n1,\n4,dead\n"
    rows = list(csv.DictReader((tmp_path / "a_measurements.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["class"] for row in rows] == ["", "dead"]
    text = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    features = text["features"] if isinstance(text, dict) else text
    told = [one["properties"]["classification"] for one in features]
    assert [one["name"] for one in told] == ["object", "dead"]
    assert told[0]["color"] != told[1]["color"]


def test_coco_tells_classes_as_categories_and_takes_them_in_again(tmp_path: Path) -> None:
    write_found(found(("alive", "dead"), {4: 2}), "a", tmp_path, EVERY)
    coco = json.loads((tmp_path / "a_coco.json").read_text(encoding="utf-8"))
    names = {item["id"]: item["name"] for item in coco["categories"]}
    assert list(names.values()) == ["alive", "dead", "object"]
    assert [names[item["category_id"]] for item in coco["annotations"]] == ["object", "dead"]
    assert read_annotation(tmp_path / "a_coco.json", (20, 30), "a").classes == ("object", "dead")
    write_found(found(("alive", "dead"), {1: 1, 4: 2}), "b", tmp_path, EVERY)
    coco = json.loads((tmp_path / "b_coco.json").read_text(encoding="utf-8"))
    assert [item["name"] for item in coco["categories"]] == ["alive", "dead"]


def test_imagej_tells_classes_as_names_and_groups(tmp_path: Path) -> None:
    roifile = pytest.importorskip("roifile", reason="roifile is not installed")
    write_found(found(("alive", "dead"), {4: 2}), "a", tmp_path, EVERY)
    rois = roifile.roiread(tmp_path / "a_rois.zip")
    assert [(roi.name, roi.group) for roi in rois] == [("001", 0), ("004-dead", 2)]


def test_a_table_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "a_classes.csv").write_text("mine", encoding="utf-8")
    written = write_found(found(("alive", "dead"), {4: 2}), "a", tmp_path, ExportSettings(formats="tiff"))
    assert [type(error) for error in written.errors] == [StorageError]
    assert (tmp_path / "a_classes.csv").read_text(encoding="utf-8") == "mine"


def test_objects_of_one_kind_have_no_table_and_no_column(tmp_path: Path) -> None:
    assert write_found(found(("cell",), {}), "a", tmp_path, EVERY).errors == ()
    assert not (tmp_path / "a_classes.csv").exists()
    assert "class" not in (tmp_path / "a_measurements.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
