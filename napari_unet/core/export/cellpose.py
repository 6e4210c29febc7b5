"""Masks under the name by which Cellpose finds them beside a picture: NAME_cp_masks.tif.

Its other file, NAME_seg.npy, is a pickle, which can run any program where it is opened; so we read it without running
anything (`core.importing.cellpose`), and write none.

Source: https://cellpose.readthedocs.io/en/latest/outputs.html
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from napari_unet.core.data.write_tiff import write_labels
from napari_unet.core.export.found import Found
from napari_unet.core.export.labels import narrowed
from napari_unet.core.settings import ExportSettings


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the mask in 16 bits, or 32 where they are needed, as Cellpose itself does. Raises StorageError."""
    labels = narrowed(found.labels)
    wide = labels.astype(np.promote_types(labels.dtype, np.uint16))
    write_labels(path, wide, found.picture, settings.compress, note="")
