"""Objects painted one after the other onto an empty picture, with an account of what did not go smoothly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.picture import size_words
from napari_unet.core.errors import MaskError
from napari_unet.core.importing.imported import Imported, Shape
from napari_unet.core.importing.opening import shortened
from napari_unet.core.importing.outline import Patch, Points, filled

MOST_WORK, WORK_PER_PIXEL, WORK_PER_OBJECT = 5 * 10**7, 32, 5000
"""How much is painted at most, in pixels: a constant, and more in a large picture. An object costs some in any case.
A real file stays far below; one made to keep the computer busy reaches it within seconds."""


class Canvas:
    """The objects of one picture, numbered 1, 2, 3, ... as they come; later ones lie on top of earlier ones.

    Parameters
    ----------
    path : the file they come from, for the sentences.
    shape : (Y, X) of the picture.

    Raises
    ------
    MaskError : the picture is not flat.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        if len(shape) != 2:
            raise MaskError(
                f"The picture is {size_words(shape)}, but {path.name} holds outlines, which are flat.",
                "Outlines belong to a picture with a height and a width only.",
                "Choose one plane of the picture, or bring the annotation as a mask.",
            )
        self._path, self._shape = path, (shape[0], shape[1])
        self._numbers: NDArray[np.uint32] = np.zeros(self._shape, np.uint32)
        self._classes: list[str] = []
        self._seen = self._overlapping = self._cut = self._tiny = 0
        self._work_left = MOST_WORK + WORK_PER_PIXEL * self._numbers.size

    def add_outline(self, polygons: Sequence[Sequence[Points]], class_name: str) -> None:
        """Paint an object of one or more polygons, each of an outer ring and holes.

        Raises
        ------
        MaskError : a coordinate is no number or far outside, nothing of the object is in the picture, or the whole
            takes too much work.
        """
        solid = [[ring for ring in rings if len(ring) >= 3] for rings in polygons]
        solid = [rings for rings in solid if rings]
        points = np.concatenate([ring for rings in solid for ring in rings] or [np.zeros((0, 2))])
        self._check(points)
        self._cut += bool(len(points) and ((points < 0) | (points > self._shape[::-1])).any())
        self.add(filter(None, (filled(rings, self._shape, self.spend) for rings in solid)), class_name)

    def add(self, patches: Iterable[Patch], class_name: str) -> None:
        """Paint an object made of patches. Raises MaskError when the whole takes too much work."""
        self.spend(WORK_PER_OBJECT)
        self._seen += 1
        number = len(self._classes) + 1
        painted = [self._paint(patch, number) for patch in patches]
        if any(painted):
            self._classes.append(class_name)
        else:
            self._tiny += 1

    def spend(self, work: int) -> None:
        """Note work that comes. Raises MaskError when it was too much."""
        self._work_left -= work
        if self._work_left < 0:
            raise MaskError(
                f"{self._path.name} has too many or too intricate objects for a picture of {size_words(self._shape)}.",
                "The objects of a picture cover it a few times at most.",
                "Check the file, and simplify the outlines in the tool it comes from.",
            )

    def finished(self, class_names: tuple[str, ...] = (), notes: Iterable[str] = ()) -> Imported:
        """The annotation. `notes` come before those on painting. Raises MaskError when there is no object."""
        if not self._classes:
            raise empty(self._path, tuple(notes))
        told = tuple(notes) + tuple(self._account())
        return Imported(from_mask(self._numbers), class_names, told, tuple(self._classes) if class_names else ())

    def _paint(self, patch: Patch, number: int) -> bool:
        height, width = patch.pixels.shape
        window = self._numbers[patch.row : patch.row + height, patch.column : patch.column + width]
        others = window[patch.pixels]
        self._overlapping += int(np.count_nonzero((others != 0) & (others != number)))
        window[patch.pixels] = number
        return others.size > 0

    def _check(self, points: Points) -> None:
        what = f"Object {self._seen + 1} in {self._path.name}"
        if not np.isfinite(points).all():
            raise MaskError(
                f"{what} has a coordinate that is no number (NaN or infinite).",
                "Every corner of an outline has a place in the picture, in pixels.",
                "Draw the object again, or delete it in the tool it comes from.",
            )
        sides, reach = np.array(self._shape[::-1]), max(self._shape)
        far = points[((points < -reach) | (points > sides + reach)).any(axis=1)]
        outside = len(points) and ((points.max(axis=0) <= 0) | (points.min(axis=0) >= sides)).any()
        if len(far) or outside:
            x, y = (far if len(far) else points)[0]
            raise self._astray(what, x, y)

    def _astray(self, what: str, x: float, y: float) -> MaskError:
        return MaskError(
            f"{what} lies outside the picture: at x = {x:g}, y = {y:g}.",
            f"The picture is {size_words(self._shape)} (height x width), and objects must lie on it.",
            "Check that the file belongs to this picture, which was not cropped, shifted or rescaled since, and that "
            "its coordinates are pixels.",
        )

    def _account(self) -> Iterable[str]:
        """Sentences on what did not go smoothly."""
        lost = len(self._classes) - np.count_nonzero(np.unique(self._numbers))
        if self._overlapping:
            yield f"{self._overlapping} pixels overlap: there the later object in the file lies on top of the earlier."
        if lost:
            yield f"{lost} objects are wholly covered by later ones, and are not there any more."
        if self._cut:
            yield f"{self._cut} objects reach over the edge of the picture, and were cut off there."
        if self._tiny:
            yield f"{self._tiny} objects cover no pixel, and were left out."


def empty(path: Path, notes: tuple[str, ...] = ()) -> MaskError:
    """The error for a file without any object for the picture."""
    return MaskError(
        shortened(" ".join((f"{path.name} holds no object for this picture.", *notes))),
        "An annotation has at least one object.",
        "Choose another file; a picture that really has none is painted as background.",
    )


def check_one_plane(path: Path, planes: Iterable[object]) -> None:
    """Raises MaskError when the objects in a file lie on different planes of a stack."""
    if (count := len(set(planes))) > 1:
        raise MaskError(
            f"{path.name} holds objects on {count} planes of a stack.",
            "A picture here is one plane.",
            "Export the objects of each plane into a file of their own.",
        )
