"""A picture for people: what was acquired, and beside it what was found drawn over it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.picture import Picture
from napari_unet.core.export.drawing import drawn, shown
from napari_unet.core.export.png import write_png

GAP = 6


def write_overlay(picture: Picture, labels: NDArray[np.integer], path: Path) -> None:
    """Write a PNG: the picture on the left; on the right with every object outlined and tinted in a colour of its own.

    `labels` is (Y, X), 0 = background. Raises StorageError.
    """
    plain = shown(picture)
    gap = np.full((len(plain), GAP, 3), 255, np.uint8)
    write_png(path, np.concatenate([plain, gap, drawn(plain, labels)], axis=1))
