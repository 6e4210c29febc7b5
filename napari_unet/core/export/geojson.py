"""Outlines as GeoJSON that QuPath takes in: drop the file on the open picture.

Objects become detections, classes annotations. Coordinates are pixels, and run along their edges.
Source: RFC 7946, and https://qupath.readthedocs.io/en/stable/docs/advanced/exporting_annotations.html
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.project_card import COLOURS
from napari_unet.core.export.found import Found
from napari_unet.core.export.tracing import Ring, Shape
from napari_unet.core.settings import ExportSettings

SPACE = uuid.UUID("6c1c3b5e-6f0f-5f1b-9d0e-5d2f4f6f8a10")
"""Ids are made of the picture's name and the object's number, so that writing twice gives the same file."""


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write a FeatureCollection. Raises StorageError."""
    features = ",\n".join(json.dumps(_feature(found, shape), ensure_ascii=False) for shape in found.shapes)
    with atomic_path(path) as temporary:
        text = f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n'
        temporary.write_text(text, encoding="utf-8", errors="replace")


def _feature(found: Found, shape: Shape) -> dict[str, Any]:
    name = found.title_of(shape.number)
    return {
        "type": "Feature",
        "id": str(uuid.uuid5(SPACE, f"{found.picture.name}/{shape.number}/{shape.plane}")),
        "geometry": _geometry(found, shape),
        "properties": {
            "objectType": "detection" if found.kind == "objects" else "annotation",
            "name": str(shape.number),
            "classification": {"name": name, "color": _colour(found, shape.number)},
        },
    }


def _colour(found: Found, number: int) -> list[int]:
    """Of each class another; objects without one have the colour behind those of all classes."""
    place = number - 1 if found.kind == "regions" else 0
    if found.classed:
        place = (found.class_number(number) or len(found.class_names) + 1) - 1
    return list(bytes.fromhex(COLOURS[place % len(COLOURS)][1:]))


def _geometry(found: Found, shape: Shape) -> dict[str, Any]:
    polygons = [[_closed(ring) for ring in polygon] for polygon in shape.polygons]
    one = len(polygons) == 1
    geometry = {"type": "Polygon" if one else "MultiPolygon", "coordinates": polygons[0] if one else polygons}
    depth, time = found.depth_and_time(shape.plane)
    return {**geometry, "plane": {"c": -1, "z": depth, "t": time}} if found.labels.ndim > 2 else geometry


def _closed(ring: Ring) -> list[list[int]]:
    corners: list[list[int]] = ring.tolist()
    return [*corners, corners[0]]
