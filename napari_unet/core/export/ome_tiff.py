"""Masks as OME-TIFF: axes, pixel size and unit in OME's words, every number kept."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.data.write_tiff import write_ome_labels
from napari_unet.core.export.found import Found
from napari_unet.core.export.labels import narrowed
from napari_unet.core.settings import ExportSettings


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the mask in 8, 16 or 32 bits, whichever its numbers need. Raises StorageError."""
    write_ome_labels(path, narrowed(found.labels), found.picture, settings.compress)
