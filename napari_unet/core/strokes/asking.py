"""Putting all that is known of a picture before the steered network, tile by tile and class by class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from napari_unet.core.inference.device import place
from napari_unet.core.inference.tiles import padded_shape, tiles
from napari_unet.core.model import Network, load_model
from napari_unet.core.model.shipped import STEERED, shipped_model
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.painted import BOTH, NOTHING, Painted
from napari_unet.core.strokes.seen import Seen, Window
from napari_unet.core.strokes.steered import UNKNOWN, Steering, steer, stride_of

TILE, OVERLAP = 1024, 192
"""Larger pictures are answered tile by tile. The network sees a little further than tiles overlap, but hardly looks."""

FAINT = 1e-6
"""Where no class is likelier than this, none is divided by less."""

Planes = NDArray[np.float32]


@dataclass(frozen=True)
class Question:
    """A picture, and what is known of it.

    Parameters
    ----------
    guide : what learned from the strokes, or None.
    said : what the start says, (K, Y, X), or None.
    count : how many classes there are, background among them.
    """

    seen: Seen
    painted: Painted | None
    guide: Guide | None
    said: Planes | None
    count: int

    def steering(self, kind: Kind, window: Window, asked: list[int]) -> Steering:
        """What the network is shown of a window, to find each of the classes that are asked for."""
        shape = (len(asked), *(part.stop - part.start for part in window))
        unknown = np.full(shape, np.float32(UNKNOWN))
        guide = self.guide.ask(self.seen.features(window))[asked] if self.guide else unknown
        said = unknown if self.said is None else self.said[(slice(0, 1) if kind == "objects" else asked, *window)]
        classes = self.painted.classes[window] if self.painted else np.full(shape[1:], NOTHING)
        this = np.stack([classes == number for number in asked])
        return Steering(self.seen.shown(window), this, (classes != NOTHING) & ~this, guide, said)


class Asking:
    """Asks the steered network.

    Parameters
    ----------
    kind, device : what is looked for, and where to compute.
    """

    def __init__(self, kind: Kind, device: torch.device) -> None:
        self._kind, self._device = kind, device
        self.network: Network = load_model(shipped_model(STEERED)).network
        place(self.network, device)

    def ask(self, question: Question) -> Planes:
        """Objects: (1, Y, X), is a pixel of an object? Regions: (K, Y, X), background first, summing to 1."""
        alone = self._kind == "objects" or question.count == BOTH
        asked = [1] if alone else list(range(question.count))
        told = self._whole(question, asked)
        if self._kind == "objects":
            return told
        return np.stack([1 - told[0], told[0]]) if alone else told / np.maximum(told.sum(0), FAINT)

    def _whole(self, question: Question, asked: list[int]) -> Planes:
        """Each class on its own, (B, Y, X)."""
        shape, stride = question.seen.shape, stride_of(self.network)
        out = np.zeros((len(asked), *shape), np.float32)
        for tile in tiles(padded_shape(shape, stride), TILE, OVERLAP, stride):
            window = _inside(tile.window, shape)
            steering = question.steering(self._kind, window, asked)
            rows, columns = steering.picture.shape[1:]
            out[(slice(None), *window)] += steer(self.network, steering, self._device) * tile.weight[:rows, :columns]
        return out


def _inside(window: tuple[slice, ...], shape: tuple[int, int]) -> Window:
    """The part of a window that lies within the picture."""
    y, x = (slice(part.start, min(part.stop, side)) for part, side in zip(window, shape, strict=True))
    return y, x
