"""COCO JSON: the objects of many pictures in one file, as polygons or run lengths, each of a category.

Source: https://cocodataset.org/#format-data
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from napari_unet.core.data.masks import check_same_size
from napari_unet.core.errors import MaskError
from napari_unet.core.importing.canvas import Canvas
from napari_unet.core.importing.imported import Imported, Shape
from napari_unet.core.importing.naming import key
from napari_unet.core.importing.opening import shortened, understood
from napari_unet.core.importing.outline import Points
from napari_unet.core.importing.rle import patch_of_runs


@dataclass(frozen=True)
class CocoFile:
    """A parsed file.

    Parameters
    ----------
    pictures : the entries of each picture, by its name's key; more than one where names repeat.
    objects : the objects on each picture, by the picture's id.
    categories : the classes' names by their id.
    """

    path: Path
    pictures: dict[str, list[dict[str, Any]]]
    objects: dict[Any, list[dict[str, Any]]]
    categories: dict[Any, str]

    @classmethod
    def of(cls, path: Path, data: Any) -> Self:
        """The file at `path`, which holds `data`. Raises MaskError when that is no COCO."""
        with understood(path):
            pictures, objects = defaultdict(list), defaultdict(list)
            for picture in data["images"]:
                pictures[key(picture["file_name"])].append(picture)
            for item in data["annotations"]:
                objects[item["image_id"]].append(item)
            categories = {item["id"]: str(item["name"]) for item in data.get("categories") or ()}
        return cls(path, dict(pictures), dict(objects), categories)

    def read(self, shape: Shape, picture_name: str) -> Imported:
        """The annotation of one picture.

        Raises
        ------
        MaskError : the picture is not in the file or twice, has another size there, or an object of it is damaged.
        """
        with understood(self.path):
            picture = self._entry(picture_name)
            self._check_size(picture, shape, picture_name)
            canvas, boxes, crowds = Canvas(self.path, shape), 0, 0
            for item in self.objects.get(picture["id"], ()):
                boxes += not self._painted(canvas, item, (shape[0], shape[1]))
                crowds += bool(item.get("iscrowd"))
            return canvas.finished(self._class_names(), _notes(boxes, crowds))

    def _entry(self, picture_name: str) -> dict[str, Any]:
        entries = self.pictures.get(key(picture_name), [])
        if len(entries) == 1:
            return entries[0]
        if entries:
            raise MaskError(
                f"{self.path.name} names {len(entries)} pictures {picture_name}.",
                "Every picture in the file needs a name of its own.",
                "Rename one of them, in the file and in its folder.",
            )
        some = ", ".join(list(self.pictures)[:5]) or "none"
        raise MaskError(
            f"{self.path.name} does not name a picture {picture_name}.",
            shortened(f"The {len(self.pictures)} pictures it names are, without capital letters: {some}"),
            "Choose the file that belongs to this picture, or give the picture the name it has there.",
        )

    def _check_size(self, picture: dict[str, Any], shape: Shape, name: str) -> None:
        """The size that the file gives, where it gives one: other coordinates would land somewhere else."""
        if len(shape) == 2 and "height" in picture and "width" in picture:
            check_same_size(name, shape, (int(picture["height"]), int(picture["width"])))

    def _painted(self, canvas: Canvas, item: dict[str, Any], shape: tuple[int, int]) -> bool:
        """Paint an object; False when there is nothing but a box around it."""
        outline, class_name = item.get("segmentation"), self._class_name(item)
        if not outline:
            return False
        if isinstance(outline, dict):
            height, width = outline["size"]
            check_same_size(self.path.name, shape, (int(height), int(width)))
            patch = patch_of_runs(outline["counts"], shape, canvas.spend)
            canvas.add([] if patch is None else [patch], class_name)
        else:
            canvas.add_outline([[part] for part in _polygons(outline)], class_name)
        return True

    def _class_name(self, item: dict[str, Any]) -> str:
        number = item.get("category_id")
        return self.categories.get(number, "")

    def _class_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in self.categories.values() if name))


def _polygons(outline: Any) -> list[Points]:
    """Each part of an object as its corners; some tools leave out the brackets around the only part."""
    parts = outline if isinstance(outline[0], list) else [outline]
    return [np.asarray(part, np.float64).reshape(-1, 2) for part in parts]


def _notes(boxes: int, crowds: int) -> list[str]:
    notes = []
    if boxes:
        notes.append(f"{boxes} objects have a box but no outline, and were left out.")
    if crowds:
        notes.append(f"{crowds} objects are marked as crowds (iscrowd), and were taken for one object each.")
    return notes
