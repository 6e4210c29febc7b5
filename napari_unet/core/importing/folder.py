"""A folder of pictures with their annotations, one after the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from napari_unet.core.data.read import read_picture
from napari_unet.core.errors import MaskError, UnetError
from napari_unet.core.importing.imported import Found, Imported, Outcome, Shape, Source
from napari_unet.core.importing.searching import find_annotations

Read = tuple[Source, Imported]


def import_folder(folder: Path) -> Iterator[Outcome]:
    """Every picture of a folder with its annotation, or with the reason why it has none; read as they are asked for.

    What is wrong with files that go with no picture is told by `find_annotations`.

    Raises
    ------
    PictureError : there is no picture in the folder.
    """
    yield from map(take_annotation, find_annotations(folder).found)


def take_annotation(found: Found) -> Outcome:
    """Read the annotation of one picture. Raises nothing that a person can mend: that is in the outcome."""
    try:
        picture = read_picture(found.picture)
        source, imported = _the_one(found, *_readings(found, picture.spatial_shape, picture.name))
    except UnetError as error:
        return Outcome(found.picture, None, error)
    return Outcome(found.picture, imported, None, source.path, source.reason)


def _readings(found: Found, shape: Shape, name: str) -> tuple[list[Read], list[UnetError]]:
    """What can be read of the files of a picture, and what is wrong with the others."""
    readings, errors = [], []
    for source in found.sources:
        try:
            readings.append((source, source.read(shape, name)))
        except UnetError as error:
            errors.append(error)
    return readings, errors


def _the_one(found: Found, readings: list[Read], errors: list[UnetError]) -> Read:
    """The annotation of a picture. Raises UnetError: there is none, none that can be read, or several that differ."""
    if not readings:
        raise errors[0] if errors else _missing(found.picture)
    source, first = readings[0]
    if any(not np.array_equal(first.annotation, other.annotation) for _, other in readings[1:]):
        raise _several(found.picture, [source.path.name for source, _ in readings])
    same = tuple(f"{other.path.name} says the same." for other, _ in readings[1:])
    return source, dataclasses.replace(first, notes=first.notes + same + tuple(error.what for error in errors))


def _missing(picture: Path) -> MaskError:
    return MaskError(
        f"No annotation was found for {picture.name}.",
        "An annotation has the name of its picture, perhaps with an ending such as _mask or _rois, and lies beside it "
        "or in a folder such as masks/; a COCO file names its pictures.",
        "Rename the annotation, or take the picture without one.",
    )


def _several(picture: Path, names: list[str]) -> MaskError:
    return MaskError(
        f"{picture.name} has {len(names)} annotations that differ: {', '.join(names)}.",
        "A picture has one annotation.",
        "Move the others into another folder.",
    )
