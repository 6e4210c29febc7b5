"""Writing what was found: which file each format goes to, and what comes of a picture in all chosen formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.class_table import table_file, write_table
from napari_unet.core.errors import SettingsError, StorageError, UnetError
from napari_unet.core.export import (
    cellpose,
    coco,
    geojson,
    imagej_rois,
    ome_tiff,
    ome_zarr,
    outlines,
    overlay,
    png,
    report,
    table,
    tiff,
    tiled,
)
from napari_unet.core.export.found import Found
from napari_unet.core.export.refusing import refuse_overwriting
from napari_unet.core.settings import ExportSettings, Format
from napari_unet.core.settings.formats import chosen

Writer = Callable[[Found, Path, ExportSettings], None]

WRITERS: Mapping[str, Writer] = {
    "tiff": tiff.write,
    "ome-tiff": ome_tiff.write,
    "png": png.write,
    "cellpose": cellpose.write,
    "ome-zarr": ome_zarr.write,
    "imagej-rois": imagej_rois.write,
    "geojson": geojson.write,
    "coco": coco.write,
    "outlines": outlines.write,
    "csv": table.write,
    "overlay": overlay.write,
    "report": report.write,
}
"""How each format of `core.settings.formats` is written. Each raises UnetError."""

LARGE_WRITERS: Mapping[str, Writer] = {"tiff": tiled.write, "ome-tiff": tiled.write, "ome-zarr": ome_zarr.write_large}
"""The same for pictures larger than memory, whose labels are read a window at a time."""

GATHERERS: Mapping[str, Callable[[Sequence[Path], Path], None]] = {
    "coco": coco.gather,
    "csv": table.gather,
    "report": report.gather,
}
"""How the files of many pictures become one."""


@dataclass(frozen=True)
class Written:
    """What came of a picture: the files that were written, why others were not, and what is to be said of them.

    `mask` is the hash of the labels, where a recipe is to be written.
    """

    files: tuple[Path, ...]
    errors: tuple[UnetError, ...]
    note: str = ""
    mask: str = ""


def target(name: str, kind: Format, folder: Path) -> Path:
    """The file of a picture in a format."""
    return folder / f"{name}{kind.ending}"


def targets(names: Iterable[str], folder: Path, settings: ExportSettings, *, classed: bool = False) -> list[Path]:
    """The files of pictures in all chosen formats; and where objects are `classed`, the tables of their classes."""
    names = list(names)
    files = [target(name, kind, folder) for name in names for kind in chosen(settings.formats)]
    return files + [table_file(folder / f"{name}.tif") for name in names if classed]


def gathered(folder: Path, settings: ExportSettings) -> list[Path]:
    """The files for all pictures together in the chosen formats."""
    return [folder / kind.gathered for kind in chosen(settings.formats) if kind.gathered]


def write_one(found: Found, kind: Format, path: Path, settings: ExportSettings) -> None:
    """Write what was found in one format.

    Raises
    ------
    StorageError : the file is there and may not be replaced; the disk is full or may not be written.
    MaskError : the format cannot hold these labels.
    """
    refuse_overwriting([path], settings.overwrite)
    WRITERS[kind.name](found, path, settings)


def write_found(found: Found, name: str, folder: Path, settings: ExportSettings) -> Written:
    """Write what was found in all chosen formats. One that cannot be written does not stop the others.

    Where objects have classes, a table of those lies beside; see `core.data.class_table`.

    Parameters
    ----------
    name : what the files' names begin with.
    """
    files, errors = [], []
    for kind in chosen(settings.formats):
        path = target(name, kind, folder)
        try:
            write_one(found, kind, path, settings)
        except UnetError as error:
            errors.append(error)
        else:
            files.append(path)
    if found.classed:
        try:
            _write_classes(found, found.labels, table_file(folder / f"{name}.tif"), settings)
        except UnetError as error:
            errors.append(error)
    return Written(tuple(files), tuple(errors))


def _write_classes(found: Found, numbers: NDArray[np.integer], path: Path, settings: ExportSettings) -> None:
    refuse_overwriting([path], settings.overwrite)
    write_table(path, numbers, found.table)


def check_large(kinds: Iterable[Format]) -> None:
    """Raises SettingsError for a format that a picture larger than memory cannot be written in."""
    if lacking := [kind.title for kind in kinds if kind.name not in LARGE_WRITERS]:
        raise SettingsError(
            f"In blocks, {' and '.join(lacking)} cannot be written.",
            f"What can are {', '.join(LARGE_WRITERS)}.",
            "Choose among these, or take it in one go with --in-blocks never.",
        )


def write_large(found: Found, files: Mapping[Path, Format], settings: ExportSettings) -> Written:
    """As `write_found`, of a picture larger than memory, to these files. Objects are numbered from 1 without gaps.

    Parameters
    ----------
    found : its picture and labels are read a window at a time; `classes` holds every object.
    """
    written, errors = [], []
    for path, kind in files.items():
        try:
            refuse_overwriting([path], settings.overwrite)
            LARGE_WRITERS[kind.name](found, path, settings)
        except UnetError as error:
            errors.append(error)
        else:
            written.append(path)
    if found.classed and written:
        try:
            _write_classes(found, np.arange(len(found.table) + 1), table_file(written[0]), settings)
        except UnetError as error:
            errors.append(error)
    return Written(tuple(written), tuple(errors))


def gather(names: Iterable[str], folder: Path, settings: ExportSettings) -> Written:
    """Put the files of all these pictures together, in the formats that have a file for all.

    A picture without its file is left out.
    """
    names, files, errors = list(names), [], []
    for kind in (kind for kind in chosen(settings.formats) if kind.gathered):
        there = [path for path in (target(name, kind, folder) for name in names) if path.exists()]
        whole = folder / kind.gathered
        if not there:
            continue
        try:
            GATHERERS[kind.name](there, whole)
        except UnetError as error:
            errors.append(error)
        except (ValueError, KeyError, OSError) as error:
            errors.append(_not_ours(whole, error))
        else:
            files.append(whole)
    return Written(tuple(files), tuple(errors))


def colliding(names: Iterable[str], settings: ExportSettings) -> dict[str, str]:
    """Names whose files would be those of an earlier name where capital letters do not count, each with that name.

    Windows and macOS take A.tif and a.tif for one file; so does whoever copies a folder there.
    """
    seen: dict[str, str] = {}
    clashes: dict[str, str] = {}
    for name in names:
        files = [f"{name}{kind.ending}".lower() for kind in chosen(settings.formats)]
        if other := next((seen[file] for file in files if file in seen), None):
            clashes[name] = other
        else:
            seen |= dict.fromkeys(files, name)
    return clashes


def collision(name: str, other: str) -> StorageError:
    """The sentence for a picture whose files would be those of another."""
    return StorageError(
        f"{name} was not written: its files would have the names of those of {other}.",
        "Windows and macOS do not tell capital letters in file names apart.",
        "Rename one of the two pictures.",
    )


def _not_ours(path: Path, error: Exception) -> StorageError:
    return StorageError(
        f"{path.name} could not be put together: a picture's file is damaged or was changed ({error}).",
        "It is made of the files of the pictures.",
        "Write all pictures again.",
    )
