"""GeoJSON as QuPath exports it: polygons with holes and in several parts, each with a classification."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_unet.core.data import from_mask, to_mask
from napari_unet.core.errors import MaskError
from napari_unet.core.importing import Imported, read_annotation
from tests.core.importing.making import SHAPE, collection, feature, mask_of, square, written

ONE = feature(square(5, 5, 10), name="Tumour")


def read(tmp_path: Path, data: Any, suffix: str = ".geojson") -> Imported:
    return read_annotation(written(tmp_path / f"a{suffix}", data), SHAPE, "a")


@pytest.mark.parametrize("suffix", [".geojson", ".json", ".GeoJSON"])
@pytest.mark.parametrize("data", [collection(ONE), [ONE], ONE])
def test_a_collection_a_list_and_a_single_feature_are_read(tmp_path: Path, data: Any, suffix: str) -> None:
    imported = read(tmp_path, data, suffix)
    np.testing.assert_array_equal(imported.annotation, from_mask(mask_of((5, 5, 15, 15))))
    assert imported.class_names == ("Tumour",)


def test_holes_and_parts_are_kept(tmp_path: Path) -> None:
    ring, hole = feature(square(5, 5, 20), square(10, 10, 5)), feature(square(30, 2, 4))
    parts = [part["geometry"]["coordinates"] for part in (ring, hole)]
    several = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": parts}, "properties": {}}
    found = to_mask(read(tmp_path, collection(several)).annotation)
    expected = (mask_of((5, 5, 25, 25), (2, 30, 6, 34)) > 0) & ~(mask_of((10, 10, 15, 15)) > 0)
    np.testing.assert_array_equal(found, expected)


def test_classes_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    derived = feature(square(30, 20, 5))
    derived["properties"]["classification"] = {"names": ["Stroma", "Positive"]}
    bare, null = feature(square(20, 1, 4)), {**feature(square(1, 30, 4)), "properties": None}
    imported = read(tmp_path, collection(feature(square(40, 1, 4), name="Z"), ONE, derived, bare, null))
    assert imported.class_names == ("Z", "Tumour", "Stroma: Positive")
    assert imported.classes == ("Z", "Tumour", "Stroma: Positive", "", "")


def test_without_any_class_there_are_no_class_names_and_numbers_stay(tmp_path: Path) -> None:
    imported = read(tmp_path, [feature(square(5, 5, 10)), feature(square(20, 5, 10))])
    assert (imported.class_names, imported.classes) == ((), ())
    np.testing.assert_array_equal(imported.regions(("cell",)), imported.annotation)


def test_points_and_lines_are_left_out_and_told(tmp_path: Path) -> None:
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[1, 1], [5, 5]]}}
    none = {"type": "Feature", "geometry": None}
    imported = read(tmp_path, collection(ONE, line, none))
    assert imported.notes == ("1 objects are points or lines without an area, and were left out.",)
    with pytest.raises(MaskError, match="holds no object"):
        read(tmp_path, collection(line))


def test_heights_of_points_do_not_matter(tmp_path: Path) -> None:
    high = feature([(x, y, 3.0) for x, y in square(5, 5, 10)])
    np.testing.assert_array_equal(read(tmp_path, high).annotation, from_mask(mask_of((5, 5, 15, 15))))


def polygon(coordinates: Any, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": {}}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (collection(), "holds no object"),
        ([], "neither COCO nor GeoJSON"),
        ({"a": 1}, "neither COCO nor GeoJSON"),
        ("words", "neither COCO nor GeoJSON"),
        ({"type": "FeatureCollection"}, "lacks 'features'"),
        (collection(1, 2), "not what this format has"),
        (collection(feature(square(900, 900, 10))), "outside the picture"),
        (collection(feature(square(60, 5, 10))), "outside the picture"),
        (collection(ONE, feature(square(9, 9, 3), plane={"z": 4})), "2 planes of a stack"),
        (polygon([[[1, 1], [2, 2, 2], [3]]]), "cannot be read"),
        (polygon([[1, 1, 2, 2]]), "no list of points"),
        (polygon(["abc"]), "cannot be read"),
        (polygon(7), "not what this format has"),
        (polygon([[[1, 1], [5, None], [5, 5]]]), "no number"),
        (polygon([], "Curve"), "kind 'Curve' is not known"),
        (polygon([]), "holds no object"),
    ],
)
def test_a_spoilt_file_is_a_sentence(tmp_path: Path, data: Any, words: str) -> None:
    with pytest.raises(MaskError, match=words):
        read(tmp_path, data)


@pytest.mark.parametrize("text", ["[" * 10**6, '{"type":"FeatureCollection","features":' + "[" * 10**6])
def test_absurd_depth_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.geojson").write_text(text)
    with pytest.raises(MaskError, match="nested too deeply"):
        read_annotation(tmp_path / "a.geojson", SHAPE, "a")
