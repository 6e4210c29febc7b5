"""Files as other tools write them, made from their formats' descriptions."""

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

SHAPE = (40, 50)
"""Height and width of the pictures here."""

Corners = Sequence[tuple[float, float]]


def square(left: float, top: float, side: float) -> list[tuple[float, float]]:
    """The corners of a square, x and y."""
    return [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]


def mask_of(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    """A mask with a numbered rectangle for each (top, left, bottom, right), later ones on top."""
    mask = np.zeros(SHAPE, np.uint16)
    for number, (top, left, bottom, right) in enumerate(boxes, 1):
        mask[top:bottom, left:right] = number
    return mask


def written(path: Path, data: Any) -> Path:
    """A JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def seg(path: Path, masks: Any, **more: Any) -> Path:
    """What Cellpose saves: np.save of a dict."""
    held = {"filename": "a.tif", "masks": masks, "flows": [np.zeros((2, 3)), [np.ones(2)]], "est_diam": np.float64(9)}
    np.save(path, {**held, **more})
    return path


def runs(mask: np.ndarray) -> list[int]:
    """COCO's run lengths: down the columns, background first."""
    counts, value = [0], 0
    for pixel in mask.T.ravel().astype(int).tolist():
        if pixel != value:
            counts.append(0)
            value = pixel
        counts[-1] += 1
    return counts


def packed(counts: list[int]) -> str:
    """Run lengths in letters, as pycocotools packs them: 5 bits a letter, differences from the fourth number on."""
    letters = ""
    for place, count in enumerate(counts):
        rest, more = count - (counts[place - 2] if place > 2 else 0), True
        while more:
            low, rest = rest & 31, rest >> 5
            more = rest != -1 if low & 16 else rest != 0
            letters += chr(48 + (low | 32 * more))
    return letters


def coco(*objects: dict[str, Any], name: str = "a.tif", **size: int) -> dict[str, Any]:
    """A COCO file of one picture."""
    annotations = [{"id": place, "image_id": 7, "category_id": 1, **item} for place, item in enumerate(objects)]
    return {
        "images": [{"id": 7, "file_name": name, **(size or {"height": SHAPE[0], "width": SHAPE[1]})}],
        "annotations": annotations,
        "categories": [{"id": 1, "name": "cell"}, {"id": 5, "name": "debris"}],
    }


def flat(corners: Corners) -> list[float]:
    """Corners as COCO has them: x, y, x, y, ..."""
    return [value for corner in corners for value in corner]


def feature(*rings: Corners, name: str | None = None, **geometry: Any) -> dict[str, Any]:
    """A GeoJSON feature with a polygon, closed as it must be; with a classification as QuPath writes it."""
    closed = [[list(corner) for corner in (*ring, ring[0])] for ring in rings]
    properties = {
        "objectType": "annotation",
        **({"classification": {"name": name, "color": [1, 2, 3]}} if name else {}),
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": closed, **geometry},
        "properties": properties,
    }


def collection(*features: Any) -> dict[str, Any]:
    """A GeoJSON file."""
    return {"type": "FeatureCollection", "features": list(features)}


def roi(
    kind: int,
    corners: Corners = (),
    box: tuple[int, int, int, int] = (0, 0, 0, 0),
    exact: bool = False,
    **more: Any,
) -> bytes:
    """An ImageJ selection. `box` is top, left, bottom, right; `exact` corners are absolute broken numbers.

    More: subtype, path (numbers of a shape put together), exact_box (x, y, width, height), plane (c, z, t), position.
    """
    top, left, bottom, right = box
    path, exact_box = more.get("path", ()), more.get("exact_box")
    head = b"Iout" + struct.pack(">hBxhhhhH", 227, kind, top, left, bottom, right, len(corners))
    head += struct.pack(">4f", *(exact_box or (0, 0, 0, 0)))
    head += struct.pack(">hiii", 0, len(path), 0, 0)
    head += struct.pack(">hhBBh", more.get("subtype", 0), 128 if exact or exact_box else 0, 0, 0, 0)
    x, y = ([corner[axis] for corner in corners] for axis in (0, 1))
    whole = [int(value) for value in (*x, *y)]
    tail = struct.pack(f">{len(whole)}h", *whole) + struct.pack(f">{len(path)}f", *path)
    if exact:
        tail += struct.pack(f">{2 * len(corners)}f", *x, *y)
    head += struct.pack(">ii", more.get("position", 0), 64 + len(tail))
    return head + tail + struct.pack(">iiii", 0, *more.get("plane", (0, 0, 0))) + bytes(48)
