"""What lies in a folder, and reading one picture with its mask, whichever tool made that."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Pair, Picture, Project, pair_folder, read_mask, read_picture, to_mask
from napari_unet.core.importing import Found, find_annotations, read_annotation

CELLPOSE = "_seg.npy"
"""Looks like a picture by its suffix, and is none."""

Mask = NDArray[np.integer]


def pairs_in(folder: Path) -> list[Pair]:
    """The pictures of a folder with their masks, those of other tools among them. Raises PictureError without any."""
    found = {one.picture: one for one in find_annotations(folder).found}  # what is another tool's mask is no picture
    return [_completed(pair, found[pair.picture]) for pair in pair_folder(folder) if pair.picture in found]


def _completed(pair: Pair, found: Found) -> Pair:
    """The pair with a mask in another tool's format, where there is no plain one."""
    plain = pair.mask is not None and not pair.mask.name.endswith(CELLPOSE)
    if plain or not found.sources:
        return pair
    source = found.sources[0]
    return dataclasses.replace(pair, mask=source.path, reason=source.reason, foreign=True)


def brought(project: Project, pair: Pair) -> tuple[Picture, Mask | None, tuple[str, ...]]:
    """A picture, its mask as the project counts it, and what a person should know of that. Raises UnetError."""
    picture = read_picture(pair.picture)
    if pair.mask is None or not pair.foreign:
        return picture, None if pair.mask is None else read_mask(pair.mask), ()
    imported = read_annotation(pair.mask, picture.spatial_shape, picture.name)
    objects = project.kind == "objects"
    annotation = imported.annotation if objects else imported.regions(tuple(project.class_names))
    return picture, to_mask(annotation), tuple(f"{picture.name}: {note}" for note in imported.notes)
