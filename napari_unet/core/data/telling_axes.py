"""What a picture of a project is along its axes, in words; and its planes taken for something else."""

from __future__ import annotations

from math import prod

from napari_unet.core.data.axes import WORDS
from napari_unet.core.data.entry import IMAGE
from napari_unet.core.data.picture import size_words
from napari_unet.core.data.pictures import PICTURES
from napari_unet.core.data.project import Project
from napari_unet.core.data.read_tiff import load_tiff
from napari_unet.core.data.record import Record
from napari_unet.core.data.scale import PIXEL
from napari_unet.core.errors import PictureError
from napari_unet.core.wording import listed

SWAPPED = str.maketrans("ZT", "TZ")


def axes_words(record: Record) -> str:
    """What a picture holds: 2 channels (DAPI and GFP), 20 focal planes, 512 x 512 pixels of 0.5 µm."""
    counts = dict(zip(record.axes, record.shape, strict=True))
    parts = [f"{counts[axis]:,} {WORDS[axis]}" for axis in "CTZ" if counts.get(axis, 1) > 1]
    if record.channel_names and parts and counts["C"] > 1:
        parts[0] += f" ({listed(record.channel_names)})"
    side = "" if record.unit == PIXEL else f" of {record.pixel_size[-1]:.4g} {record.unit}"
    return ", ".join([*parts, f"{size_words(record.shape[-2:])} pixels{side}"])


def other_planes(record: Record) -> str:
    """What its planes could be instead, in words; empty where there are none, or both kinds."""
    axis = record.axes[1:-2]
    return WORDS[axis.translate(SWAPPED)] if len(axis) == 1 and prod(record.shape[1:-2]) > 1 else ""


def take_other_planes(project: Project, name: str) -> Record:
    """From now on the focal planes of a picture are time points, or the other way round.

    What is painted stays: it lies on the same planes. Spacing and interval are those that the file has.

    Raises
    ------
    PictureError : the picture has no planes, or both kinds; or its file is damaged.
    StorageError : the project cannot be written.
    """
    record = project.record(name)
    if not other_planes(record):
        raise PictureError(
            f"{name} is {axes_words(record)}.",
            "Only focal planes or time points, one of both, can be taken for the other.",
            "Remove it, and add its file again with other axes.",
        )
    axes = record.axes.translate(SWAPPED)
    sizes = load_tiff(project.folder / PICTURES / name / IMAGE).sizes(axes)
    pixel_size = (sizes[0], *record.pixel_size[-2:])
    return project.update_record(name, axes=axes, pixel_size=pixel_size, told=record.told.translate(SWAPPED))
