"""Masks as PNG, of 8 or 16 bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.errors import MaskError
from napari_unet.core.export.found import Found
from napari_unet.core.export.labels import narrowed
from napari_unet.core.settings import ExportSettings

HIGHEST = 65535


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the mask. Raises MaskError for a stack or numbers above 65535, StorageError."""
    labels = narrowed(found.flat("A PNG"))
    top = int(labels.max(initial=0))
    if top > HIGHEST:
        raise MaskError(
            f"The mask of {found.picture.name} has numbers up to {top}, which do not fit into a PNG.",
            f"A PNG holds numbers up to {HIGHEST}.",
            "Write it as TIFF or OME-TIFF, which hold every number.",
        )
    write_png(path, labels)


def write_png(path: Path, pixels: NDArray[np.unsignedinteger]) -> None:
    """Write (Y, X) of 8 or 16 bits, or (Y, X, 3) of 8, whole or not at all. Raises StorageError."""
    from PIL import Image  # 0.1 s that a window which only opens need not wait for

    with atomic_path(path) as temporary:
        Image.fromarray(pixels).save(temporary, format="PNG")
