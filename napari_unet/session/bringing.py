"""What lies in a folder, and adding one picture with its mask, whichever tool made that."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path

from napari_unet.core.data import (
    BACKGROUND,
    FIRST,
    Pair,
    Picture,
    Project,
    pair_folder,
    read_mask,
    read_picture,
    to_mask,
)
from napari_unet.core.data.class_table import numbered, table_beside
from napari_unet.core.data.listing import is_picture
from napari_unet.core.data.pairing import pairing_of_picture
from napari_unet.core.data.picture import size_words
from napari_unet.core.data.plain_folders import is_annotation, places
from napari_unet.core.importing import Found, find_annotations, read_annotation
from napari_unet.core.settings.blocks import LARGE_PIXELS

CELLPOSE = "_seg.npy"
"""Looks like a picture by its suffix, and is none."""


def pairs_in(folder: Path) -> list[Pair]:
    """The pictures of a folder with their masks, those of other tools among them. Raises PictureError without any.

    A Zarr folder, or a file of a maker, is a folder of what is in it.
    """
    if is_picture(folder):
        return list(pairing_of_picture(folder).pairs)
    found = {one.picture: one for one in find_annotations(folder).found}  # what is another tool's mask is no picture
    pairs = [pair for place in places(folder) for pair in pair_folder(place)]
    return [_completed(pair, found[pair.picture]) for pair in pairs if pair.picture in found]


def _completed(pair: Pair, found: Found) -> Pair:
    """The pair with a mask in another tool's format, where there is no plain one."""
    plain = pair.mask is not None and not pair.mask.name.endswith(CELLPOSE)
    if plain or not found.sources:
        return pair
    source = found.sources[0]
    return dataclasses.replace(pair, mask=source.path, reason=source.reason, foreign=True)


def add_brought(project: Project, pair: Pair) -> tuple[str, tuple[str, ...]]:
    """Add a picture with its mask, or with what is painted of it; its name, and what a person should know of that.

    Raises UnetError.
    """
    picture = read_picture(pair.picture, pair.axes)
    name, notes = _added(project, pair, picture)
    return name, tuple(note for note in (picture.note, _too_large(picture), *notes) if note)


def _too_large(picture: Picture) -> str:
    """What a person should know of a picture whose planes are large, see `core.settings.blocks`; else nothing."""
    if math.prod(picture.spatial_shape[-2:]) <= LARGE_PIXELS:
        return ""
    return (
        f"{picture.name} is {size_words(picture.spatial_shape[-2:])} pixels: to paint on so large a picture is slow "
        "and takes much memory. Open it with File > Open instead and add the open layer, which takes the part you look "
        "at; `napari-unet segment` does the whole picture."
    )


def _added(project: Project, pair: Pair, picture: Picture) -> tuple[str, tuple[str, ...]]:
    mask = pair.mask
    table = table_beside(mask) if mask is not None and project.kind == "objects" else {}
    if mask is None or not (pair.foreign or is_annotation(mask)):
        name = project.add(picture, None if mask is None else read_mask(mask, picture.spatial_shape), str(mask or ""))
        return name, _classed(project, name, {number + BACKGROUND: title for number, title in table.items()})
    imported = read_annotation(mask, picture.spatial_shape, picture.name)
    if not imported.complete:
        name = project.add_partly(picture, imported.annotation, str(mask))
        note = f"{picture.name} is painted in part: what is unlabelled stays so."
        return name, (note, *_classed(project, name, table))
    objects = project.kind == "objects"
    annotation = imported.annotation if objects else imported.regions(tuple(project.class_names))
    notes = tuple(f"{picture.name}: {note}" for note in imported.notes)
    name = project.add(picture, to_mask(annotation), str(mask))
    own = {number: title for number, title in enumerate(imported.classes, FIRST) if title in project.object_classes}
    return name, (*notes, *_classed(project, name, own))


def _classed(project: Project, name: str, table: Mapping[int, str]) -> tuple[str, ...]:
    """Give the objects of a picture's annotation their classes; what a person should know of that.

    Classes that the project does not have yet become its own: the same set is to come back from its folders.
    """
    if not table:
        return ()
    new = project.add_classes(tuple(dict.fromkeys(table.values())))
    project.save_classes(name, "annotation", numbered(table, project.object_classes))
    return (f"{name}: its classes {', '.join(new)} are classes of the project now.",) if new else ()
