"""The files that a project's pictures and masks were added from: a person's own, which nothing may ever replace."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from napari_unet.core.data.part import whole_source
from napari_unet.core.data.project import Project
from napari_unet.core.data.read import sayable


def picture_files(project: Project) -> list[Path]:
    """What the pictures were read from; a picture that came from no file has a source that is none."""
    records = [project.record(name) for name in project.names()]
    return [Path(file) for one in records for file in (whole_source(one.source), *one.files)]


def own_files(project: Project) -> list[Path]:
    """What pictures and masks were read from. A class table beside a mask is none: an export may have written it."""
    records = [project.record(name) for name in project.names()]
    masks = [Path(one.source) for record in records for one in record.origin if one.how == "hand" and one.source]
    return [*picture_files(project), *masks]


def replaced(files: Iterable[Path], own: Iterable[Path]) -> list[Path]:
    """Those of the files that are one of a person's `own`, or the folder of one (a picture in a Zarr), and are there.

    By what the disk says of them: a name may be spelled in several ways, and a link leads elsewhere.
    """
    there = [(file, known) for file in dict.fromkeys(files) if (known := _on_disk(file)) is not None]
    if not there:
        return []
    places = {place for file in own for place in (file, *file.parents)}
    ids = {_on_disk(place) for place in places}
    names = {str(place) for place in places}
    return [file for file, known in there if known in ids or sayable(str(file)) in names]


def _on_disk(path: Path) -> tuple[int, int] | None:
    """What the disk knows a file by; None where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):  # no disk can have such a name
        return None
    # Some network disks number no files.
    return found.st_dev, found.st_ino or hash(os.path.normcase(path.resolve()))
