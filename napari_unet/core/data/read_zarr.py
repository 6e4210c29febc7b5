"""Reading pictures and masks from OME-Zarr, whole or a part at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from napari_unet.core.data.axes import FOREIGN, UNNAMED, Grid, array_axes
from napari_unet.core.data.read_tiff import Loaded
from napari_unet.core.data.sliced import Opened, held, outline
from napari_unet.core.data.zarr_folder import Node, damaged, datasets, labels_in, multiscale, node, shown
from napari_unet.core.data.zarr_picture import described
from napari_unet.core.data.zarr_pieces import Stored, open_pieces
from napari_unet.core.errors import MaskError, PictureError


def load_zarr(path: Path, as_mask: bool) -> Loaded:
    """The picture in a Zarr folder, or the mask, brought in whole. Raises PictureError, StorageError, MaskError."""
    opened = open_zarr(mask_in(path) if as_mask else path, as_mask)
    return replace(opened.loaded, grid=Grid(held(opened.pieces), opened.loaded.grid.axes))


def open_zarr(path: Path, as_mask: bool = False) -> Opened:
    """The picture in a Zarr folder, of which only the metadata are read yet. Raises PictureError.

    `as_mask`: it may be empty, which is a picture without any piece that was not copied.
    """
    told = described(path)
    shape = told.shape
    pieces, stored = open_pieces(told.array, shape)
    if not stored.there and not as_mask:
        raise PictureError(
            f"{shown(path)} has no pixels: of its {stored.pieces:,} pieces none is there.",
            "Each piece is a file in the folder.",
            "Copy the whole folder again from where it came from.",
        )
    loaded = Loaded(
        grid=Grid(outline(shape, pieces.dtype), told.axes or _unnamed(shape, pieces.dtype)),
        pixel_size=told.pixel_size,
        unit=told.unit,
        spacing=told.spacing,
        interval=told.interval,
        channel_names=told.channel_names,
        note="" if as_mask else _note(path, told.array, stored),
    )
    return Opened(loaded, pieces)


def _unnamed(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> str:
    """The axes of an array that names none: the last two are Y and X, bytes may be colours; others are asked about."""
    return "".join(FOREIGN if axis in UNNAMED else axis for axis in array_axes(shape, dtype))


def sizes_of(path: Path) -> list[Path]:
    """Where the sizes of a picture lie, the full resolution first; of an array, that is itself. Raises PictureError."""
    found = node(path)
    sizes = None if found.array else multiscale(found)
    if sizes is None:
        return [path]
    return [path, *(path / level for level, _ in datasets(found, sizes)[1:])]


def mask_in(path: Path) -> Path:
    """Where the mask is in a Zarr folder: in its only labels, or it is one itself. Raises MaskError for several."""
    labels = labels_in(path)
    if len(labels) > 1:
        names = ", ".join(label.name for label in labels)
        raise MaskError(
            f"{shown(path)} holds {len(labels)} masks: {names}.",
            "A picture has one mask.",
            f"Name it, for example {labels[0]}.",
        )
    return labels[0] if labels else path


def _note(path: Path, array: Node, stored: Stored) -> str:
    """What a person should know of pieces that are missing: the format allows it, and so does a copy cut short."""
    lacking = stored.pieces - stored.there
    if lacking <= 0:
        return ""
    fill = array.array.get("fill_value")
    if fill is None:
        why = f"{lacking:,} of its {stored.pieces:,} pieces are missing, and it does not say what is there"
        raise damaged(path, why)
    return (
        f"Of the {stored.pieces:,} pieces of {shown(path)} {lacking:,} are not there. They are read as "
        f"{str(fill)[:20]}, which is how Zarr leaves out empty ones; if it was copied, check that the copy is whole."
    )
