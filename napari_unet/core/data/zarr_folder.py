"""What a Zarr folder says of itself: groups and arrays, pictures of several sizes, plates. Needs no package for that.

Source: https://ngff.openmicroscopy.org, versions 0.1 to 0.5; https://zarr-specs.readthedocs.io, formats 2 and 3.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from napari_unet.core.data.json_file import read_json
from napari_unet.core.errors import PictureError

ZARR = ".zarr"
GROUP, ARRAY, ABOUT, BOTH = ".zgroup", ".zarray", ".zattrs", "zarr.json"
"""The files in which a Zarr folder says what it is: the first three in format 2, the last in format 3."""

DEEPEST = 6
"""Folders between the outermost Zarr and a part of it."""

SERIES = "bioformats2raw.layout"

LABELS = "labels"
"""The group of a picture's masks, and how they are named in it."""


@dataclass(frozen=True)
class Node:
    """A group or an array.

    Parameters
    ----------
    layout : Zarr's format, 2 or 3.
    array : what is said of the array; empty for a group.
    about : the attributes, those of OME-Zarr 0.5 taken out of their wrapping.
    """

    path: Path
    layout: int
    array: Mapping[str, Any]
    about: Mapping[str, Any]


def is_zarr(path: Path) -> bool:
    """Whether a path is a Zarr folder or a part of one: by its name, or by the files in it."""
    return path.is_dir() and (path.suffix.lower() == ZARR or _is_marked(path))


def _is_marked(path: Path) -> bool:
    # os.path: a folder that we may not look into is none
    return any(os.path.isfile(path / file) for file in (BOTH, GROUP, ARRAY, ABOUT))


def node(path: Path) -> Node:
    """What stands in the folder. Raises PictureError: nothing, or nothing that can be understood."""
    if os.path.isfile(path / BOTH):
        told = _json(path / BOTH)
        about = told.get("attributes", {})
        if told.get("node_type") not in ("array", "group") or not isinstance(about, dict):
            raise damaged(path, f"{BOTH} does not say whether it is an array or a group")
        return Node(path, 3, told if told["node_type"] == "array" else {}, _unwrapped(about))
    if not _is_marked(path):
        raise damaged(path, f"it has neither {BOTH} nor {GROUP} nor {ARRAY}")
    array = _json(path / ARRAY) if os.path.isfile(path / ARRAY) else {}
    about = _json(path / ABOUT) if os.path.isfile(path / ABOUT) else {}
    return Node(path, 2, array, _unwrapped(about))


def _json(path: Path) -> dict[str, Any]:
    try:
        told = read_json(path)
    except (OSError, ValueError) as error:
        raise damaged(path.parent, f"{path.name} cannot be read, {error}") from error
    if not isinstance(told, dict):
        raise damaged(path.parent, f"{path.name} holds no names with values")
    return told


def _unwrapped(about: dict[str, Any]) -> dict[str, Any]:
    inner = about.get("ome")
    return {**about, **inner} if isinstance(inner, dict) else about


def multiscale(found: Node) -> dict[str, Any] | None:
    """The first picture of several sizes of a group; None where it has none. Raises PictureError when it is damaged."""
    several = found.about.get("multiscales")
    if several is None:
        return None
    if not isinstance(several, list) or not several or not isinstance(several[0], dict):
        raise damaged(found.path, "its multiscales are no list of pictures")
    return several[0]


def datasets(found: Node, sizes: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The sizes of a picture from the largest on: where in the group each lies, and what is said of it.

    Raises PictureError.
    """
    told = sizes.get("datasets")
    if not isinstance(told, list) or not told or not all(isinstance(one, dict) for one in told):
        raise damaged(found.path, "its multiscales name no datasets")
    return [(inside(found.path, one.get("path")), one) for one in told]


def inside(folder: Path, path: object) -> str:
    """A path that a file names, if it stays inside the folder. Raises PictureError."""
    plain = isinstance(path, str) and bool(path) and path.isprintable() and "\\" not in path
    pure = PurePosixPath(path) if isinstance(path, str) and plain else None
    if pure is None or pure.is_absolute() or ".." in pure.parts or ":" in str(pure):
        raise damaged(folder, f"it names {str(path)[:60]!r}, which is no place inside it")
    return str(pure)


def parts(path: Path) -> list[Path]:
    """The pictures in a Zarr folder: itself, the fields of a plate, or the series of a converted file.

    Whatever is wrong with a part is told when it is read; of what cannot be understood it is the folder itself.
    """
    try:
        found = node(path)
        if "plate" in found.about:
            return _fields(found) or [path]
        return _series(found) or [path]
    except PictureError:
        return [path]


def _series(found: Node) -> list[Path]:
    """The series that bioformats2raw writes, each a group with a number."""
    if SERIES not in found.about or "multiscales" in found.about:
        return []
    numbers = (path for path in found.path.iterdir() if path.name.isdecimal() and path.is_dir())
    return sorted(numbers, key=lambda path: int(path.name))


def _fields(found: Node) -> list[Path]:
    wells = _named(found, "plate", "wells")
    fields = ((well, field) for well in wells for field in _named(node(found.path / well), "well", "images"))
    return [found.path / well / field for well, field in fields]


def _named(found: Node, key: str, inner: str) -> list[str]:
    """The paths that a plate, or a well, lists."""
    told = found.about.get(key)
    listed = told.get(inner) if isinstance(told, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise damaged(found.path, f"its {key} lists no {inner}")
    return [inside(found.path, one.get("path")) for one in listed]


def labels_in(path: Path) -> list[Path]:
    """The masks that a picture brings along, each in a group of its own; none where that cannot be understood."""
    try:
        found = node(path / LABELS)
        names = found.about.get(LABELS, [])
        listed = [found.path / inside(found.path, name) for name in names] if isinstance(names, list) else []
    except PictureError:
        return []
    return [label for label in listed if _is_marked(label)]


def outermost(path: Path) -> Path:
    """The Zarr folder that a path is a part of: the nearest that is called .zarr; the path itself where none is."""
    if path.suffix:  # a file, or a Zarr itself
        return path
    around = (place for place in list(path.parents)[:DEEPEST] if place.suffix.lower() == ZARR)
    return next(around, path)


def shown(path: Path) -> str:
    """A part of a Zarr folder as a person knows it: plate.zarr/A/1/0; of any other path its name."""
    around = outermost(path)
    return path.name if around == path else f"{around.name}/{path.relative_to(around).as_posix()}"


def damaged(path: Path, why: str) -> PictureError:
    """The error for a Zarr folder that is not what it should be."""
    return PictureError(
        f"{shown(path)} cannot be read as Zarr: {why}.",
        "It is incomplete, damaged, or no Zarr.",
        "Copy the whole folder again from where it came from.",
    )
