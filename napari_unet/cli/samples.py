"""Folders of pictures and masks as samples to learn from."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from napari_unet.cli.folders import masks_by_name, named, pictures_by_name
from napari_unet.cli.progress import Progress
from napari_unet.core.data.annotation import from_mask, to_mask
from napari_unet.core.data.class_table import Named, names_in, table_beside
from napari_unet.core.data.masks import without_white
from napari_unet.core.data.pairing import pairing_of_folders
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import MaskError
from napari_unet.core.recipe.materials import with_classes
from napari_unet.core.settings import Kind

CELL = ("cell",)


Files = list[tuple[Path, Path]]
"""Pictures and their masks."""


def read_samples(
    pictures: Path, masks: Path, kind: Kind, progress: Progress, axes: str = ""
) -> tuple[list[Sample], Files]:
    """Every picture that has a mask, fully annotated, and their files. What has no counterpart is named and left out.

    A black and white mask of objects is taken apart: cells that do not touch each get a number. `axes` are those of the
    pictures' files, as in `read_picture`.

    Raises PictureError or MaskError for the first file that cannot be used, and when no picture has a mask.
    """
    pairs = _pairs(pictures, masks, progress)
    samples = []
    for number, (picture_file, mask_file) in enumerate(pairs, 1):
        progress.show(f"Reading picture {number} of {len(pairs)}: {picture_file.name}")
        picture = read_picture(picture_file, axes)
        if picture.note:
            progress.say(f"Note: {picture.note}")
        mask = without_white(read_mask(mask_file, picture.spatial_shape), kind, picture.axes)
        if not mask.any():
            progress.say(f"Note: the mask {mask_file} has no label, so all of its picture counts as background.")
        samples.append(Sample.of(picture, from_mask(mask), complete=True))
    return samples, pairs


def read_lesson(arguments: Namespace, progress: Progress) -> tuple[list[Sample], Files, tuple[str, ...]]:
    """What the flags name to learn from: samples with the classes of their objects, their files, and the classes.

    Raises PictureError and MaskError as `read_samples` and `class_names` do.
    """
    kind: Kind = arguments.kind
    samples, files = read_samples(arguments.pictures, arguments.masks, kind, progress, arguments.axes)
    if kind == "regions":
        return samples, files, class_names(arguments.classes, samples)
    tables = [table_beside(mask) for _, mask in files]
    names = object_classes(arguments.classes, tables)
    return [with_classes(*both, names) for both in zip(samples, tables, strict=True)], files, names or CELL


def object_classes(given: Sequence[str], tables: Sequence[Named]) -> tuple[str, ...]:
    """The classes of objects: as given, or those in the tables beside the masks; none where that is only one.

    Raises MaskError when the tables hold others than are named.
    """
    found = names_in(tables)
    strange = [name for name in found if given and name not in given]
    if strange:
        raise MaskError(
            f"The tables beside the masks hold the class {strange[0]!r}, which --classes does not name.",
            "Every class needs its name there.",
            f"Known are {', '.join(found)}.",
        )
    names = tuple(given) or found
    return names if len(names) > 1 else ()


def class_names(given: Sequence[str], samples: Sequence[Sample]) -> tuple[str, ...]:
    """The names of regions: as given, or numbered up to the highest in the masks.

    Raises MaskError when the masks hold more classes than are named, or, where none are, numbers that are no classes:
    shades of grey such as 0, 127 and 255.
    """
    there = sorted({int(value) for sample in samples for value in np.unique(to_mask(sample.annotation)) if value})
    highest = max(there, default=0)
    if given and highest > len(given):
        raise MaskError(
            f"The masks hold class {highest}, but --classes names only {len(given)}.", "Every class needs a name."
        )
    if not given and highest > 2 * len(there):
        raise MaskError(
            f"The masks hold the numbers {named([str(value) for value in there])}, but not those between.",
            "A number is a class here: 1, 2, 3, ... in order, and 0 is background.",
            "Give the classes the numbers 1, 2, 3, ..., or name all of them with --classes.",
        )
    return tuple(given) or numbered(highest)


def numbered(highest: int) -> tuple[str, ...]:
    """Names for classes nobody named."""
    return tuple(f"class {number}" for number in range(1, highest + 1))


def _pairs(pictures: Path, masks: Path, progress: Progress) -> Files:
    masks_by_name(masks)  # an empty folder has a sentence of its own
    pairing = pairing_of_folders(pictures, masks)
    pictures_by_name(pair.picture for pair in pairing.pairs)  # two of one name would share a mask
    pairs = [(pair.picture, pair.mask) for pair in pairing.pairs if pair.mask is not None]
    if not pairs:
        name = pairing.pairs[0].picture.name
        raise MaskError(
            f"No mask in {masks} has the name of a picture in {pictures}.",
            f"The mask of {name} must be called the same, or end in _mask.",
            "Give both the same names.",
        )
    alone = [pair.picture.name for pair in pairing.pairs if pair.mask is None]
    for files, lacks in ((alone, "mask"), ([path.name for path in pairing.lonely_masks], "picture")):
        if files:
            progress.say(f"Left out, because there is no {lacks} of the same name: {named(files)}.")
    return pairs
