"""Pictures in Zarr folders, and of makers, as layers: lazy, in sizes, one a channel, with axes, pixel size and unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.lazy import LazyPicture, open_lazily
from napari_unet.core.data.read import read_mask
from napari_unet.core.data.read_zarr import sizes_of
from napari_unet.core.data.zarr_folder import is_zarr, labels_in
from napari_unet.widgets.layers.making import CHANNEL_COLOURS, SAMPLE, contrast, geometry

LayerData = tuple[Any, dict[str, Any], str]

FILE = "napari-unet picture"
"""Key in a layer's metadata: the path of the picture that it shows a channel of, or labels."""


def picture_layers(path: Path) -> list[LayerData]:
    """One picture, a layer a channel, and its masks, as napari's layer data.

    No pixel is read yet but those of the smallest size and the masks. Raises PictureError, MaskError.
    """
    sizes = [open_lazily(size) for size in sizes_of(path)] if is_zarr(path) else [open_lazily(path)]
    whole, smallest = sizes[0], sizes[-1]
    data = [_dask(size) for size in sizes]
    placed = geometry(whole)
    known = dict(metadata={FILE: str(path)}, **placed)
    if whole.channel_names == ("red", "green", "blue") and whole.image.dtype == np.uint8:
        layers = [_layer([np.moveaxis(one, 0, -1) for one in data], dict(name=whole.name, rgb=True, **known))]
    else:
        layers = [
            _layer([one[index] for one in data], {**_look(whole, index, _sample(smallest, index)), **known})
            for index in range(whole.channels)
        ]
    for label in labels_in(path):
        mask = read_mask(label, whole.spatial_shape)
        layers.append((mask, dict(name=f"{whole.name} {label.name}", **known), "labels"))
    return layers


def _dask(picture: LazyPicture) -> Any:
    import dask.array  # napari has it; only what is opened here needs it

    return dask.array.from_array(picture.image, chunks=picture.image.pieces, name=False, asarray=False)


def _sample(picture: LazyPicture, index: int) -> NDArray[np.generic]:
    """The middle of the middle plane of a channel: a picture of one size only may be very large."""
    planes, sides = picture.image.shape[1:-2], picture.image.shape[-2:]
    window = [slice(max(0, side // 2 - SAMPLE), side // 2 + SAMPLE) for side in sides]
    return picture.image[(index, *(side // 2 for side in planes), *window)]


def _layer(sizes: list[Any], about: dict[str, Any]) -> LayerData:
    return (sizes, {**about, "multiscale": True}, "image") if len(sizes) > 1 else (sizes[0], about, "image")


def _look(picture: LazyPicture, index: int, sample: NDArray[np.generic]) -> dict[str, Any]:
    several = picture.channels > 1
    given = picture.channel_names[index] if index < len(picture.channel_names) else f"channel {index + 1}"
    colours = CHANNEL_COLOURS[1:] if several else CHANNEL_COLOURS
    return dict(
        name=f"{picture.name} · {given}" if several else picture.name,
        colormap=colours[index % len(colours)],
        blending="additive" if several and index else "translucent",
        contrast_limits=contrast(sample),
    )
