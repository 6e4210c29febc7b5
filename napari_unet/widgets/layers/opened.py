"""Pictures a person has already opened as layers, whichever reader brought them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from napari.components import ViewerModel
from napari.layers import Image, Labels
from numpy.typing import NDArray

from napari_unet.core.data.axes import Grid, channels_first, check_named, squeezed, stretched, told_axes
from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.data.part import Window
from napari_unet.core.data.picture import COLOUR, FLAT, Picture
from napari_unet.core.data.read import checked_values, read_picture
from napari_unet.core.errors import AxesError, PictureError, UnetError
from napari_unet.core.wording import listed
from napari_unet.widgets.layers.cutting import cut_out, window_of
from napari_unet.widgets.layers.files import files_of, source_of
from napari_unet.widgets.layers.making import role_of
from napari_unet.widgets.layers.opening import FILE
from napari_unet.widgets.layers.pixels import axes, finest, pixels_of, plane, sizes, unit_of
from napari_unet.widgets.layers.split import Group, grouped, name_of, names_in


@dataclass(frozen=True)
class OpenedPicture:
    """A picture read from an open layer, with its mask where one is open too; `mask_source` is the file of that.

    `note` says what was decided for it.
    """

    picture: Picture
    mask: NDArray[np.integer] | None
    note: str = ""
    mask_source: str = ""


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

    Layers that are channels of one picture become one, see `split`.

    Of a layer that is too large to be painted on, the part in the middle of the view is taken; see `cutting`.

    A lone Labels layer of the same size as a lone Image layer is taken as its mask, and so is that of the same file.
    What is wrong with a layer is told to `fail`, and the others are taken. Raises PictureError when no Image layer is
    open.
    """
    groups = _theirs(viewer)
    masks = [layer for layer in viewer.layers if isinstance(layer, Labels) and role_of(layer) is None]
    if not groups:
        raise PictureError("No picture is open in napari.", "", "Open one with File > Open, or add files here.")
    lone = masks if len(groups) == len(masks) == 1 else []
    opened = []
    for group in groups:
        layer = group[0]
        of_its_file = [one for one in masks if FILE in one.metadata and one.metadata[FILE] == layer.metadata.get(FILE)]
        mask = next(iter(lone or (of_its_file if len(of_its_file) == 1 else [])), None)
        try:
            opened.append(_taken(group, "", mask, window_of(layer, viewer)))
        except AxesError as error:
            ask(_unnamed(group, viewer, mask, error))
        except PictureError as error:
            fail(error)
    return opened


def open_names(viewer: ViewerModel) -> list[str]:
    """What the person's own Image layers become pictures as; cheap, nothing is read."""
    return [name_of(group) for group in _theirs(viewer)]


def _theirs(viewer: ViewerModel) -> list[Group]:
    """The person's own Image layers, those that are channels of one picture together."""
    return grouped([layer for layer in viewer.layers if isinstance(layer, Image) and role_of(layer) is None])


def _taken(group: Group, told: str, mask: Labels | None, window: Window | None) -> OpenedPicture:
    """The picture of layers, or of a window of one that is too large, with its mask; `told` as in `_read`."""
    layer = group[0]
    picture = (None if told else _from_file(layer, window)) or _with_size(_joined(group, told, window), layer)
    picture, note = _with_files(picture, *group), picture.note
    if window is not None:
        sides = finest(layer).shape[: layer.ndim][-2:]
        picture, told_window = cut_out(picture, window, sides)
        note = f"{note} {told_window}".strip()
        mask = mask if mask is not None and finest(mask).shape[-2:] == sides else None
    return OpenedPicture(picture, None, note) if mask is None else _with_mask(picture, note, mask, window)


def _from_file(layer: Image, window: Window | None) -> Picture | None:
    """The picture in the file that the layer shows a channel of; None for layers that others made."""
    if FILE not in layer.metadata:
        return None
    path = Path(layer.metadata[FILE])
    if window is None:
        return read_picture(path)
    lazy = open_lazily(path)
    part = lazy.part(*(slice(None),) * (len(lazy.spatial_shape) - len(window)), *window)
    return replace(part, image=checked_values(part.image, part.name))


def _unnamed(group: Group, viewer: ViewerModel, mask: Labels | None, error: AxesError) -> Unnamed:
    layer = group[0]
    return Unnamed(
        name_of(group),
        error,
        lambda axes: _taken(group, axes, mask, window_of(layer, viewer)),
        lambda: _plane_on_show(layer, viewer),
    )


