"""GeoJSON as QuPath exports it: features with a polygon each, and a classification.

Source: RFC 7946, and https://qupath.readthedocs.io/en/stable/docs/advanced/exporting_annotations.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from napari_unet.core.errors import MaskError
from napari_unet.core.importing.canvas import Canvas, check_one_plane
from napari_unet.core.importing.imported import Imported, Shape
from napari_unet.core.importing.opening import understood
from napari_unet.core.importing.outline import Points

WITHOUT_AREA = ("Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection")


def read_geojson(path: Path, data: Any, shape: Shape) -> Imported:
    """The annotation in GeoJSON.

    Parameters
    ----------
    data : what the file holds: a FeatureCollection, a Feature, or a list of features.
    shape : (Y, X) of the picture; coordinates are its pixels.

    Raises
    ------
    MaskError : it is damaged, empty, has objects outside the picture or on several planes.
    """
    with understood(path):
        features = [feature for feature in _features(data) if feature.get("geometry")]
        solid = [feature for feature in features if feature["geometry"]["type"] not in WITHOUT_AREA]
        check_one_plane(path, (_plane(feature) for feature in solid))
        canvas = Canvas(path, shape)
        for feature in solid:
            canvas.add_outline(_polygons(feature["geometry"]), _class_name(feature))
        names = tuple(dict.fromkeys(filter(None, map(_class_name, solid))))
        return canvas.finished(names, _notes(len(features) - len(solid)))


def is_geojson(data: Any) -> bool:
    """Whether the data of a JSON file look like GeoJSON, whole or not."""
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and first.get("type") in ("FeatureCollection", "Feature")


def _features(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, list):
        return data
    return data["features"] if data["type"] == "FeatureCollection" else [data]


def _polygons(geometry: dict[str, Any]) -> list[list[Points]]:
    """The polygons of a geometry, each as its outer ring and the rings of its holes."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise MaskError(
            f"A geometry of the kind {str(kind)[:40]!r} is not known.",
            "Objects are of the kind Polygon or MultiPolygon.",
            "Export the objects as polygons.",
        )
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return [[_ring(ring) for ring in rings] for rings in polygons]


def _ring(points: Any) -> Points:
    ring = np.asarray(points, np.float64)
    if ring.ndim != 2 or ring.shape[1] < 2:
        raise ValueError("a ring is no list of points with x and y")
    return ring[:, :2]


def _class_name(feature: dict[str, Any]) -> str:
    """The class; derived ones, which QuPath keeps as a list, in its way of writing them."""
    found = (feature.get("properties") or {}).get("classification")
    if isinstance(found, dict):
        found = found.get("name") or ": ".join(map(str, found.get("names") or ()))
    return str(found or "")


def _plane(feature: dict[str, Any]) -> tuple[Any, Any]:
    plane = feature["geometry"].get("plane") or {}
    return plane.get("z", 0), plane.get("t", 0)


def _notes(skipped: int) -> list[str]:
    return [f"{skipped} objects are points or lines without an area, and were left out."] if skipped else []
