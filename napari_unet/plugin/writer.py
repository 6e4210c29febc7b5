"""File > Save Selected Layers: a Labels layer as a mask TIFF with its pixel size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Picture
from napari_unet.core.data.picture import AXES
from napari_unet.core.errors import MaskError
from napari_unet.core.export import export_labels
from napari_unet.core.settings import ExportSettings


def write_mask(path: str, data: NDArray[np.integer], attributes: dict[str, Any]) -> list[str]:
    """Write labels ([T,] [Z,] Y, X) and return the files written. napari has asked before overwriting.

    Raises MaskError for labels below zero.
    """
    labels = np.asarray(data)
    if labels.dtype.kind == "i":
        if int(labels.min(initial=0)) < 0:
            raise MaskError(f"{attributes.get('name', 'The layer')} has numbers below 0.", "Masks count from 0 up.")
        labels = labels.astype(np.uint32)
    units = attributes.get("units") or ("pixel",)
    unit = "pixel" if str(units[-1]) == "pixel" else f"{units[-1]:~}"
    size = tuple(float(side) for side in attributes.get("scale", ())[-labels.ndim :])
    named = "C" + "".join(str(label)[:1].upper() for label in attributes.get("axis_labels", ()))[-labels.ndim :]
    name = str(attributes.get("name", Path(path).stem))
    picture = Picture(name, labels[None], size, unit, axes=named if named in AXES else "")
    written = export_labels(labels, picture, Path(path), ExportSettings(overwrite=True))
    return [str(written)]
