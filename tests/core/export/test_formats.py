"""Every format keeps what it can hold: read back by other programs' libraries and by our own importers."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import tifffile
import zarr
from PIL import Image
from skimage.draw import polygon2mask

from napari_unet.core.data import Picture, read_picture
from napari_unet.core.data.annotation import to_mask
from napari_unet.core.data.write_tiff import write_picture
from napari_unet.core.errors import MaskError, StorageError
from napari_unet.core.export import Found, gather, write_found
from napari_unet.core.export.writing import GATHERERS, WRITERS, colliding
from napari_unet.core.importing import read_annotation
from napari_unet.core.settings import FORMATS, ExportSettings
from napari_unet.core.settings.formats import format_of

SHAPE = (260, 280)
SIZE, UNIT = (0.5, 0.25), "µm"
COUNTS = {np.uint8: 200, np.uint16: 300, np.uint32: 70_000}


def numbered(count: int) -> np.ndarray:
    """(Y, X): so many objects of one pixel."""
    flat = np.zeros(SHAPE[0] * SHAPE[1], np.uint32)
    flat[: count + 1] = np.arange(count + 1)
    return flat.reshape(SHAPE)


def shapes() -> np.ndarray:
    """Objects of every difficult shape: with a hole, in two parts, touching, meeting at corners, of one pixel."""
    labels = np.zeros((60, 70), np.uint16)
    labels[3:20, 3:25], labels[6:9, 6:9] = 1, 0
    labels[22:28, 5:9] = labels[22:28, 20:22] = 2
    labels[25, 30:33] = 3
    labels[5:18, 27:39] = np.random.default_rng(0).integers(4, 8, (13, 12))
    labels[40:50, 10:20], labels[40:50, 20:30] = 300, 301
    labels[55, 60] = 302
    labels[30:37, 50:57], labels[31:36, 51:56], labels[33, 53] = 303, 0, 303  # an island in a hole
    labels[59, 69] = 304
    return labels


def found(labels: np.ndarray, channels: int = 1, unit: str = UNIT) -> Found:
    image = np.random.default_rng(1).integers(0, 4000, (channels, *labels.shape)).astype(np.uint16)
    names = ("DAPI", "GFP", "µ-tubulin")[:channels] if channels > 1 else ()
    size = (1.0, 1.0) if unit == "pixel" else SIZE
    if labels.ndim > 2:
        size = (2.0, *size)
    return Found(Picture("cells", image, size, unit, names), labels)


def written(what: Found, folder: Path, name: str, **settings: Any) -> Path:
    done = write_found(what, "cells", folder, ExportSettings(formats=name, **settings))
    assert [error.sentence for error in done.errors] == []
    return done.files[0]


def test_every_format_has_its_writer() -> None:
    assert list(WRITERS) == list(FORMATS)
    assert set(GATHERERS) == {one.name for one in FORMATS.values() if one.gathered}
    assert len({one.ending for one in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("one", FORMATS.values(), ids=FORMATS)
def test_a_files_name_says_its_format(one: Any) -> None:
    assert format_of(f"My Cells{one.ending}") is one


# Masks: {channels} x {numbers} x {unit} x format


@pytest.mark.parametrize("unit", [UNIT, "pixel"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kind", COUNTS)
@pytest.mark.parametrize("name", ["tiff", "ome-tiff", "cellpose"])
def test_tiffs_keep_axes_size_unit_type_and_numbers(
    tmp_path: Path, name: str, kind: type, channels: int, unit: str
) -> None:
    labels = numbered(COUNTS[kind])
    path = written(found(labels, channels, unit), tmp_path, name)
    with tifffile.TiffFile(path) as tiff:
        assert tiff.series[0].axes == "YX"
        assert tiff.series[0].dtype == (np.uint16 if name == "cellpose" and kind is np.uint8 else kind)
        assert np.array_equal(tiff.asarray(), labels)
        assert tiff.is_ome == (name == "ome-tiff" or kind is np.uint32)
        if tiff.is_ome:
            pixels = ElementTree.fromstring(tiff.ome_metadata).find("{*}Image/{*}Pixels")
            assert (pixels.get("SizeX"), pixels.get("SizeY"), pixels.get("SizeC")) == ("280", "260", "1")
            told = [pixels.get(f"PhysicalSize{axis}") for axis in "YX"], pixels.get("PhysicalSizeXUnit")
            assert told == (["0.5", "0.25"], "µm") if unit == UNIT else told[0] == [None, None]
        elif unit == UNIT:
            assert tiff.imagej_metadata["unit"] == "um"
            assert tiff.pages[0].resolution == pytest.approx((4.0, 2.0))
    assert np.array_equal(to_mask(read_annotation(path, SHAPE, "cells").annotation), labels)


@pytest.mark.parametrize("name", ["tiff", "ome-tiff"])
@pytest.mark.parametrize("kind", COUNTS)
def test_stacks_keep_their_planes_and_spacing(tmp_path: Path, name: str, kind: type) -> None:
    labels = np.stack([numbered(COUNTS[kind]), np.zeros(SHAPE, np.uint32)])
    path = written(found(labels), tmp_path, name)
    with tifffile.TiffFile(path) as tiff:
        assert (tiff.series[0].axes, tiff.series[0].dtype) == ("ZYX", kind)
        assert np.array_equal(tiff.asarray(), labels)
        spacing = 'PhysicalSizeZ="2.0"' in tiff.ome_metadata if tiff.is_ome else tiff.imagej_metadata["spacing"] == 2.0
        assert spacing


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_png_keeps_numbers_up_to_16_bits(tmp_path: Path, kind: type) -> None:
    labels = numbered(COUNTS[kind])
    with Image.open(written(found(labels), tmp_path, "png")) as picture:
        assert np.array_equal(np.asarray(picture), labels)


def test_png_says_when_numbers_do_not_fit_and_the_others_are_written(tmp_path: Path) -> None:
    done = write_found(found(numbered(70_000)), "cells", tmp_path, ExportSettings(formats="png,tiff"))
    assert [path.name for path in done.files] == ["cells.tif"]
    assert "numbers up to 70000, which do not fit into a PNG" in done.errors[0].sentence
    assert [path.name for path in tmp_path.iterdir()] == ["cells.tif"]


@pytest.mark.parametrize("name", ["png", "coco", "outlines", "overlay", "report"])
def test_flat_formats_refuse_stacks_with_a_sentence(tmp_path: Path, name: str) -> None:
    done = write_found(found(np.zeros((2, *SHAPE), np.uint8)), "cells", tmp_path, ExportSettings(formats=name))
    assert isinstance(done.errors[0], MaskError)
    assert "is a stack of 2 planes" in done.errors[0].sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize(
    ("kind", "channels", "unit"), [(np.uint8, 3, UNIT), (np.uint16, 1, "pixel"), (np.uint32, 1, UNIT)]
)
def test_ome_zarr_holds_picture_and_labels(tmp_path: Path, version: str, kind: type, channels: int, unit: str) -> None:
    what = found(numbered(COUNTS[kind]), channels, unit)
    path = written(what, tmp_path, "ome-zarr", zarr=version)
    root = zarr.open_group(path, mode="r")
    assert root.metadata.zarr_format == (2 if version == "0.4" else 3)
    about, of_labels = ((one if version == "0.4" else one["ome"]) for one in (root.attrs, root["labels/labels"].attrs))
    assert (about if version == "0.5" else about["multiscales"][0])["version"] == version
    assert np.array_equal(root["0"][...], what.picture.image)
    assert np.array_equal(root["labels/labels/0"][...], what.labels)
    assert root["labels/labels/0"].dtype == kind
    axes = about["multiscales"][0]["axes"]
    assert [axis["name"] for axis in axes] == ["c", "y", "x"]
    assert axes[-1].get("unit") == ("micrometer" if unit == UNIT else None)
    scale = of_labels["multiscales"][0]["datasets"][0]["coordinateTransformations"][0]["scale"]
    assert scale == (list(SIZE) if unit == UNIT else [1.0, 1.0])
    assert [channel["label"] for channel in about["omero"]["channels"]] == (
        list(what.picture.channel_names) or ["channel 1"]
    )
    assert of_labels["image-label"]["source"]["image"] == "../../"


def test_a_large_ome_zarr_has_halves_and_is_replaced_whole(tmp_path: Path) -> None:
    labels = np.zeros((1500, 600), np.uint8)
    labels[100:900, 100:500] = 7
    path = written(found(labels), tmp_path, "ome-zarr")
    done = write_found(found(labels), "cells", tmp_path, ExportSettings(formats="ome-zarr"))
    assert "is there already" in done.errors[0].sentence
    (path / "rubbish").write_text("of before")
    path = written(found(labels), tmp_path, "ome-zarr", overwrite=True)
    assert zarr.open_group(path, mode="r")["labels/labels/1"].shape == (750, 300)
    assert not (path / "rubbish").exists()
    assert [one.name for one in tmp_path.iterdir()] == ["cells.ome.zarr"]


WITHOUT_ZARR = """
import sys; sys.modules["zarr"] = None
from pathlib import Path
import numpy as np
from napari_unet.core.data import Picture, read_picture
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings
found = Found(Picture("cells", np.zeros((1, 8, 8), np.uint8)), np.ones((8, 8), np.uint8))
print(write_found(found, "cells", Path(sys.argv[1]), ExportSettings(formats="ome-zarr")).errors[0].sentence)
"""


def test_without_the_package_ome_zarr_says_how_to_get_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_ZARR, tmp_path]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "the package zarr is not installed" in said
    assert 'pip install "napari-unet-loop[zarr]"' in said
    assert list(tmp_path.iterdir()) == []


# Outlines


def test_our_importers_find_the_same_pixels_in_outlines(tmp_path: Path) -> None:
    labels = shapes()
    for name in ("imagej-rois", "geojson", "coco"):
        path = written(found(labels), tmp_path, name)
        again = to_mask(read_annotation(path, labels.shape, "cells").annotation)
        numbers = np.unique(labels[labels > 0])
        assert np.array_equal(np.searchsorted(numbers, labels) + 1, np.where(labels > 0, again, 1)), name
        assert np.array_equal(again > 0, labels > 0), name


def test_roifile_reads_names_places_and_areas(tmp_path: Path) -> None:
    roifile = pytest.importorskip("roifile", reason="roifile is not installed")
    labels = shapes()
    rois = roifile.roiread(written(found(labels), tmp_path, "imagej-rois"))
    assert [int(roi.name) for roi in rois] == np.unique(labels[labels > 0]).tolist()
    for roi in rois:
        mask = np.zeros(labels.shape, bool)
        parts = roi.coordinates(multi=True)
        for part in parts if isinstance(parts, list) else [parts]:
            mask ^= polygon2mask(labels.shape, part[:, ::-1] - 0.5)
        assert np.array_equal(mask, labels == int(roi.name))
        assert roi.position == 0


def test_selections_of_a_stack_are_on_their_planes(tmp_path: Path) -> None:
    roifile = pytest.importorskip("roifile", reason="roifile is not installed")
    labels = np.zeros((3, 20, 20), np.uint8)
    labels[1, 2:6, 3:8], labels[2, 2:6, 3:8] = 4, 4
    rois = roifile.roiread(written(found(labels), tmp_path, "imagej-rois"))
    assert [(roi.name, roi.position, roi.z_position) for roi in rois] == [("004-z002", 2, 2), ("004-z003", 3, 3)]


@pytest.mark.parametrize(
    ("axes", "shape", "name", "place"),
    [
        ("CTYX", (3, 20, 20), "004-t003", (3, 0, 3)),
        ("CTZYX", (3, 2, 20, 20), "004-t003-z002", (6, 2, 3)),
    ],
)
def test_outlines_of_a_film_are_at_their_time(
    tmp_path: Path, axes: str, shape: tuple[int, ...], name: str, place: tuple[int, int, int]
) -> None:
    roifile = pytest.importorskip("roifile", reason="roifile is not installed")
    labels = np.zeros(shape, np.uint8)
    labels.reshape(-1, 20, 20)[-1, 2:6, 3:8] = 4
    what = Found(Picture("cells", np.zeros((1, *shape), np.uint8), axes=axes), labels)
    (roi,) = roifile.roiread(written(what, tmp_path, "imagej-rois"))
    assert (roi.name, (roi.position, roi.z_position, roi.t_position)) == (name, place)
    (feature,) = json.loads(written(what, tmp_path, "geojson").read_text(encoding="utf-8"))["features"]
    assert feature["geometry"]["plane"] == {"c": -1, "z": max(place[1] - 1, 0), "t": 2}


GEOJSON = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
                    "geometry": {
                        "oneOf": [
                            {"properties": {"type": {"const": "Polygon"}, "coordinates": {"$ref": "#/$defs/rings"}}},
                            {
                                "properties": {
                                    "type": {"const": "MultiPolygon"},
                                    "coordinates": {"type": "array", "items": {"$ref": "#/$defs/rings"}},
                                }
                            },
                        ]
                    },
                    "properties": {"required": ["objectType", "classification"]},
                },
            },
        },
    },
    "$defs": {
        "rings": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "array",
                "minItems": 4,
                "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            },
        }
    },
}


def test_geojson_keeps_the_standard(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="napari brings it")
    labels = shapes()
    data = json.loads(written(found(labels), tmp_path, "geojson").read_text(encoding="utf-8"))
    jsonschema.validate(data, GEOJSON)
    assert len({feature["id"] for feature in data["features"]}) == len(data["features"])
    for feature in data["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        rings = [np.array(ring) for polygon in polygons for ring in polygon]
        assert all((ring[0] == ring[-1]).all() for ring in rings)
        assert all(_area(np.array(polygon[0])) > 0 for polygon in polygons)  # around: counterclockwise, RFC 7946
        assert all(_area(np.array(hole)) < 0 for polygon in polygons for hole in polygon[1:])
        number = int(feature["properties"]["name"])
        assert sum(_area(ring) for ring in rings) == np.count_nonzero(labels == number)


def _area(ring: np.ndarray) -> float:
    x, y = ring.T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def test_coco_numbers_boxes_and_runs_are_those_of_the_mask(tmp_path: Path) -> None:
    labels = shapes()
    data = json.loads(written(found(labels), tmp_path, "coco").read_text(encoding="utf-8"))
    assert data["images"] == [{"id": 1, "file_name": "cells.tif", "height": 60, "width": 70}]
    for item in data["annotations"]:
        mask = labels == item["label"]
        rows, columns = np.nonzero(mask)
        assert item["area"] == mask.sum()
        left, top, width, height = item["bbox"]
        assert (left, top) == (columns.min(), rows.min())
        assert (width, height) == (np.ptp(columns) + 1, np.ptp(rows) + 1)
        if isinstance(item["segmentation"], dict):
            counts = item["segmentation"]["counts"]
            runs = np.repeat(np.arange(len(counts)) % 2, counts).reshape(70, 60).T
            assert np.array_equal(runs.astype(bool), mask)
        else:
            again = np.zeros(labels.shape, bool)
            for part in item["segmentation"]:
                again |= polygon2mask(labels.shape, np.array(part).reshape(-1, 2)[:, ::-1] - 0.5)
            assert np.array_equal(again, mask)
    assert {type(item["segmentation"]) for item in data["annotations"]} == {dict, list}


def test_many_objects_keep_their_numbers_in_outlines(tmp_path: Path) -> None:
    labels = np.where(numbered(3000) > 0, numbered(3000) + 67_000, 0)
    data = json.loads(written(found(labels), tmp_path, "geojson").read_text(encoding="utf-8"))
    assert [int(feature["properties"]["name"]) for feature in data["features"]] == list(range(67_001, 70_001))


def test_classes_have_their_names(tmp_path: Path) -> None:
    labels = np.zeros((20, 20), np.uint8)
    labels[2:6, 2:6], labels[10:15, 2:6], labels[10:12, 10:12] = 1, 2, 2
    what = replace(found(labels), kind="regions", class_names=("leaf", "stem"))
    data = json.loads(written(what, tmp_path, "geojson").read_text(encoding="utf-8"))
    told = [feature["properties"]["classification"]["name"] for feature in data["features"]]
    assert told == ["leaf", "stem"]
    assert data["features"][1]["geometry"]["type"] == "MultiPolygon"
    coco = json.loads(written(what, tmp_path, "coco").read_text(encoding="utf-8"))
    assert [item["name"] for item in coco["categories"]] == ["leaf", "stem"]
    assert [item["category_id"] for item in coco["annotations"]] == [1, 2]


def test_outline_pictures_are_white_on_the_rims(tmp_path: Path) -> None:
    labels = np.zeros((20, 20), np.uint8)
    labels[5:10, 5:10] = 1
    with Image.open(written(found(labels), tmp_path, "outlines")) as picture:
        pixels = np.asarray(picture)
    assert set(np.unique(pixels)) == {0, 255}
    assert np.count_nonzero(pixels) == 16
    assert pixels[7, 7] == 0


@pytest.mark.parametrize("channels", [1, 3])
def test_overlays_are_as_large_as_the_picture_and_coloured(tmp_path: Path, channels: int) -> None:
    with Image.open(written(found(shapes(), channels), tmp_path, "overlay")) as picture:
        pixels = np.asarray(picture).astype(int)
    assert pixels.shape == (60, 70, 3)
    assert np.ptp(pixels[40, 10]) > 100  # the rim of an object


@pytest.mark.parametrize("kind", [np.uint16, np.int16])
def test_written_pictures_keep_the_names_of_their_channels(tmp_path: Path, kind: type) -> None:
    """As ImageJ's TIFF, and as OME's."""
    picture = found(shapes(), 3).picture
    picture = replace(picture, image=picture.image.astype(kind))
    write_picture(tmp_path / "cells.tif", picture)
    again = read_picture(tmp_path / "cells.tif")
    assert again.channel_names == picture.channel_names
    assert np.array_equal(again.image, picture.image)
    assert (again.pixel_size, again.unit) == (pytest.approx(SIZE), UNIT)


# All pictures together


def three(folder: Path, formats: str) -> ExportSettings:
    settings = ExportSettings(formats=formats)
    for name, count in (("a", 3), ("b", 0), ("c", 2)):
        labels = np.zeros((30, 40), np.uint8)
        for number in range(count):
            labels[2:8, 10 * number : 10 * number + 6] = number + 1
        what = found(labels, 2 if name == "c" else 1)
        done = write_found(replace(what, picture=replace(what.picture, name=name)), name, folder, settings)
        assert done.errors == ()
    return settings


def test_tables_coco_and_reports_of_many_pictures_become_one(tmp_path: Path) -> None:
    settings = three(tmp_path, "csv,coco,report")
    done = gather(["a", "b", "c", "missing"], tmp_path, settings)
    assert ([path.name for path in done.files], done.errors) == (["coco.json", "measurements.csv", "report.html"], ())
    rows = (tmp_path / "measurements.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [["a", "1"], ["a", "2"], ["a", "3"], ["c", "1"], ["c", "2"]]
    assert {"mean", "mean_DAPI", "mean_GFP"} <= set(rows[0].split(","))
    coco = json.loads((tmp_path / "coco.json").read_text(encoding="utf-8"))
    assert [image["file_name"] for image in coco["images"]] == ["a.tif", "b.tif", "c.tif"]
    assert [item["image_id"] for item in coco["annotations"]] == [1, 1, 1, 3, 3]
    assert len({item["id"] for item in coco["annotations"]}) == 5
    again = read_annotation(tmp_path / "coco.json", (30, 40), "c")
    assert np.array_equal(np.bincount(to_mask(again.annotation).ravel())[1:], [36, 36])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("<section>") == 3
    assert page.count("data:image/jpeg;base64,") == 6


def test_the_table_of_pictures_without_objects_has_its_columns(tmp_path: Path) -> None:
    settings, nothing = ExportSettings(formats="csv"), found(np.zeros((30, 40), np.uint8))
    for name in ("a", "b"):
        write_found(nothing, name, tmp_path, settings)
    gather(["a", "b"], tmp_path, settings)
    alone = (tmp_path / "a_measurements.csv").read_text(encoding="utf-8")
    assert alone.startswith("picture,label,")
    assert (tmp_path / "measurements.csv").read_text(encoding="utf-8") == alone


def test_a_report_fetches_nothing_and_says_what_was_found(tmp_path: Path) -> None:
    what = replace(found(shapes()), model="nuclei <7>", settings={"threshold": 0.4, "smallest": 12})
    page = written(what, tmp_path, "report").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert "12 cells" in page
    assert "nuclei &lt;7&gt;" in page
    assert "<th>Threshold</th><td>0.4</td>" in page
    assert "<svg" in page


# What may go wrong


def test_names_that_differ_in_capitals_only_are_told(tmp_path: Path) -> None:
    assert colliding(["a", "B", "A", "b"], ExportSettings()) == {"A": "a", "b": "B"}
    assert colliding(["x", "x_overlay"], ExportSettings(formats="png,overlay")) == {"x_overlay": "x"}


FULL = """
import resource, sys
from pathlib import Path
import numpy as np
from napari_unet.core.data import Picture, read_picture
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import FORMATS, ExportSettings
noise = np.random.default_rng(0).integers(0, 200, (64, 64)).astype(np.uint8)
found = Found(Picture("cells", noise[None]), noise)
found.measurements, found.shapes
import zarr, skimage.segmentation, PIL.Image, tifffile
resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900))
done = write_found(found, "cells", Path(sys.argv[1]), ExportSettings(formats=",".join(FORMATS)))
for error in done.errors:
    print(type(error).__name__, error.sentence)
print(len(done.files), len(done.errors))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *errors, counts = done.stdout.splitlines()
    files, failed = map(int, counts.split())
    assert files + failed == len(FORMATS)
    assert failed >= len(FORMATS) - 1  # what is small may fit
    assert all(error.startswith("StorageError The disk is full") for error in errors), errors
    assert len(list((tmp_path / "out").iterdir())) == files


def test_a_folder_that_does_not_let_us_write_is_a_sentence_each(tmp_path: Path) -> None:
    blocked = tmp_path / "out"
    blocked.write_text("a file where the folder should be")
    done = write_found(found(shapes()), "cells", blocked, ExportSettings(formats="tiff,geojson,csv"))
    assert [type(error) for error in done.errors] == [StorageError] * 3
    assert blocked.read_text() == "a file where the folder should be"


def test_the_page_about_formats_says_what_the_registry_says() -> None:
    page = (Path(__file__).parents[3] / "docs" / "export.md").read_text(encoding="utf-8")
    for one in FORMATS.values():
        files = ", ".join(f"`{name}`" for name in (f"NAME{one.ending}", one.gathered) if name)
        assert f"| `{one.name}` | {one.title} | {files} | {one.help} |" in page