def _with_mask(picture: Picture, note: str, layer: Labels, window: Window | None) -> OpenedPicture:
    mask = pixels_of(layer, window)
    if mask.shape != picture.spatial_shape:  # axes of length 1 are none of the picture
        mask = mask.squeeze()
    if mask.shape != picture.spatial_shape or not mask.any() or int(mask.min()) < 0:
        return OpenedPicture(picture, None, note)
    wide = np.uint16 if int(mask.max()) < 2**16 - 1 else np.uint32
    with_mask = f"{picture.name} was added with the open layer {layer.name} as its mask."
    source = source_of(layer) or f"open layer {layer.name}"
    return OpenedPicture(_with_files(picture, layer), mask.astype(wide), f"{note} {with_mask}".strip(), source)


def _with_size(picture: Picture, layer: Image) -> Picture:
    """The picture with the pixel size that its file tells, where the layer has none: many readers leave it out."""
    path = layer.source.path
    if path is None or set(picture.pixel_size) != {1.0}:
        return picture
    with suppress(UnetError, OSError):  # whoever brought the layer could read it
        told, sides = open_lazily(Path(path)), finest(layer).shape[: layer.ndim][-2:]
        if (told.axes[1:], told.spatial_shape[-2:]) == (picture.axes[1:], sides):
            return replace(picture, pixel_size=told.pixel_size, unit=told.unit)
    return picture


def _with_files(picture: Picture, *layers: Image | Labels) -> Picture:
    """The picture, with the files of these layers among those that it was read from."""
    return replace(picture, files=tuple(dict.fromkeys([*picture.files, *files_of(*layers)])))


def _joined(group: Group, told: str, window: Window | None) -> Picture:
    """The picture of a layer, or of several that are its channels. Raises AxesError."""
    parts = [_read(layer, told, window) for layer in group]
    if len(parts) == 1:
        return parts[0]
    if any(part.channels > 1 for part in parts):
        what = " and ".join(part.name for part in parts)
        raise PictureError(f"{what} are channels of one file, and have channels themselves.", do="Add the file itself.")
    named, names = name_of(group), names_in(group)
    told_names = f" ({listed(names)})" if names else ""
    note = f"{named}: {len(parts)} layers were added as its channels{told_names}."
    image = np.concatenate([part.image for part in parts])
    source = source_of(group[0]) or f"open layers {listed([part.name for part in parts])}"
    return replace(parts[0], name=named, image=image, channel_names=names, source=source, note=note)


def _read(layer: Image, told: str, window: Window | None) -> Picture:
    """The layer, or a window of it; a stack with the axes that its labels name, or that a person has `told`.

    Raises AxesError.
    """
    array, letters = pixels_of(layer, window), axes(layer)
    if layer.rgb:
        array = array[..., :3]
    if told:
        letters = stretched(told_axes(told, Grid(array, letters), layer.name).axes, Grid(array, letters))
    grid = squeezed(Grid(array, letters))
    check_named(layer.name, grid)  # first: of a layer, a short axis is as likely no channels
    image, own = channels_first(grid, layer.name)
    size = sizes(layer, letters)
    colour = COLOUR if layer.rgb and len(image) == len(COLOUR) else ()
    source = source_of(layer) or f"open layer {layer.name}"
    sides = tuple(size[axis] for axis in own[1:])
    return Picture(layer.name, image, sides, unit_of(layer, letters), colour, source, own, told)


def _plane_on_show(layer: Image, viewer: ViewerModel) -> OpenedPicture:
    point = layer.world_to_data(viewer.dims.point[-layer.ndim :])
    data = finest(layer)
    shown = [int(np.clip(round(float(point[axis])), 0, data.shape[axis] - 1)) for axis in range(layer.ndim - 2)]
    where = ", ".join(f"{label} = {at}" for label, at in zip(layer.axis_labels, shown, strict=False))
    window = window_of(layer, viewer)
    pixels = plane(layer, (*shown, *(window or ())))
    image = np.moveaxis(pixels[..., :3], -1, 0) if layer.rgb else pixels[None]
    size = tuple(abs(float(side)) for side in layer.scale[-2:])
    name, source = " ".join([layer.name, *map(str, shown)]), source_of(layer) or f"open layer {layer.name}"
    picture = Picture(name, image, size, unit_of(layer, axes(layer)), COLOUR if layer.rgb else (), source, FLAT)
    picture = _with_files(picture, layer)
    note = f"Of {layer.name}, the plane on show ({where}) was added."
    if window is not None:
        picture, of_window = cut_out(picture, window, data.shape[: layer.ndim][-2:])
        note = f"{note} {of_window}"
    return OpenedPicture(picture, None, note)
