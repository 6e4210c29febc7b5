"""What an Accept replaced, so that it can be taken back exactly, by its origin, at any later time."""

from __future__ import annotations

import secrets
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.errors import ProjectError

FOLDER = "accepted"
"""In a picture's folder: a file for each Accept."""

Box = tuple[slice, ...]
Annotation = NDArray[np.integer]


@dataclass(frozen=True)
class Acceptance:
    """A part of an annotation before and after labels were taken into it.

    Parameters
    ----------
    box : where, with numbers at both ends of each slice.
    before, after : what stood there, of the box's shape.
    completed : the planes that became complete by it, counted from 0; of a flat picture, 0 or none.
    """

    box: Box
    before: Annotation
    after: Annotation
    completed: tuple[int, ...]

    def undone(self, annotation: Annotation) -> Annotation:
        """The annotation without what was accepted; what was painted over it since stays."""
        dtype = np.result_type(annotation, self.before)
        back = annotation.astype(dtype, copy=True)
        now = annotation[self.box]
        back[self.box] = np.where(now == self.after, self.before.astype(dtype), now)
        return back

    def write(self, folder: Path) -> str:
        """Write it into a picture's folder; returns the name of its file. Raises StorageError."""
        name = f"{secrets.token_hex(8)}.npz"
        corners = np.array([(side.start, side.stop) for side in self.box])
        with atomic_path(folder / FOLDER / name) as part:
            planes = np.array(self.completed, np.int64)
            np.savez_compressed(part, box=corners, before=self.before, after=self.after, completed=planes)
        return name

    @classmethod
    def read(cls, folder: Path, name: str) -> Acceptance:
        """Read what was written. Raises ProjectError when the file is not there, or damaged."""
        path = folder / FOLDER / name
        try:
            with np.load(path, allow_pickle=False) as file:
                box = tuple(slice(int(start), int(stop)) for start, stop in file["box"])
                return cls(box, file["before"], file["after"], _planes(file["completed"]))
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ProjectError(
                f"What an Accept in {folder.name} replaced cannot be read ({path.name}: {error}).",
                "It is needed to take that Accept back.",
                "Erase what should not be there by hand.",
            ) from error


def _planes(kept: NDArray[np.generic]) -> tuple[int, ...]:
    """The planes that became complete. Files from before there were stacks say whether the picture did."""
    if kept.dtype == np.bool_:
        return (0,) if kept.any() else ()
    return tuple(int(plane) for plane in kept)
