"""Putting all that is known of a picture before the steered network, tile by tile and class by class."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch

from napari_unet.core.inference.device import place
from napari_unet.core.inference.tiles import padded_shape, tiles
from napari_unet.core.model import Network, load_model
from napari_unet.core.model.shipped import STEERED, shipped_model
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.heard import beside_plain, leaned, unmisled
from napari_unet.core.strokes.question import Planes, Question
from napari_unet.core.strokes.steered import steer, stride_of
from napari_unet.core.strokes.trust import BOTH
from napari_unet.core.strokes.windows import Window, grown, moved, within

TILE, OVERLAP = 1024, 192
"""Larger pictures are answered tile by tile. The network sees a little further than tiles overlap, but hardly looks."""

MARGIN = OVERLAP // 2
"""A window is shown with so many pixels around it."""

FAINT = 1e-6
"""Where no class is likelier than this, none is divided by less."""


class Asking:
    """Asks the steered network.

    Parameters
    ----------
    kind, device : what is looked for, and where to compute.
    """

    def __init__(self, kind: Kind, device: torch.device) -> None:
        self._kind, self._device = kind, device

    @cached_property
    def network(self) -> Network:
        """Read when it is first asked: who only wants to know what a start says does without."""
        network = load_model(shipped_model(STEERED)).network
        place(network, self._device)
        return network

    def ask(self, question: Question, window: Window) -> Planes:
        """Objects: (1, y, x), is a pixel of an object? Regions: (K, y, x), background first, summing to 1."""
        alone = self._kind == "objects" or question.count == BOTH
        asked = [1] if alone else list(range(question.count))
        told = self._window(question, asked, window)
        if self._kind == "objects":
            return told
        return np.stack([1 - told[0], told[0]]) if alone else told / np.maximum(told.sum(0), FAINT)

    def _window(self, question: Question, asked: list[int], window: Window) -> Planes:
        """Each class on its own, (B, y, x)."""
        stride, shape, agreement = stride_of(self.network), question.seen.shape, question.agreement(asked)
        sure = question.sureness(asked)
        y, x = grown(window, MARGIN, shape)
        wide = slice(y.start // stride * stride, y.stop), slice(x.start // stride * stride, x.stop)
        sides = wide[0].stop - wide[0].start, wide[1].stop - wide[1].start
        out = np.zeros((len(asked), *sides), np.float32)
        for tile in tiles(padded_shape(sides, stride), TILE, OVERLAP, stride):
            inside = _inside(tile.window, sides)
            steering = unmisled(question.steering(self._kind, moved(inside, wide), asked), agreement)
            rows, columns = steering.picture.shape[1:]
            told = leaned(steer(self.network, steering, self._device), steering, agreement, sure)
            told = beside_plain(told, steering.plain, question.loudness(steering, asked))
            told = question.advised(told, steering, asked)
            out[(slice(None), *inside)] += told * tile.weight[:rows, :columns]
        return out[(slice(None), *within(window, wide))]


def _inside(window: tuple[slice, ...], shape: tuple[int, int]) -> Window:
    """The part of a window that lies within the picture."""
    y, x = (slice(part.start, min(part.stop, side)) for part, side in zip(window, shape, strict=True))
    return y, x
