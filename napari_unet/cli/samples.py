"""Folders of pictures and masks as samples to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from napari_unet.cli.folders import masks_by_name, named, pictures_by_name
from napari_unet.cli.progress import Progress
from napari_unet.core.data.annotation import from_mask, to_mask
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import MaskError
from napari_unet.core.settings import Kind

CELL = ("cell",)


def read_samples(pictures: Path, masks: Path, progress: Progress) -> list[Sample]:
    """Every picture that has a mask, fully annotated. What has no counterpart is named and left out.

    Raises PictureError or MaskError for the first file that cannot be used, and when no picture has a mask.
    """
    pairs = _pairs(pictures, masks, progress)
    samples = []
    for number, (name, (picture_file, mask_file)) in enumerate(pairs.items(), 1):
        progress.show(f"Reading picture {number} of {len(pairs)}: {name}")
        picture, mask = read_picture(picture_file), read_mask(mask_file)
        if not mask.any():
            progress.say(f"Note: the mask {mask_file} has no label, so all of its picture counts as background.")
        samples.append(Sample(name, picture.image, from_mask(mask), complete=True, colour=picture.is_colour))
    return samples


def class_names(kind: Kind, given: Sequence[str], samples: Sequence[Sample]) -> tuple[str, ...]:
    """The names of what is to be found: as given, or numbered up to the highest in the masks.

    Raises MaskError when the masks hold more classes than are named.
    """
    if kind == "objects":
        return CELL
    highest = max(int(to_mask(sample.annotation).max(initial=0)) for sample in samples)
    if given and highest > len(given):
        raise MaskError(
            f"The masks hold class {highest}, but --classes names only {len(given)}.", "Every class needs a name."
        )
    return tuple(given) or numbered(highest)


def numbered(highest: int) -> tuple[str, ...]:
    """Names for classes nobody named."""
    return tuple(f"class {number}" for number in range(1, highest + 1))


def _pairs(pictures: Path, masks: Path, progress: Progress) -> dict[str, tuple[Path, Path]]:
    found, drawn = pictures_by_name([pictures]), masks_by_name(masks)
    pairs = {name: (path, drawn[name]) for name, path in found.items() if name in drawn}
    if not pairs:
        raise MaskError(
            f"No mask in {masks} has the name of a picture in {pictures}.",
            f"The mask of {next(iter(found.values())).name} must be called {next(iter(found))}.tif or so.",
            "Give both the same names.",
        )
    for lonely, lacks in ((found.keys() - pairs.keys(), "mask"), (drawn.keys() - pairs.keys(), "picture")):
        if lonely:
            progress.say(f"Left out, because there is no {lacks} of the same name: {named(sorted(lonely))}.")
    return pairs
