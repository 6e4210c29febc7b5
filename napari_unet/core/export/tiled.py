"""Masks of large pictures as tiled OME-TIFF: written a tile at a time, and read so by QuPath and Bio-Formats."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.data.write_tiff import write_ome_tiles
from napari_unet.core.export.found import Found
from napari_unet.core.settings import ExportSettings


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the mask; its labels are read a tile at a time. Raises StorageError."""
    write_ome_tiles(path, found.labels, found.picture, settings.compress)
