"""What the networks say about a large picture: tile by tile into files, or block by block where others do the rest.

Tiles lie where they would in one go, and count as much, so that the answer is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.channels import picked
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.scale import microns
from napari_unet.core.errors import ModelError
from napari_unet.core.inference.once import Pass, count, look
from napari_unet.core.inference.predicting import check_alike, chosen_for, passes_of
from napari_unet.core.inference.tiles import Tile
from napari_unet.core.large.grid import Block, Shape, blocks, shared
from napari_unet.core.large.store import OneBlock
from napari_unet.core.large.work import Work
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.preprocessing import View
from napari_unet.core.preprocessing.chain import steps_of
from napari_unet.core.settings import InferenceSettings, PostprocessingSettings
from napari_unet.core.stopping import Stop


def looks(
    models: Sequence[Model], picture: Picture, settings: InferenceSettings, clean_up: PostprocessingSettings
) -> list[Pass]:
    """Every look that is taken at a picture; its levels are measured on a sample.

    Raises
    ------
    ModelError : there is no model, they answer different questions, or one cannot work in blocks.
    PictureError : the picture is flat grey or of the wrong channels.
    """
    check_alike(models)
    for model in models:
        check_possible(model, picture, clean_up)
    pairs = [(model, _view(model, picture, settings)) for model in models]
    return list(passes_of(pairs, settings, apart=False))


def _view(model: Model, picture: Picture, settings: InferenceSettings) -> View:
    chosen = chosen_for(model.card, settings)
    image = picked(picture.image, chosen, picture.channel_names, picture.name)
    return View(image, model.card, picture.name, microns(picture), settings.object_width)


def check_possible(model: Model, picture: Picture, clean_up: PostprocessingSettings) -> None:
    """Raises ModelError for what cannot be done block by block."""
    card = model.card
    if why := why_not(model, picture, clean_up):
        raise ModelError(
            f"{picture.name} cannot be segmented in blocks: {why}.",
            "Blocks are of planes, for 2-D networks that see them as they are, rescaled at most.",
            f"Choose a model other than {card.name}, a smaller part of the picture, or leave --in-blocks out.",
        )


def why_not(model: Model, picture: Picture, clean_up: PostprocessingSettings) -> str:
    """Why a model cannot see a picture in blocks; empty where it can."""
    if clean_up.volume and "Z" in picture.axes and model.card.kind == "objects":
        return "cells are to be parted as a volume"
    if model.card.plan.network.dimensions != "2-D":
        return f"{model.card.name} sees in 3-D"
    if steps_of(model.card.plan.preprocessing):
        return f"{model.card.name} cleans a picture as a whole before it looks (background, denoise or equalise)"
    return ""


def plane_of(each: Pass, place: tuple[int, ...]) -> Pass:
    """The look at one plane of a stack, at a place along ([T,] [Z]); as it is where there is no stack."""
    return replace(each, view=each.view.plane(place)) if place else each


def answer_all(work: Work, passes: Sequence[Pass], settings: InferenceSettings, stop: Stop) -> Iterator[None]:
    """Every tile of every look, once. Raises Stopped, PictureError, DeviceError, StorageError."""
    for each, store in zip(passes, work.looks, strict=True):
        yield from look(each, settings, store, stop)


def count_all(passes: Sequence[Pass], settings: InferenceSettings) -> int:
    """How many tiles that are."""
    return sum(count(each, settings) for each in passes)


def answer_block(each: Pass, block: Block, planes: int, settings: InferenceSettings, stop: Stop) -> NDArray[np.float32]:
    """One look at one block by itself, (K, y, x): all tiles that reach into it, also those that others compute, too."""
    shape = cast(Shape, each.view.shape)
    sheet = OneBlock((planes, *shape), block)

    def reaches(tile: Tile) -> bool:
        return shared(cast(tuple[slice, slice], tile.window), block.core) is not None

    for _ in look(each, settings, sheet, stop, reaches):
        pass
    return sheet.values


def blocks_of(each: Pass, side: int) -> list[Block]:
    """The blocks of a look, which may be of another size than the picture."""
    return blocks(cast(Shape, each.view.shape), side)
