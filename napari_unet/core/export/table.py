"""Measurements as CSV: one row an object."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.export.found import Found
from napari_unet.core.settings import ExportSettings


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the table of a picture. Raises StorageError."""
    _write(path, found.measurements.to_csv(found.picture.name))


def gather(files: Sequence[Path], target: Path) -> None:
    """Put the tables of many pictures below each other; columns that only some have are empty for the others.

    Raises StorageError.
    """
    read = [list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))) for file in files]
    text = io.StringIO()
    columns = dict.fromkeys(name for rows in read for row in rows for name in row)
    table = csv.DictWriter(text, list(columns), restval="", lineterminator="\n")
    table.writeheader()
    for rows in read:
        table.writerows(rows)
    _write(target, text.getvalue())


def _write(path: Path, text: str) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")
