"""The picture with every object outlined, as a PNG for people to look at."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.export.drawing import drawn, shown
from napari_unet.core.export.found import Found
from napari_unet.core.export.png import write_png
from napari_unet.core.settings import ExportSettings


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the overlay, as large as the picture. Raises MaskError for a stack, StorageError."""
    labels = found.flat("A PNG")
    write_png(path, drawn(shown(found.seen("An overlay")), labels))
