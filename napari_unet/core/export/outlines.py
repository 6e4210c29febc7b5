"""Outlines as a picture: white lines, inside the objects, on black."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from napari_unet.core.export.drawing import rims
from napari_unet.core.export.found import Found
from napari_unet.core.export.png import write_png
from napari_unet.core.settings import ExportSettings

WHITE = np.uint8(255)


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the outlines. Raises MaskError for a stack, StorageError."""
    write_png(path, rims(found.flat("A PNG")).astype(np.uint8) * WHITE)
