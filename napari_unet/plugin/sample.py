"""File > Open Sample: synthetic nuclei with their exact masks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import pair_folder, read_mask, read_picture
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.widgets.layers.making import contrast, geometry

LayerData = tuple[NDArray[np.generic], dict[str, Any], str]


def nuclei() -> list[LayerData]:
    """The first sample picture, (Y, X), and its mask, (Y, X) unsigned, as napari layer data."""
    pair = pair_folder(sample_data_folder())[0]
    picture = read_picture(pair.picture)
    placed = geometry(picture)
    layers: list[LayerData] = [
        (picture.image[0], dict(name=picture.name, contrast_limits=contrast(picture.image[0]), **placed), "image")
    ]
    if pair.mask is not None:
        layers.append((read_mask(pair.mask), dict(name=f"{picture.name} mask", **placed), "labels"))
    return layers
