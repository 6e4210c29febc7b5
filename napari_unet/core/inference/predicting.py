"""Running a model over a picture of any size, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_unet.core.errors import PictureError
from napari_unet.core.inference.device import memory_told, pick_device, place
from napari_unet.core.inference.tiles import BLEND, Tile, count_tiles, padded_shape, tiles
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.model.intake import Levels, fit_channels, measure_levels, normalise, percentiles
from napari_unet.core.settings import InferenceSettings

THE_PICTURE = "The picture"
"""What errors call a picture whose name is not known here."""


@dataclass(frozen=True)
class TileDone:
    """`done` of `total` tiles are computed."""

    done: int
    total: int


@dataclass(frozen=True)
class Grid:
    """How one picture is cut for one network; all in pixels."""

    shape: tuple[int, ...]
    size: int
    overlap: int
    stride: int


def output_planes(card: ModelCard) -> int:
    """How many planes the model's probability has."""
    return len(card.outputs)


def predict(
    model: Model,
    picture_image: NDArray[np.generic],
    settings: InferenceSettings,
    out: NDArray[np.float32],
    stop: Callable[[], bool],
) -> Generator[TileDone]:
    """Fill `out` with the model's probability of a picture, tile by tile.

    Parameters
    ----------
    picture_image : (C, Y, X), any real dtype, as acquired.
    out : (K, Y, X) float32, for example a memory-mapped file; every value ends up in 0..1.
    stop : asked between tiles; when it says yes, `out` is left incomplete.

    Raises
    ------
    ModelError : the picture's channels do not fit the model.
    PictureError : NaN or constant, or there is not enough memory for a tile.
    DeviceError : a device was asked for that is not there.
    """
    levels = picture_levels(model.card, picture_image)
    yield from predict_at(levels, model, picture_image, settings, out, stop)


def predict_at(
    levels: Levels,
    model: Model,
    picture_image: NDArray[np.generic],
    settings: InferenceSettings,
    out: NDArray[np.float32],
    stop: Callable[[], bool],
) -> Generator[TileDone]:
    """As `predict`, at levels that are known already: a window of a picture is seen at those of all of the picture."""
    device = pick_device(settings.device)
    place(model.network, device)
    network = model.network.eval()
    grid = plan(model, picture_image, settings)
    total = count_tiles(grid.shape, grid.size, grid.overlap, grid.stride)
    out[:] = 0
    yield TileDone(0, total)
    for done, tile in enumerate(tiles(grid.shape, grid.size, grid.overlap, grid.stride), start=1):
        if stop():
            return
        window = _cut(picture_image, tile, model.card, levels)
        with memory_told(device, PictureError, "Choose smaller tiles, or close other programs."):
            probability = averaged(model.card, network, torch.from_numpy(window).to(device), settings.turns)
        _add(out, tile, probability)
        yield TileDone(done, total)


def plan(model: Model, image: NDArray[np.generic], settings: InferenceSettings) -> Grid:
    """How to cut the picture; an overlap of 0 is as far as the network sees on both sides."""
    stride = model.network.stride
    overlap = settings.overlap or 2 * model.network.context + BLEND
    return Grid(padded_shape(image.shape[1:], stride), settings.tile, overlap, stride)


def picture_levels(card: ModelCard, image: NDArray[np.generic]) -> Levels:
    """The levels that bring the picture to the model's scale of brightness."""
    return measure_levels(
        fit_channels(image, card.channels, card.colour), percentiles(card.plan.preprocessing), THE_PICTURE
    )


@torch.inference_mode()
def averaged(card: ModelCard, network: torch.nn.Module, window: Tensor, turns: int) -> NDArray[np.float32]:
    """The probability (K, Y, X) of a normalised window (C, Y, X), averaged over `turns` mirrored and turned views."""
    total: Tensor | None = None
    for view in range(turns):
        logits = network(turned(window, view)[None].contiguous(memory_format=torch.channels_last))[0]
        answer = turned_back(to_probability(card, logits), view)
        total = answer if total is None else total + answer
    assert total is not None, "settings.turns is at least 1"
    return np.asarray((total / turns).float().cpu().numpy())


def to_probability(card: ModelCard, logits: Tensor) -> Tensor:
    """Logits (K, Y, X) to 0..1: planes of objects stand each on its own, those of regions sum to 1."""
    return torch.softmax(logits, 0) if card.kind == "regions" else torch.sigmoid(logits)


def turned(image: Tensor, view: int) -> Tensor:
    """One of the eight views of (C, Y, X): mirrored when bit 2 is set, then turned by half and by quarter turns.

    The first two, first four and all eight are each a group, so that averages do not favour a direction.
    """
    image = image.flip(-1) if view & 4 else image
    return torch.rot90(image, 2 * (view & 1) + (view >> 1 & 1), (-2, -1))


def turned_back(image: Tensor, view: int) -> Tensor:
    """Undoes `turned`."""
    image = torch.rot90(image, -(2 * (view & 1) + (view >> 1 & 1)), (-2, -1))
    return image.flip(-1) if view & 4 else image


def _cut(image: NDArray[np.generic], tile: Tile, card: ModelCard, levels: Levels) -> NDArray[np.float32]:
    """The tile's window of the picture, normalised; what lies beyond the picture mirrors it."""
    rows, columns = (_mirrored(part, side) for part, side in zip(tile.window, image.shape[1:], strict=True))
    window = image[np.ix_(np.arange(image.shape[0]), rows, columns)]
    return normalise(fit_channels(window, card.channels, card.colour), levels)


def _mirrored(part: slice, side: int) -> NDArray[np.intp]:
    """The indices of a stretch of an axis of `side` pixels that may run past its end."""
    index = np.arange(part.start, part.stop) % max(1, 2 * side - 2)
    return np.where(index >= side, 2 * side - 2 - index, index)


def _add(out: NDArray[np.float32], tile: Tile, probability: NDArray[np.float32]) -> None:
    """Add a tile's weighted share to the whole, leaving out what lies beyond the picture."""
    inside = tuple(
        slice(part.start, min(part.stop, side)) for part, side in zip(tile.window, out.shape[1:], strict=True)
    )
    kept = tuple(slice(0, part.stop - part.start) for part in inside)
    out[(slice(None), *inside)] += (probability * tile.weight)[(slice(None), *kept)]
