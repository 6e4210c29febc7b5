"""File > Open of OME-Zarr: axes, pixel size, channels and labels as the folder has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from napari_unet.core.data.listing import parts_of
from napari_unet.core.data.zarr_folder import is_zarr
from napari_unet.widgets.layers.opening import LayerData, picture_layers

Paths = str | list[str]


def reader_of(path: Paths) -> Callable[[Paths], list[LayerData]] | None:
    """What reads a path, or several, as npe2 asks for it; None for what is no Zarr folder."""
    return read_layers if all(is_zarr(Path(one)) for one in _listed(path)) else None


def read_layers(path: Paths) -> list[LayerData]:
    """The pictures of a Zarr folder, or of several, as napari's layer data. Raises PictureError, MaskError."""
    return [layer for one in _listed(path) for part in parts_of(Path(one)) for layer in picture_layers(part)]


def _listed(path: Paths) -> list[str]:
    return path if isinstance(path, list) else [path]
