"""What an Accept wrote and what it replaced, so that it can be taken back exactly, by its origin, at any later time."""

from __future__ import annotations

import dataclasses
import math
import secrets
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.object_classes import NONE, Classes, differences
from napari_unet.core.data.object_classes import changed as with_changes
from napari_unet.core.errors import ProjectError

FOLDER = "accepted"
"""In a picture's folder: a file for each Accept."""

CLASSES = ("classes_before", "classes_after")
MOST = 8 * 2**30
"""Bytes that a file may unpack to: two annotations of 32768 x 32768 pixels."""

BROKEN = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What NumPy and zipfile raise on files that are damaged or made to harm."""

Box = tuple[slice, ...]
Annotation = NDArray[np.integer]


@dataclass(frozen=True)
class Acceptance:
    """A part of an annotation before and after labels were taken into it.

    Parameters
    ----------
    box : where, with numbers at both ends of each slice.
    before, after : what stood there, of the box's shape.
    written : which of these pixels the Accept says something about, bool, of the box's shape; the others are alike.
    completed : whether the picture became complete by it.
    whole : whether it says that the picture is complete, which it may have been before.
    planes : of a stack, the planes that became complete by it, counted from 0 in the order in which they are stored.
    classes_before, classes_after : the classes of the objects of the whole annotation, by their numbers.
    """

    box: Box
    before: Annotation
    after: Annotation
    written: NDArray[np.bool_]
    completed: bool = False
    whole: bool = False
    planes: tuple[int, ...] = ()
    classes_before: Mapping[int, int] = field(default_factory=dict)
    classes_after: Mapping[int, int] = field(default_factory=dict)

    def done(self, annotation: Annotation) -> Annotation:
        """The annotation with what was accepted, which must be as it was before."""
        after = annotation.astype(np.result_type(annotation, self.after), copy=True)
        after[self.box] = self.after
        return after

    def stands(self, annotation: Annotation) -> NDArray[np.bool_]:
        """Where in its box what was accepted is still there."""
        return np.asarray(self.written & (annotation[self.box] == self.after))

    def planes_told(self, shape: tuple[int, ...]) -> frozenset[int]:
        """The planes of a stack (..., Y, X) of which it tells all, counted from 0 as they are stored.

        Its box may be as large as a plane for one object alone, such as a net.
        """
        if any((part.start, part.stop) != (0, side) for part, side in zip(self.box[-2:], shape[-2:], strict=True)):
            return frozenset()
        numbers = np.arange(math.prod(shape[:-2])).reshape(shape[:-2])[self.box[:-2]]
        return frozenset(np.ravel(numbers)[np.ravel(self.written.all((-2, -1)))].tolist())

    def write(self, folder: Path) -> str:
        """Write it into a picture's folder; returns the name of its file. Raises StorageError."""
        name = f"{secrets.token_hex(8)}.npz"
        corners = np.array([(side.start, side.stop) for side in self.box])
        parts = {part.name: getattr(self, part.name) for part in dataclasses.fields(self)}
        classes = {key: np.array(sorted(parts[key].items()), np.int64).reshape(-1, 2) for key in CLASSES}
        planes = np.array(self.planes, np.int64)
        with atomic_path(folder / FOLDER / name) as file:
            np.savez_compressed(file, **{**parts, "box": corners, "planes": planes, **classes})
        return name

    @classmethod
    def read(cls, folder: Path, name: str) -> Acceptance:
        """Read what was written. Raises ProjectError when the file is not there, or damaged."""
        path = folder / FOLDER / name
        try:
            _check_size(path, name)
            with np.load(path, allow_pickle=False) as file:
                box = tuple(slice(int(start), int(stop)) for start, stop in file["box"])
                before, after, completed = file["before"], file["after"], bool(file["completed"])
                # Without these it is of a version that accepted rectangles alone, each of them wholly.
                written = file["written"] if "written" in file else np.ones(before.shape, bool)
                whole = bool(file["whole"]) if "whole" in file else completed
                planes = tuple(int(plane) for plane in file["planes"]) if "planes" in file else ()
                classes = [dict(file[key].tolist()) if key in file else {} for key in CLASSES]
                return _checked(cls(box, before, after, written, completed, whole, planes, *classes))
        except BROKEN as error:
            raise ProjectError(
                f"What an Accept in {folder.name} replaced cannot be read ({path.name}: {error}).",
                "It is needed to take that Accept back.",
                "Erase what should not be there by hand.",
            ) from error


@dataclass(frozen=True)
class TakenOut:
    """An annotation without some of what was accepted into it.

    Parameters
    ----------
    annotation, complete : as if those Accepts had never been.
    planes : of a stack, those that are not complete any more.
    changed : by their place in the row, later Accepts that replaced something else now than before.
    """

    annotation: Annotation
    complete: bool
    changed: dict[int, Acceptance]
    planes: frozenset[int] = frozenset()


