"""Outlines as COCO JSON: polygons, and run lengths of objects with holes, which COCO's polygons cannot have.

Source: https://cocodataset.org/#format-data
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.read import PICTURE_SUFFIXES
from napari_unet.core.export.found import Found
from napari_unet.core.export.tracing import Shape
from napari_unet.core.settings import ExportSettings

ALONE = 1
"""The category of objects that have no classes. Classes have their numbers, objects without one the number behind."""


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write one picture with its objects. Raises MaskError for a stack, StorageError."""
    height, width = found.flat("COCO").shape
    suffix = PurePath(found.picture.source).suffix.lower()
    file_name = found.picture.name + (suffix if suffix in PICTURE_SUFFIXES else ".tif")
    _write(
        path,
        [{"id": 1, "file_name": file_name, "height": height, "width": width}],
        [{"id": number, "name": name, "supercategory": ""} for number, name in enumerate(_categories(found), 1)],
        [_annotation(found, shape) for shape in found.shapes],
    )


def gather(files: Sequence[Path], target: Path) -> None:
    """Put the objects of many pictures into one file, with ids anew. Raises StorageError."""
    images: list[dict[str, Any]] = []
    categories: dict[int, dict[str, Any]] = {}
    annotations: list[dict[str, Any]] = []
    for file in files:
        data = json.loads(file.read_text(encoding="utf-8"))
        images.append({**data["images"][0], "id": len(images) + 1})
        categories |= {item["id"]: item for item in data["categories"]}
        for item in data["annotations"]:
            annotations.append({**item, "id": len(annotations) + 1, "image_id": len(images)})
    _write(target, images, list(categories.values()), annotations)


def _categories(found: Found) -> tuple[str, ...]:
    """The names of the categories, the first one first."""
    if found.kind == "regions":
        return found.class_names
    rest = not found.classed or any(number not in found.table for number in found.numbers)
    return (*(found.class_names if found.classed else ()), *((found.class_of(ALONE),) if rest else ()))


def _category(found: Found, number: int) -> int:
    if found.kind == "regions":
        return number
    return (found.class_number(number) or len(found.class_names) + 1) if found.classed else ALONE


def _annotation(found: Found, shape: Shape) -> dict[str, Any]:
    left, top, right, bottom = shape.box
    return {
        "id": shape.number,
        "image_id": 1,
        "category_id": _category(found, shape.number),
        "label": shape.number,
        "segmentation": _runs(found, shape) if shape.holed else _polygons(shape),
        "area": shape.area,
        "bbox": [left, top, right - left, bottom - top],
        "iscrowd": 0,
    }


def _polygons(shape: Shape) -> list[list[int]]:
    return [polygon[0].ravel().tolist() for polygon in shape.polygons]


def _runs(found: Found, shape: Shape) -> dict[str, Any]:
    """Lengths of runs outside and inside in turn, column after column."""
    height, width = found.labels.shape
    left, _, right, _ = shape.box
    columns = (found.labels[:, left:right] == shape.number).T.ravel()
    turns = np.flatnonzero(np.diff(columns, prepend=False, append=False)) + left * height
    counts = np.diff(turns, prepend=0, append=height * width)
    return {"size": [height, width], "counts": counts.tolist()}


def _write(
    path: Path, images: Sequence[object], categories: Sequence[object], annotations: Sequence[dict[str, Any]]
) -> None:
    """Write the file with a line for each object, so that it can be looked at."""
    lines = ",\n".join(json.dumps(item) for item in annotations)
    text = (
        f'{{"images": {json.dumps(images, ensure_ascii=False)},\n'
        f'"categories": {json.dumps(categories, ensure_ascii=False)},\n"annotations": [\n{lines}\n]}}\n'
    )
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")
