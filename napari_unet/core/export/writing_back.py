"""Writing parts back into the mask of the whole: what was corrected on a window of a slide, into the slide's mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import FORGOTTEN, sweep
from napari_unet.core.data.lazy import LazyPicture, open_lazily
from napari_unet.core.data.part import Window, place_words
from napari_unet.core.data.picture import Picture, size_words
from napari_unet.core.data.read import HIGHEST, TIFF_SUFFIXES
from napari_unet.core.data.tiff_colours import colours_of
from napari_unet.core.data.write_tiff import write_coloured_labels, write_labels, write_ome_labels, write_ome_tiles
from napari_unet.core.data.zarr_folder import LABELS, is_zarr, labels_in, node
from napari_unet.core.data.zarr_folder import parts as series_in
from napari_unet.core.data.zarr_picture import picture_around
from napari_unet.core.errors import MaskError, PictureError
from napari_unet.core.export import ome_zarr
from napari_unet.core.export.labels import narrowest
from napari_unet.core.export.renumbering import Surroundings, renumbered
from napari_unet.core.export.zarr_in_place import Put, put_into
from napari_unet.core.settings import ExportSettings, Kind
from napari_unet.core.settings.blocks import LARGE_PIXELS

BAND = 2048
"""Rows that are looked through at once."""


@dataclass(frozen=True)
class Part:
    """Labels ([T,] [Z,] h, w) of a part, 0 = background, and where in the whole it lies; `name` is for errors."""

    name: str
    labels: NDArray[np.integer]
    window: Window


class Patched:
    """Labels of a file, ([T,] [Z,] Y, X), that are read a window at a time, with parts put over them."""

    def __init__(self, whole: LazyPicture) -> None:
        self._source = whole.image
        self.shape: tuple[int, ...] = whole.spatial_shape
        self.ndim, self.dtype = len(self.shape), np.dtype(np.uint32)
        self.parts: list[Put] = []
        self.highest = 0

    def put(self, window: Window, labels: NDArray[np.uint32]) -> None:
        """Put a part over what is there."""
        self.parts.append((window, labels))

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[Any]:
        closed = [slice(*along.indices(side)[:2]) for along, side in zip(key, self.shape, strict=True)]
        found: NDArray[Any] = self._source[(0, *closed)].astype(self.dtype)
        for window, labels in self.parts:
            low = [max(at.start, along.start) for at, along in zip(window, closed[-2:], strict=True)]
            high = [min(at.stop, along.stop) for at, along in zip(window, closed[-2:], strict=True)]
            if all(first < last for first, last in zip(low, high, strict=True)):
                there = labels[(*closed[:-2], *_within(low, high, window))]
                found[(*(slice(None),) * (self.ndim - 2), *_within(low, high, closed[-2:]))] = there
        return found

    def around(self, window: Window) -> Surroundings:
        """What is there where a part goes, and one pixel around it."""
        along = list(zip(window, self.shape[-2:], strict=True))
        grown = [slice(max(0, at.start - 1), min(side, at.stop + 1)) for at, side in along]
        missing = [(int(at.start == 0), int(at.stop == side)) for at, side in along]
        read = self[(*(slice(None),) * (self.ndim - 2), *grown)]
        return Surroundings(np.pad(read, [*[(0, 0)] * (self.ndim - 2), *missing]))


def _within(low: Sequence[int], high: Sequence[int], window: Sequence[slice]) -> tuple[slice, ...]:
    """What lies from `low` to `high` in the whole, counted from where a window begins."""
    ends = zip(low, high, window, strict=True)
    return tuple(slice(first - at.start, last - at.start) for first, last, at in ends)


def write_back(parts: Sequence[Part], path: Path, kind: Kind, settings: ExportSettings) -> Path:
    """Write the labels of parts into an existing mask of the whole; a TIFF is replaced whole, or stays as it was.

    Of an OME-Zarr those files are replaced in which a part lies, in all sizes, one after the other; all of it where the
    numbers need more bits.

    Objects keep the numbers that they have in the mask, see `renumbering`; classes are what they are. Of parts that
    overlap, the last one holds.

    Parameters
    ----------
    path : a TIFF, or the labels of an OME-Zarr (or the OME-Zarr itself, where it has one kind of labels).

    Returns the file, or the folder of the labels.

    Raises
    ------
    MaskError : the file is no such mask, or a part does not lie in it.
    StorageError : the disk is full, or the folder cannot be written.
    """
    target = mask_at(path)
    whole = _opened(target)
    for part in parts:
        _check(part, whole, target)
    patched = Patched(whole)
    highest = _highest(whole, target)
    for part in parts:
        if kind == "objects":
            labels, highest = renumbered(part.labels, patched.around(part.window), highest)
        else:
            labels = part.labels.astype(np.uint32)
            highest = max(highest, int(labels.max(initial=0)))
        patched.put(part.window, labels)
    if highest > HIGHEST:
        raise MaskError(f"{path.name} has no numbers left.", f"The highest that a mask can hold is {HIGHEST}.")
    own = whole.image.dtype if whole.image.dtype.kind == "u" else np.dtype(np.uint8)
    patched.highest = highest
    patched.dtype = np.promote_types(narrowest(highest), own)
    sweep(target.parent, FORGOTTEN)
    _write(target, patched, whole, settings)
    return target


def mask_at(path: Path) -> Path:
    """The mask that is meant. Raises MaskError."""
    path = _one_series(_all_sizes(path))
    if is_zarr(path) and (there := labels_in(path)):
        if len(there) > 1:
            raise MaskError(
                f"{path.name} has several kinds of labels.",
                f"There are {', '.join(one.name for one in there)}.",
                f"Say which, for example {there[0]}.",
            )
        return there[0]
    if is_zarr(path) and _is_picture(path):
        raise MaskError(
            f"{path.name} is a picture without labels.",
            "A part is written into labels that are there already.",
            "Choose labels of an OME-Zarr, such as slide.ome.zarr/labels/nuclei, or a TIFF.",
        )
    if not is_zarr(path) and path.suffix.lower() not in TIFF_SUFFIXES:
        needed = "It must be a TIFF or the labels of an OME-Zarr."
        raise MaskError(f"Nothing can be written back into {path.name}.", needed)
    return path


def _all_sizes(path: Path) -> Path:
    """The group of which an array is one of the sizes, the picture of a group of labels; any other path is itself."""
    if path.name == LABELS and is_zarr(path.parent):
        return path.parent
    try:
        found = picture_around(path) if is_zarr(path) and node(path).array else None
    except PictureError:
        return path  # that is told when it is opened
    return found[0].path if found else path


def _one_series(path: Path) -> Path:
    """The only picture in a converted file; any other path is itself."""
    inner = series_in(path) if is_zarr(path) else [path]
    return inner[0] if len(inner) == 1 else path


def _is_picture(path: Path) -> bool:
    """Whether a Zarr is a group that does not say it holds labels, and lies among none."""
    try:
        found = node(path)
    except PictureError:
        return False  # that is told when it is opened
    return not found.array and "image-label" not in found.about and path.parent.name != LABELS


def _opened(path: Path) -> LazyPicture:
    """The mask, of which nothing is read yet. Raises MaskError."""
    try:
        whole = open_lazily(path)
    except PictureError as error:
        raise MaskError(error.what, error.needed, error.do) from error
    if whole.channels != 1 or whole.image.dtype.kind not in "ui":
        raise MaskError(
            f"{path.name} is a picture of {whole.channels} channels and the type {whole.image.dtype}, not a mask.",
            "A mask has one whole number per pixel.",
            "Choose the file with the labels of the whole picture.",
        )
    return whole


def _highest(whole: LazyPicture, path: Path) -> int:
    """The highest number; all is looked through, a band at a time. Raises MaskError for numbers below 0."""
    highest, leading = 0, (slice(None),) * (len(whole.spatial_shape) - 2)
    for top in range(0, whole.spatial_shape[-2], BAND):
        band = whole.image[(0, *leading, slice(top, top + BAND))]
        if band.size and int(band.min()) < 0:
            raise MaskError(f"{path.name} holds the value {int(band.min())}.", "The numbers in a mask are 0 or higher.")
        highest = max(highest, int(band.max(initial=0)))
    return highest


def _check(part: Part, whole: LazyPicture, path: Path) -> None:
    """Raises MaskError for a part that does not lie in the mask."""
    sides = tuple(at.stop - at.start for at in part.window)
    inside = all(at.stop <= side for at, side in zip(part.window, whole.spatial_shape[-2:], strict=True))
    if not inside or part.labels.shape != (*whole.spatial_shape[:-2], *sides):
        raise MaskError(
            f"{part.name} ({size_words(part.labels.shape)}, {place_words(part.window)}) does not lie in {path.name}, "
            f"which is {size_words(whole.spatial_shape)}.",
            "The mask must be of the picture that the part was taken of, in full resolution.",
            "Choose that one.",
        )


def _write(path: Path, labels: Patched, whole: LazyPicture, settings: ExportSettings) -> None:
    array, compress = cast(NDArray[np.integer], labels), settings.compress
    if is_zarr(path):
        if not put_into(path, whole.axes[1:], labels.parts, labels.highest):
            ome_zarr.write_labels_group(path, array, cast(Picture, whole), settings)
        return
    table, shown = colours_of(path)
    if prod(labels.shape) > LARGE_PIXELS:
        write_ome_tiles(path, array, whole, compress, table)
        return
    read = labels[(slice(None),) * labels.ndim]
    if path.stem.lower().endswith(".ome"):
        write_ome_labels(path, read, whole, compress, table)
    elif table is None:
        write_labels(path, read, whole, compress, note="")
    else:
        write_coloured_labels(path, read, whole, compress, table, shown)
