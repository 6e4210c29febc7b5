"""What an Accept replaced, so that it can be taken back exactly, by its origin, at any later time."""

from __future__ import annotations

import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import object_classes
from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.errors import ProjectError

FOLDER = "accepted"
"""In a picture's folder: a file for each Accept."""

CLASSES = ("classes_before", "classes_after")

Box = tuple[slice, ...]
Annotation = NDArray[np.integer]


@dataclass(frozen=True)
class Acceptance:
    """A part of an annotation before and after labels were taken into it.

    Parameters
    ----------
    box : where, with numbers at both ends of each slice.
    before, after : what stood there, of the box's shape.
    completed : whether the picture became complete by it.
    classes_before, classes_after : the classes of the annotation's objects, of the whole picture.
    """

    box: Box
    before: Annotation
    after: Annotation
    completed: bool
    classes_before: Mapping[int, int] = field(default_factory=dict)
    classes_after: Mapping[int, int] = field(default_factory=dict)

    def undone(self, annotation: Annotation) -> Annotation:
        """The annotation without what was accepted; what was painted over it since stays."""
        dtype = np.result_type(annotation, self.before)
        back = annotation.astype(dtype, copy=True)
        now = annotation[self.box]
        back[self.box] = np.where(now == self.after, self.before.astype(dtype), now)
        return back

    def classes_undone(self, classes: Mapping[int, int]) -> object_classes.Classes:
        """The classes of the annotation's objects without those that were accepted."""
        return object_classes.undone(classes, self.classes_before, self.classes_after)

    def without_pixels(self) -> Acceptance:
        """All of it but what stood there."""
        nothing = np.zeros(0, self.before.dtype)
        return replace(self, before=nothing, after=nothing)

    def write(self, folder: Path) -> str:
        """Write it into a picture's folder; returns the name of its file. Raises StorageError."""
        name = f"{secrets.token_hex(8)}.npz"
        corners = np.array([(side.start, side.stop) for side in self.box])
        with atomic_path(folder / FOLDER / name) as part:
            np.savez_compressed(
                part,
                box=corners,
                before=self.before,
                after=self.after,
                completed=self.completed,
                classes_before=_pairs(self.classes_before),
                classes_after=_pairs(self.classes_after),
            )
        return name

    @classmethod
    def read(cls, folder: Path, name: str) -> Acceptance:
        """Read what was written. Raises ProjectError when the file is not there, or damaged."""
        path = folder / FOLDER / name
        try:
            with np.load(path, allow_pickle=False) as file:
                box = tuple(slice(int(start), int(stop)) for start, stop in file["box"])
                classes = [_table(file[key]) if key in file else {} for key in CLASSES]  # older files have none
                return cls(box, file["before"], file["after"], bool(file["completed"]), *classes)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ProjectError(
                f"What an Accept in {folder.name} replaced cannot be read ({path.name}: {error}).",
                "It is needed to take that Accept back.",
                "Erase what should not be there by hand.",
            ) from error


def _pairs(classes: Mapping[int, int]) -> NDArray[np.int64]:
    return np.array(sorted(classes.items()), np.int64).reshape(-1, 2)


def _table(pairs: NDArray[np.integer]) -> object_classes.Classes:
    return {int(number): int(value) for number, value in pairs}
