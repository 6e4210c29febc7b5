"""Classes of objects as a file for other programs: a CSV beside the mask, which Fiji opens as a table of results.

masks/img.tif  masks/img_classes.csv

    label,class
    1,alive
    2,dead
    3,

A line for each object, by the number it has in the file beside; nothing behind the comma where it has no class.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.object_classes import Classes, Numbers
from napari_unet.core.data.read import file_stem
from napari_unet.core.data.runs import sizes
from napari_unet.core.data.zarr_folder import outermost
from napari_unet.core.errors import MaskError

SUFFIX = "_classes.csv"

HEAD = ("label", "class")

Named = dict[int, str]
"""Number of an object -> the name of its class."""


def table_file(mask: Path) -> Path:
    """Where the classes of a mask's objects are: beside its file, or the Zarr folder that it is in."""
    file = outermost(mask)
    return file.with_name(file_stem(file) + SUFFIX)


def named(classes: Mapping[int, int], names: Sequence[str]) -> Named:
    """Classes by their names; numbers beyond the last one are none."""
    return {number: names[value - 1] for number, value in classes.items() if 0 < value <= len(names)}


def numbered(table: Mapping[int, str], names: Sequence[str]) -> Classes:
    """The classes of names as numbers, from 1; names that are not among them are none."""
    return {number: names.index(name) + 1 for number, name in table.items() if name in names}


def names_in(tables: Iterable[Mapping[int, str]]) -> tuple[str, ...]:
    """The names of all classes in these tables, sorted."""
    return tuple(sorted({name for table in tables for name in table.values()}))


def write_table(path: Path, numbers: Numbers, table: Mapping[int, str], lowest: int = 1) -> None:
    """Write the class of each object that is there, whole or not at all. Raises StorageError.

    Parameters
    ----------
    numbers : ([Z,] Y, X); objects have numbers from `lowest` on.
    """
    there = np.flatnonzero(sizes(numbers)).tolist()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows((number, table.get(number, "")) for number in there if number >= lowest)
    with atomic_path(path) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8", errors="replace", newline="")


def table_beside(mask: Path) -> Named:
    """The classes of a mask's objects by the file beside it; empty when there is none. Raises MaskError."""
    path = table_file(mask)
    return read_table(path) if path.is_file() else {}


def read_table(path: Path) -> Named:
    """The classes of objects in a file. Raises MaskError when it is no such table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        return {int(row[HEAD[0]]): name for row in rows if (name := row[HEAD[1]].strip())}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise MaskError(
            f"The classes in {path} cannot be read ({error}).",
            f'A table of classes is a CSV whose first line is "{",".join(HEAD)}", with a line for each object.',
            "Export it again, or move the file away: then the objects have no classes.",
        ) from error
