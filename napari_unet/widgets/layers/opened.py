"""Pictures a person has already opened as layers, whichever reader brought them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from napari.components import ViewerModel
from napari.layers import Image, Labels, Layer
from numpy.typing import NDArray

from napari_unet.core.data.picture import COLOUR, Picture
from napari_unet.core.errors import PictureError
from napari_unet.widgets.layers.making import role_of


@dataclass(frozen=True)
class OpenedPicture:
    """A picture read from an open layer, with its mask where one is open too. `note` says what was decided for it."""

    picture: Picture
    mask: NDArray[np.integer] | None
    note: str = ""


def opened_pictures(viewer: ViewerModel) -> list[OpenedPicture]:
    """The person's own Image layers as pictures; never one of ours.

    A lone Labels layer of the same size as a lone Image layer is taken as its mask. Raises PictureError when no Image
    layer is open.
    """
    images = [layer for layer in viewer.layers if isinstance(layer, Image) and role_of(layer) is None]
    masks = [layer for layer in viewer.layers if isinstance(layer, Labels) and role_of(layer) is None]
    if not images:
        raise PictureError("No picture is open in napari.", "", "Open one with File > Open, or add files here.")
    opened = [_read(layer, viewer) for layer in images]
    return [_with_mask(opened[0], masks[0])] if len(opened) == 1 and len(masks) == 1 else opened


def open_names(viewer: ViewerModel) -> list[str]:
    """The names of the person's own Image layers; cheap, nothing is read."""
    return [layer.name for layer in viewer.layers if isinstance(layer, Image) and role_of(layer) is None]


def _with_mask(opened: OpenedPicture, layer: Labels) -> OpenedPicture:
    mask = np.asarray(layer.data)
    if mask.shape != opened.picture.spatial_shape or not mask.any() or int(mask.min()) < 0:
        return opened
    wide = np.uint16 if int(mask.max()) < 2**16 - 1 else np.uint32
    note = f"{opened.picture.name} was added with the open layer {layer.name} as its mask."
    return OpenedPicture(opened.picture, mask.astype(wide), note)


def _read(layer: Image, viewer: ViewerModel) -> OpenedPicture:
    data = layer.data[0] if layer.multiscale else layer.data
    name, note = layer.name, ""
    shown = {} if layer.rgb or layer.ndim == 2 else _planes(layer, viewer)
    if shown:
        data = data[tuple(shown.get(axis, slice(None)) for axis in range(layer.ndim))]
        where = ", ".join(f"{layer.axis_labels[axis]} = {index}" for axis, index in shown.items())
        note = f"{layer.name} has {layer.ndim} axes; the plane on show ({where}) was added."
        name = " ".join([layer.name, *(str(index) for index in shown.values())])
    plane = np.array(data)
    image = np.moveaxis(plane[..., :3], -1, 0) if layer.rgb else plane[None]
    colour = COLOUR if layer.rgb else ()
    size = tuple(float(side) for side in layer.scale[-2:])
    return OpenedPicture(Picture(name, image, size, _unit(layer), colour, f"open layer {layer.name}"), None, note)


def _planes(layer: Image, viewer: ViewerModel) -> dict[int, int]:
    """Which plane of each axis that is not displayed is on show, in the layer's own pixels."""
    point = layer.world_to_data(viewer.dims.point[-layer.ndim :])
    shape = layer.data[0].shape if layer.multiscale else layer.data.shape
    return {axis: int(np.clip(round(float(point[axis])), 0, shape[axis] - 1)) for axis in range(layer.ndim - 2)}


def _unit(layer: Layer) -> str:
    unit = layer.units[-1]
    return "pixel" if str(unit) == "pixel" else f"{unit:~}"