def taken_out(row: Sequence[Acceptance], gone: Collection[int], annotation: Annotation, complete: bool) -> TakenOut:
    """Take some of the Accepts of a picture out of its annotation; what others wrote or a person painted since stays.

    Every Accept knows what stood before it. So one goes as a link goes from a chain: what stood before it is handed
    on, pixel by pixel, to the next that wrote there, or to the annotation.

    Parameters
    ----------
    row : all Accepts of the picture, the oldest first.
    gone : which of them go, by their place in the row.
    """
    row, changed, open_planes = list(row), set[int](), set[int]()
    for place in sorted(gone, reverse=True):
        one, left, left_whole = row[place], row[place].written.copy(), row[place].whole
        left_planes = set(one.planes)
        for later in (number for number in range(place + 1, len(row)) if number not in gone):
            handed = _handed_on(one, row[later], left)
            if left_whole and row[later].whole:
                left_whole = False
                if not row[later].completed and one.completed:
                    handed = dataclasses.replace(handed, completed=True)
            if shared := left_planes & row[later].planes_told(annotation.shape):
                left_planes -= shared
                handed = dataclasses.replace(handed, planes=tuple(sorted({*handed.planes, *shared})))
            if handed is not row[later]:
                row[later] = handed
                changed.add(later)
        annotation = _put_back(one, left, annotation)
        complete = complete and not (left_whole and one.completed)
        open_planes |= left_planes
    return TakenOut(annotation, complete, {place: row[place] for place in changed}, frozenset(open_planes))


def _handed_on(one: Acceptance, other: Acceptance, left: NDArray[np.bool_]) -> Acceptance:
    """The later Accept `other`, before which now stands what stood before `one`; its pixels are done with in `left`."""
    shared = [(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(one.box, other.box, strict=True)]
    if any(start >= stop for start, stop in shared):
        return other
    mine, theirs = (
        tuple(slice(start - side.start, stop - side.start) for (start, stop), side in zip(shared, box, strict=True))
        for box in (one.box, other.box)
    )
    both = left[mine] & other.written[theirs]
    left[mine] &= ~both
    follows = both & (other.before[theirs] == one.after[mine]) & (one.before[mine] != one.after[mine])
    if not follows.any():
        return other
    before = other.before.astype(np.result_type(other.before, one.before), copy=True)
    before[theirs][follows] = one.before[mine][follows]
    return dataclasses.replace(other, before=before)


def classes_taken_out(
    row: Sequence[Acceptance], gone: Collection[int], classes: Mapping[int, int]
) -> tuple[Classes, dict[int, Classes]]:
    """The classes of an annotation's objects as if some Accepts had never been; what was changed since stays.

    As with pixels, a class that an object had before is handed on to the next Accept that brought this number.

    Returns
    -------
    classes : of the annotation's objects now.
    before : by their place in the row, later Accepts whose `classes_before` are others now.
    """
    befores = {place: dict(one.classes_before) for place, one in enumerate(row)}
    brought = {place: set(np.unique(one.after[one.written]).tolist()) for place, one in enumerate(row)}
    handed, now = set[int](), dict(classes)
    for place in sorted(gone, reverse=True):
        own = row[place].classes_after
        for number in differences(befores[place], own):
            mine, was = own.get(number, NONE), befores[place].get(number, NONE)
            later = (other for other in range(place + 1, len(row)) if other not in gone and number in brought[other])
            heir = next(later, None)
            if heir is None and now.get(number, NONE) == mine:
                now = with_changes(now, {number: was})
            elif heir is not None and befores[heir].get(number, NONE) == mine:
                befores[heir] = with_changes(befores[heir], {number: was})
                handed.add(heir)
    return now, {place: befores[place] for place in handed}


def _put_back(one: Acceptance, left: NDArray[np.bool_], annotation: Annotation) -> Annotation:
    """The annotation with what stood before `one` where that is still to be seen, within `left`."""
    back = annotation.astype(np.result_type(annotation, one.before), copy=True)
    still = left & one.stands(annotation)
    back[one.box][still] = one.before[still]
    return back


def _check_size(path: Path, name: str) -> None:
    """Raises ValueError for a name that leads elsewhere, and for a file that would unpack to more than there may be."""
    if Path(name).name != name:
        raise ValueError("it leads out of its folder")
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST:
            raise ValueError(f"it says that it holds more than {MOST // 2**30} GiB")


def _checked(read: Acceptance) -> Acceptance:
    """Raises ValueError when the parts are not those of an annotation."""
    sides = tuple(side.stop - side.start for side in read.box)
    kinds = {part.dtype.kind for part in (read.before, read.after)}
    if not read.before.shape == read.after.shape == read.written.shape == sides or not kinds <= {"u", "i"}:
        raise ValueError(f"its parts are no annotations of {sides}")
    if read.written.dtype != np.bool_:
        raise ValueError("what it wrote must be true or false, pixel by pixel")
    return read
