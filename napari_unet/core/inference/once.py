"""One look of a network at a picture: tile by tile, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_unet.core.errors import PictureError
from napari_unet.core.inference.alongside import alongside
from napari_unet.core.inference.device import memory_told, pick_device, place
from napari_unet.core.inference.interrupting import Stopped, interruptible
from napari_unet.core.inference.tiles import BLEND, Tile, count_tiles, padded_shape, tiles
from napari_unet.core.model.blocks import cuboid
from napari_unet.core.model.card import OBJECT_PLANES, ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.preprocessing import View
from napari_unet.core.settings import InferenceSettings

PLANE = 2
"""Axes of a plane."""


@dataclass(frozen=True)
class Pass:
    """A model, what it looks at, and in which turns (see `turned`); does its answer count towards the mean?"""

    model: Model
    view: View
    turns: tuple[int, ...]
    counts: bool


@dataclass(frozen=True)
class Grid:
    """How one picture is cut for one network; all in pixels."""

    shape: tuple[int, ...]
    size: tuple[int, ...]
    overlap: tuple[int, ...]
    stride: tuple[int, ...]


def grid_of(each: Pass, settings: InferenceSettings) -> Grid:
    """How to cut the picture; an overlap of 0 is as far as the network sees on both sides.

    A volume is cut into blocks of as many voxels as a square tile has pixels, which overlap by half: as far as a 3-D
    network sees, no memory reaches.
    """
    network = each.model.network
    strides, shape = network.strides, padded_shape(each.view.shape, network.strides)
    if len(shape) == len(strides) > PLANE:
        size = cuboid(settings.tile, strides, shape)
        return Grid(shape, size, tuple(side // 2 for side in size), strides)
    overlap = settings.overlap or 2 * network.context + BLEND
    return Grid(shape, (settings.tile,) * PLANE, (overlap,) * PLANE, strides)


class Sheet(Protocol):
    """What answers are added to: an array (K, [Z,] Y, X), or what behaves like one but is kept on the disk."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(K, [Z,] Y, X)."""

    def __getitem__(self, key: Any, /) -> Any:
        """A window of all planes."""

    def __setitem__(self, key: Any, values: Any, /) -> None:
        """Put back a window of all planes."""


Wanted = Callable[[Tile], bool]


def every_tile(_: Tile) -> bool:
    """All tiles are wanted."""
    return True


def count(each: Pass, settings: InferenceSettings) -> int:
    """How many tiles the pass has."""
    grid = grid_of(each, settings)
    return count_tiles(grid.shape, grid.size, grid.overlap, grid.stride)


def look(
    each: Pass, settings: InferenceSettings, out: Sheet, stop: Callable[[], bool], wanted: Wanted = every_tile
) -> Iterator[None]:
    """Add the pass's probability to `out` (K, *view.shape), which holds zeros; yields after each tile.

    While the network works on a tile, the next one is read and the last one added up.

    `wanted` says which tiles are computed; the places of the others stay as they are.

    Raises
    ------
    Stopped : `stop` said yes. And PictureError when a tile needs too much memory, DeviceError.
    """
    device = pick_device(settings.device)
    place(each.model.network, device)
    network = each.model.network.eval()
    grid = grid_of(each, settings)

    def read(tile: Tile) -> Tensor:
        return torch.from_numpy(each.view.window(tile.window))

    def answer(window: Tensor) -> NDArray[np.float32]:
        if stop():
            raise Stopped
        told = memory_told(device, PictureError, "Choose smaller tiles, or close other programs.")
        with told, interruptible(network, stop):
            return averaged(each.model.card, network, window.to(device), each.turns)

    chosen = filter(wanted, tiles(grid.shape, grid.size, grid.overlap, grid.stride))
    yield from alongside(chosen, read, answer, partial(_add, out))


@torch.inference_mode()
def averaged(card: ModelCard, network: nn.Module, window: Tensor, turns: tuple[int, ...]) -> NDArray[np.float32]:
    """The probability (K, [Z,] Y, X) of a window (C, [Z,] Y, X), averaged over mirrored and turned views."""
    layout = torch.channels_last if window.ndim == 3 else torch.channels_last_3d
    total: Tensor | None = None
    for view in turns:
        logits = network(turned(window, view)[None].contiguous(memory_format=layout))[0]
        answer = turned_back(to_probability(card, logits), view)
        total = answer if total is None else total + answer
    assert total is not None, "there is at least one turn"
    return np.asarray((total / len(turns)).float().cpu().numpy())


def to_probability(card: ModelCard, logits: Tensor) -> Tensor:
    """Logits (K, [Z,] Y, X) to 0..1: planes of objects stand each on its own, those of classes sum to 1."""
    if card.kind == "regions":
        return torch.softmax(logits, 0)
    alone = torch.sigmoid(logits[: len(OBJECT_PLANES)])
    if not card.object_classes:
        return alone
    return torch.cat([alone, torch.softmax(logits[len(OBJECT_PLANES) :], 0)])


def turned(image: Tensor, view: int) -> Tensor:
    """One of the eight views of (C, [Z,] Y, X): mirrored when bit 2 is set, then turned by half and by quarter turns.

    The first two, first four and all eight are each a group, so that averages do not favour a direction.
    """
    image = image.flip(-1) if view & 4 else image
    return torch.rot90(image, 2 * (view & 1) + (view >> 1 & 1), (-2, -1))


def turned_back(image: Tensor, view: int) -> Tensor:
    """Undoes `turned`."""
    image = torch.rot90(image, -(2 * (view & 1) + (view >> 1 & 1)), (-2, -1))
    return image.flip(-1) if view & 4 else image


def _add(out: Sheet, tile: Tile, probability: NDArray[np.float32]) -> None:
    """Add a tile's weighted share to the whole, leaving out what lies beyond the picture; `probability` is used up."""
    inside = tuple(
        slice(part.start, min(part.stop, side)) for part, side in zip(tile.window, out.shape[1:], strict=True)
    )
    kept = tuple(slice(0, part.stop - part.start) for part in inside)
    probability *= tile.weight
    out[(slice(None), *inside)] += probability[(slice(None), *kept)]
