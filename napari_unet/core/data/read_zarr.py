"""Reading pictures and masks from OME-Zarr, whole or a part at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from napari_unet.core.data.axes import Grid, array_axes
from napari_unet.core.data.read_tiff import Loaded
from napari_unet.core.data.sliced import Opened, held, outline
from napari_unet.core.data.zarr_folder import Node, damaged, labels_in
from napari_unet.core.data.zarr_picture import described
from napari_unet.core.data.zarr_pieces import Stored, open_pieces
from napari_unet.core.errors import MaskError


def load_zarr(path: Path) -> Loaded:
    """The picture in a Zarr folder, brought in whole. Raises PictureError, StorageError."""
    opened = open_zarr(path)
    return replace(opened.loaded, grid=Grid(held(opened.pieces), opened.loaded.grid.axes))


def open_zarr(path: Path) -> Opened:
    """The picture in a Zarr folder, of which only the metadata are read yet. Raises PictureError."""
    told = described(path)
    shape = told.shape
    pieces, stored = open_pieces(told.array, shape)
    loaded = Loaded(
        grid=Grid(outline(shape, pieces.dtype), told.axes or array_axes(shape, pieces.dtype)),
        pixel_size=told.pixel_size,
        unit=told.unit,
        spacing=told.spacing,
        interval=told.interval,
        channel_names=told.channel_names,
        note=_note(path, told.array, stored),
    )
    return Opened(loaded, pieces)


def mask_in(path: Path) -> Path:
    """Where the mask is in a Zarr folder: in its only labels, or it is one itself. Raises MaskError for several."""
    labels = labels_in(path)
    if len(labels) > 1:
        names = ", ".join(label.name for label in labels)
        raise MaskError(
            f"{path.name} holds {len(labels)} masks: {names}.",
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
        raise damaged(path, f"{lacking:,} of its {stored.pieces:,} pieces are missing, and it does not say what is there")
    return (
        f"Of the {stored.pieces:,} pieces of {path.name} {lacking:,} are not there. They are read as {str(fill)[:20]}, which "
        "is how Zarr leaves out empty ones; if it was copied, check that the copy is whole."
    )

