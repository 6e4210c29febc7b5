"""What is taken of a layer that is too large to be painted on as a whole: the surroundings of the middle of the view.

napari draws no labels larger than the graphics' textures at full resolution, and every stroke on them waits; a part of
this size is painted on and answered at once. What was learned from parts, `napari-unet segment` does to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from napari.components import ViewerModel
from napari.layers import Image

from napari_unet.core.data.part import Window, part_name, part_source, place_words
from napari_unet.core.data.picture import Picture, size_words
from napari_unet.core.settings.blocks import LARGE_PIXELS
from napari_unet.widgets.layers.pixels import axes, finest

SIDE = 2048
"""Of the part that is taken, in pixels."""


def window_of(layer: Image, viewer: ViewerModel) -> Window | None:
    """The part that is taken of a layer whose planes are large, see `core.settings.blocks`; None where that is all."""
    sides = finest(layer).shape[: layer.ndim][-2:]
    if prod(sides) <= LARGE_PIXELS or axes(layer)[: layer.ndim][-2:] != "YX":
        return None
    middle = (*viewer.dims.point[-layer.ndim :][:-2], *viewer.scene.camera.center[-2:])
    rows, columns = (
        _around(int(at), int(side)) for at, side in zip(layer.world_to_data(middle)[-2:], sides, strict=True)
    )
    return rows, columns


def cut_out(picture: Picture, window: Window, whole: Sequence[int]) -> tuple[Picture, str]:
    """The picture of a window with its place in its name, and a sentence for the person; `whole` is (Y, X) of all."""
    named = replace(picture, name=part_name(picture.name, window), source=part_source(picture.source, window))
    sentence = (
        f"{picture.name} is {size_words(tuple(whole))} pixels, too large to be painted on: the part in the middle of "
        f"the view was added ({place_words(window)}). A model that learned from parts does all of it with `napari-unet "
        "segment`."
    )
    return named, sentence


def _around(at: int, side: int) -> slice:
    start = min(max(0, at - SIDE // 2), max(0, side - SIDE))
    return slice(start, min(start + SIDE, side))
