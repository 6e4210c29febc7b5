"""In which colours a TIFF shows its numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.read_tiff import BROKEN, broken, said

LIMITS = ("min", "max")
"""How ImageJ names which numbers have the first colour and the last."""


def colours_of(path: Path) -> tuple[NDArray[np.uint16] | None, dict[str, float] | None]:
    """The colour table of a TIFF's first plane, (3, colours) of red, green and blue, 0..65535, and which numbers ImageJ
    shows in its first and last; None each where there is none. Raises PictureError.
    """
    import tifffile  # 0.2 s that a window which only opens need not wait for

    try:
        with tifffile.TiffFile(path) as file:
            table, told = file.pages.first.colormap, file.imagej_metadata or {}
    except BROKEN as error:
        raise broken(path, said(error)) from error
    known = all(isinstance(told.get(name), (int, float)) for name in LIMITS)
    return table, {name: float(told[name]) for name in LIMITS} if known else None
