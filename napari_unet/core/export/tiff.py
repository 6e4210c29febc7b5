"""Masks as ImageJ's TIFF, which Fiji and everything else opens."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.data.write_tiff import write_coloured_labels, write_labels
from napari_unet.core.export.drawing import colour_table
from napari_unet.core.export.found import Found
from napari_unet.core.export.labels import narrowed
from napari_unet.core.settings import ExportSettings


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the mask; one that needs 32 bits becomes an OME-TIFF, as ImageJ's has no such numbers.

    Raises StorageError.
    """
    labels, picture, compress = narrowed(found.labels), found.picture, settings.compress
    if settings.colours:
        write_coloured_labels(path, labels, picture, compress, colour_table())
    else:
        write_labels(path, labels, picture, compress, note="")
