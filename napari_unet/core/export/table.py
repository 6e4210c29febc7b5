"""Measurements as CSV: one row an object."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.export.found import Found
from napari_unet.core.measuring.measurements import NUMBER
from napari_unet.core.settings import ExportSettings

CLASS = "class"
"""The column of classes."""


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the table of a picture; where objects have classes, with a column of them. Raises StorageError."""
    text = found.measurements.to_csv(found.picture.name)
    _write(path, _with_classes(text, found.table) if found.classed else text)


def _with_classes(table: str, classes: Mapping[int, str]) -> str:
    head, *rows = csv.reader(io.StringIO(table))
    number, text = head.index(NUMBER), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*head, CLASS])
    writer.writerows([*row, classes.get(int(row[number]), "")] for row in rows)
    return text.getvalue()


def gather(files: Sequence[Path], target: Path) -> None:
    """Put the tables of many pictures below each other; columns that only some have are empty for the others.

    Raises StorageError.
    """
    read = [csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))) for file in files]
    text = io.StringIO()
    columns = dict.fromkeys(name for rows in read for name in rows.fieldnames or ())
    table = csv.DictWriter(text, list(columns), restval="", lineterminator="\n")
    table.writeheader()
    for rows in read:
        table.writerows(rows)
    _write(target, text.getvalue())


def _write(path: Path, text: str) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")
