"""Which class each object has: a small table beside the numbers, number -> class, in a file of its own.

annotation-classes.json     the classes of the objects in annotation.tif, by the numbers that they have there
labels-classes.json         the same of labels.tif

Classes are 1, 2, ... in the order of project.json; an object that is not in the table has none. Numbers that no object
has any more may stay in it: whoever gives such a number to a new object writes its class, too.

Some changes are of numbers and table at once (Accept, renumbering). Then the file says both first: the table as it
was, and the one that holds once the numbers have become others, told by a checksum. So wherever the program may be
killed, the table that is read is that of the numbers on disk.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import write_json
from napari_unet.core.data.journal import Layer
from napari_unet.core.errors import ProjectError

Classes = dict[int, int]
"""Number of an object -> its class, from 1."""

Numbers = NDArray[np.integer]
NONE = 0
"""Where a class is told and an object has none."""


@dataclass(frozen=True)
class Coming:
    """The table that holds as soon as the numbers are those with this checksum."""

    classes: Classes
    checksum: int


def classes_file(folder: Path, layer: Layer) -> Path:
    """The file of a layer's table, in a picture's folder."""
    return folder / f"{layer}-classes.json"


def checksum(numbers: Numbers) -> int:
    """The same for the same numbers, whatever their dtype."""
    return zlib.crc32(np.ascontiguousarray(numbers, np.uint32).data)


def read_classes(path: Path, numbers: Callable[[], Numbers]) -> tuple[Classes, bool]:
    """The table in a file, and whether all is told: False when what was coming must still be settled by writing it.

    Parameters
    ----------
    numbers : brings the numbers on disk; only asked for when something was coming.

    Raises ProjectError when the file is damaged.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        coming = values.get("coming")
        if coming is None:
            return _table(values["classes"]), True
        came = int(coming["checksum"]) == checksum(numbers())
        return _table(coming["classes"] if came else values["classes"]), False
    except FileNotFoundError:
        return {}, True
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProjectError(
            f"Which classes the objects of {path.parent.name} have cannot be read ({path}: {error}).",
            "The file should list the numbers of objects, each with the number of its class.",
            "Put back a copy of the file, or remove it: then no object has a class.",
        ) from error


def write_classes(path: Path, classes: Mapping[int, int], coming: Coming | None = None) -> None:
    """Write a table, whole or not at all; an empty one where there is no file makes none. Raises StorageError."""
    if not classes and coming is None and not path.exists():
        return
    values: dict[str, object] = {"classes": _json(classes)}
    if coming is not None:
        values["coming"] = {"classes": _json(coming.classes), "checksum": coming.checksum}
    write_json(path, values)


def changed(classes: Mapping[int, int], changes: Mapping[int, int]) -> Classes:
    """The table with these objects in other classes; NONE takes an object out of it."""
    return {number: value for number, value in {**classes, **changes}.items() if value != NONE}


def differences(before: Mapping[int, int], after: Mapping[int, int]) -> Classes:
    """The changes that make one table of another."""
    numbers = sorted(before.keys() | after.keys())
    return {
        number: after.get(number, NONE) for number in numbers if before.get(number, NONE) != after.get(number, NONE)
    }


def undone(now: Mapping[int, int], before: Mapping[int, int], after: Mapping[int, int]) -> Classes:
    """The table of now without the step from one table to another; what was changed since stays."""
    numbers = now.keys() | before.keys() | after.keys()
    same = {number for number in numbers if now.get(number, NONE) == after.get(number, NONE)}
    return changed({}, {n: before.get(n, NONE) if n in same else now[n] for n in numbers if n in same or n in now})


def known(classes: Mapping[int, int], count: int) -> Classes:
    """The table without classes that a project or a model of so many classes does not have."""
    return {number: value for number, value in classes.items() if 0 < value <= count}


def class_map(numbers: Numbers, classes: Mapping[int, int]) -> NDArray[np.uint8]:
    """The class at each pixel, ([Z,] Y, X); NONE on background and in objects without a class."""
    keys = np.array(sorted(classes), np.int64)
    if not len(keys):
        return np.zeros(numbers.shape, np.uint8)
    values = np.array([classes[int(key)] for key in keys], np.uint8)
    at = np.searchsorted(keys, numbers).clip(max=len(keys) - 1)  # no table by number: a mask may hold 3,000,000,000
    return np.where(keys[at] == numbers, values[at], np.uint8(NONE))


def _table(values: Mapping[str, int]) -> Classes:
    return {int(number): int(value) for number, value in values.items()}


def _json(classes: Mapping[int, int]) -> dict[str, int]:
    return {str(number): int(classes[number]) for number in sorted(classes)}
