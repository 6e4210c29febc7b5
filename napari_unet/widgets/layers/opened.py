"""Pictures a person has already opened as layers, whichever reader brought them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from napari.components import ViewerModel
from napari.layers import Image, Labels
from numpy.typing import NDArray

from napari_unet.core.data.axes import Grid, channels_first, check_named, squeezed, stretched, told_axes
from napari_unet.core.data.picture import COLOUR, FLAT, Picture
from napari_unet.core.data.read import file_stem, read_picture
from napari_unet.core.errors import AxesError, PictureError
from napari_unet.widgets.layers.making import role_of
from napari_unet.widgets.layers.opening import FILE
from napari_unet.widgets.layers.pixels import axes, finest, plane, sizes, unit_of, whole


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


def opened_pictures(
    viewer: ViewerModel, ask: Callable[[Unnamed], None], fail: Callable[[PictureError], None]
) -> list[OpenedPicture]:
    """The person's own Image layers as pictures; never one of ours. Stacks whose axes nothing names are `ask`ed about.

    A lone Labels layer of the same size as a lone Image layer is taken as its mask, and so is that of the same file.
    What is wrong with a layer is told to `fail`, and the others are taken. Raises PictureError when no Image layer is
    open.
    """
    images = _theirs(viewer)
    masks = [layer for layer in viewer.layers if isinstance(layer, Labels) and role_of(layer) is None]
    if not images:
        raise PictureError("No picture is open in napari.", "", "Open one with File > Open, or add files here.")
    lone = masks if len(images) == len(masks) == 1 else []
    opened = []
    for layer in images:
        of_its_file = [one for one in masks if FILE in one.metadata and one.metadata[FILE] == layer.metadata.get(FILE)]
        mask = next(iter(lone or (of_its_file if len(of_its_file) == 1 else [])), None)
        try:
            opened.append(_with_mask(_from_file(layer) or _read(layer, ""), mask))
        except AxesError as error:
            ask(_unnamed(layer, viewer, mask, error))
        except PictureError as error:
            fail(error)
    return opened


def open_names(viewer: ViewerModel) -> list[str]:
    """What the person's own Image layers become pictures as; cheap, nothing is read."""
    return [_name(layer) for layer in _theirs(viewer)]


def _name(layer: Image) -> str:
    return file_stem(Path(layer.metadata[FILE])) if FILE in layer.metadata else str(layer.name)


def _theirs(viewer: ViewerModel) -> list[Image]:
    """The person's own Image layers; of those that show channels of one file, the first."""
    images = [layer for layer in viewer.layers if isinstance(layer, Image) and role_of(layer) is None]
    files = [layer.metadata.get(FILE) for layer in images]
    return [layer for at, layer in enumerate(images) if files[at] is None or files[at] not in files[:at]]


def _from_file(layer: Image) -> OpenedPicture | None:
    """The picture in the file that the layer shows a channel of; None for layers that others made."""
    if FILE not in layer.metadata:
        return None
    picture = read_picture(Path(layer.metadata[FILE]))
    return OpenedPicture(picture, None, picture.note)


def _unnamed(layer: Image, viewer: ViewerModel, mask: Labels | None, error: AxesError) -> Unnamed:
    return Unnamed(
        layer.name, error, lambda axes: _with_mask(_read(layer, axes), mask), lambda: _plane_on_show(layer, viewer)
    )


def _with_mask(opened: OpenedPicture, layer: Labels | None) -> OpenedPicture:
    if layer is None:
        return opened
    mask = whole(layer)
    if mask.shape != opened.picture.spatial_shape:  # axes of length 1 are none of the picture
        mask = mask.squeeze()
    if mask.shape != opened.picture.spatial_shape or not mask.any() or int(mask.min()) < 0:
        return opened
    wide = np.uint16 if int(mask.max()) < 2**16 - 1 else np.uint32
    note = f"{opened.picture.name} was added with the open layer {layer.name} as its mask."
    return OpenedPicture(opened.picture, mask.astype(wide), note)


def _read(layer: Image, told: str) -> OpenedPicture:
    """The whole layer; a stack with the axes that its labels name, or that a person has `told`. Raises AxesError."""
    array, letters = whole(layer), axes(layer)
    if layer.rgb:
        array = array[..., :3]
    if told:
        letters = stretched(told_axes(told, Grid(array, letters), layer.name).axes, Grid(array, letters))
    grid = squeezed(Grid(array, letters))
    check_named(layer.name, grid)  # first: of a layer, a short axis is as likely no channels
    image, own = channels_first(grid, layer.name)
    size = sizes(layer, letters)
    colour = COLOUR if layer.rgb and len(image) == len(COLOUR) else ()
    source = f"open layer {layer.name}"
    sides = tuple(size[axis] for axis in own[1:])
    return OpenedPicture(Picture(layer.name, image, sides, unit_of(layer, letters), colour, source, own, told), None)


def _plane_on_show(layer: Image, viewer: ViewerModel) -> OpenedPicture:
    point = layer.world_to_data(viewer.dims.point[-layer.ndim :])
    data = finest(layer)
    shown = [int(np.clip(round(float(point[axis])), 0, data.shape[axis] - 1)) for axis in range(layer.ndim - 2)]
    where = ", ".join(f"{label} = {at}" for label, at in zip(layer.axis_labels, shown, strict=False))
    pixels = plane(layer, tuple(shown))
    image = np.moveaxis(pixels[..., :3], -1, 0) if layer.rgb else pixels[None]
    size = tuple(abs(float(side)) for side in layer.scale[-2:])
    name, source = " ".join([layer.name, *map(str, shown)]), f"open layer {layer.name}"
    picture = Picture(name, image, size, unit_of(layer, axes(layer)), COLOUR if layer.rgb else (), source, FLAT)
    return OpenedPicture(picture, None, f"Of {layer.name}, the plane on show ({where}) was added.")
