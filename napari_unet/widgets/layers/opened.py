"""Pictures a person has already opened as layers, whichever reader brought them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from napari.components import ViewerModel
from napari.layers import Image, Labels, Layer
from numpy.typing import NDArray

from napari_unet.core.data.axes import Grid, channels_first, check_named, squeezed
from napari_unet.core.data.picture import COLOUR, FLAT, Picture
from napari_unet.core.errors import AxesError, PictureError
from napari_unet.widgets.layers.making import role_of

LETTERS = {
    "z": "Z",
    "plane": "Z",
    "depth": "Z",
    "slice": "Z",
    "t": "T",
    "time": "T",
    "frame": "T",
    "c": "C",
    "channel": "C",
}
"""What layers call axes that are no Y and X."""


@dataclass(frozen=True)
class OpenedPicture:
    """A picture read from an open layer, with its mask where one is open too. `note` says what was decided for it."""

    picture: Picture
    mask: NDArray[np.integer] | None
    note: str = ""


@dataclass(frozen=True)
class Unnamed:
    """A layer with an axis of which nothing says what it is: see `AxesError`.

    `taken` makes the picture once a person has said so; `plane_on_show` makes one of the plane on show.
    """

    name: str
    error: AxesError
    taken: Callable[[str], OpenedPicture]
    plane_on_show: Callable[[], OpenedPicture]


def opened_pictures(viewer: ViewerModel, ask: Callable[[Unnamed], None]) -> list[OpenedPicture]:
    """The person's own Image layers as pictures; never one of ours. Stacks whose axes nothing names are `ask`ed about.

    A lone Labels layer of the same size as a lone Image layer is taken as its mask. Raises PictureError when no Image
    layer is open.
    """
    images = [layer for layer in viewer.layers if isinstance(layer, Image) and role_of(layer) is None]
    masks = [layer for layer in viewer.layers if isinstance(layer, Labels) and role_of(layer) is None]
    if not images:
        raise PictureError("No picture is open in napari.", "", "Open one with File > Open, or add files here.")
    mask = masks[0] if len(images) == len(masks) == 1 else None
    opened = []
    for layer in images:
        try:
            opened.append(_with_mask(_read(layer, ""), mask))
        except AxesError as error:
            ask(_unnamed(layer, viewer, mask, error))
    return opened


def open_names(viewer: ViewerModel) -> list[str]:
    """The names of the person's own Image layers; cheap, nothing is read."""
    return [layer.name for layer in viewer.layers if isinstance(layer, Image) and role_of(layer) is None]


def _unnamed(layer: Image, viewer: ViewerModel, mask: Labels | None, error: AxesError) -> Unnamed:
    return Unnamed(
        layer.name, error, lambda axes: _with_mask(_read(layer, axes), mask), lambda: _plane_on_show(layer, viewer)
    )


def _with_mask(opened: OpenedPicture, layer: Labels | None) -> OpenedPicture:
    if layer is None:
        return opened
    mask = np.asarray(layer.data)
    if mask.shape != opened.picture.spatial_shape or not mask.any() or int(mask.min()) < 0:
        return opened
    wide = np.uint16 if int(mask.max()) < 2**16 - 1 else np.uint32
    note = f"{opened.picture.name} was added with the open layer {layer.name} as its mask."
    return OpenedPicture(opened.picture, mask.astype(wide), note)


def _read(layer: Image, told: str) -> OpenedPicture:
    """The whole layer; a stack with the axes that its labels name, or that a person has `told`. Raises AxesError."""
    array, axes = np.array(_finest(layer)), told or _axes(layer)
    if layer.rgb:
        array = array[..., :3]
    grid = squeezed(Grid(array, axes))
    check_named(layer.name, grid)  # first: of a layer, a short axis is as likely no channels
    image, own = channels_first(grid, layer.name)
    size = {letter: float(side) for letter, side in zip(axes, layer.scale, strict=False)}
    colour = COLOUR if layer.rgb and len(image) == len(COLOUR) else ()
    source = f"open layer {layer.name}"
    sides = tuple(size[axis] for axis in own[1:])
    return OpenedPicture(Picture(layer.name, image, sides, _unit(layer), colour, source, own, told), None)


def _axes(layer: Image) -> str:
    """The letters of a layer's axes; Q where its label says nothing."""
    leading = [LETTERS.get(str(label).lower(), "Q") for label in layer.axis_labels[:-2]]
    doubled = ["Q" if leading.count(letter) > 1 else letter for letter in leading]
    return "".join(doubled) + "YX" + ("S" if layer.rgb else "")


def _plane_on_show(layer: Image, viewer: ViewerModel) -> OpenedPicture:
    point = layer.world_to_data(viewer.dims.point[-layer.ndim :])
    data = _finest(layer)
    shown = [int(np.clip(round(float(point[axis])), 0, data.shape[axis] - 1)) for axis in range(layer.ndim - 2)]
    where = ", ".join(f"{label} = {at}" for label, at in zip(layer.axis_labels, shown, strict=False))
    plane = np.array(data[tuple(shown)])
    image = np.moveaxis(plane[..., :3], -1, 0) if layer.rgb else plane[None]
    size = tuple(float(side) for side in layer.scale[-2:])
    name, source = " ".join([layer.name, *map(str, shown)]), f"open layer {layer.name}"
    picture = Picture(name, image, size, _unit(layer), COLOUR if layer.rgb else (), source, FLAT)
    return OpenedPicture(picture, None, f"Of {layer.name}, the plane on show ({where}) was added.")


def _finest(layer: Image) -> NDArray[np.generic]:
    data: NDArray[np.generic] = layer.data[0] if layer.multiscale else layer.data
    return data


def _unit(layer: Layer) -> str:
    unit = layer.units[-1]
    return "pixel" if str(unit) == "pixel" else f"{unit:~}"
