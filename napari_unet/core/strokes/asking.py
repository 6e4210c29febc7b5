"""Putting all that is known of a picture before the steered network, tile by tile and class by class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from napari_unet.core.inference.device import place
from napari_unet.core.inference.tiles import padded_shape, tiles
from napari_unet.core.model import Network, load_model
from napari_unet.core.model.shipped import STEERED, shipped_model
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.heard import beside_plain, leaned, loud, plainly_guided, unmisled
from napari_unet.core.strokes.lesson import Lesson
from napari_unet.core.strokes.painted import BOTH, NOTHING, Painted
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.steered import Steering, steer, stride_of
from napari_unet.core.strokes.trust import UNKNOWN
from napari_unet.core.strokes.windows import Window, grown, moved, within

TILE, OVERLAP = 1024, 192
"""Larger pictures are answered tile by tile. The network sees a little further than tiles overlap, but hardly looks."""

MARGIN = OVERLAP // 2
"""A window is shown with so many pixels around it."""

FAINT = 1e-6
"""Where no class is likelier than this, none is divided by less."""

Planes = NDArray[np.float32]


@dataclass(frozen=True)
class Question:
    """A picture, and what is known of it.

    Parameters
    ----------
    lesson : what all strokes taught.
    said : gives what the start says about a window, (K, y, x), or None.
    count : how many classes there are, background among them.
    """

    seen: Seen
    painted: Painted | None
    lesson: Lesson
    said: Callable[[Window], Planes | None]
    count: int

    def steering(self, kind: Kind, window: Window, asked: list[int]) -> Steering:
        """What the network is shown of a window, to find each of the classes that are asked for."""
        shape = (len(asked), *(part.stop - part.start for part in window))
        guide = anchored = said = np.full(shape, np.float32(UNKNOWN))
        guide_trust = start_trust = np.full(len(asked), np.float32(UNKNOWN))
        if taught := self.lesson.taught.get(self.seen.width):
            features = taught.features(self.seen, window)
            guide, guide_trust = taught.guide.ask(features)[asked], taught.trust[asked]
            anchored = taught.anchored.ask(features)[asked] if taught.anchored else anchored
            unpainted = np.array(asked) >= self.lesson.painted
            guide[unpainted] = guide_trust[unpainted] = UNKNOWN
        if (told := self.said(window)) is not None:
            said = told[slice(0, 1) if kind == "objects" else asked]
            start_trust = self.lesson.trust[asked]
        classes = self.painted.classes[window] if self.painted else np.full(shape[1:], NOTHING)
        this = np.stack([classes == number for number in asked])
        other = (classes != NOTHING) & ~this
        shown, amount = self.seen.shown(window), self.lesson.amount
        return Steering(shown, this, other, guide, anchored, said, guide_trust, start_trust, amount)

    def agreement(self, asked: list[int]) -> NDArray[np.float32]:
        """How far guide and start say the same of each class that is asked for; 0 while there is nothing to compare."""
        taught = self.lesson.taught.get(self.seen.width)
        return taught.agreement[asked] if taught else np.zeros(len(asked), np.float32)

    def plain(self, steering: Steering, window: Window, asked: list[int]) -> tuple[Planes, Planes]:
        """What the plain forest says, and how much that counts; it is asked where it does. Classes without strokes are
        none of its business.
        """
        taught, nothing = self.lesson.taught.get(self.seen.width), np.zeros((len(asked), 1, 1), np.float32)
        if taught is None:
            return nothing, nothing
        weight = loud(steering, taught.doubt[asked]) * np.isin(asked, taught.known)[:, np.newaxis, np.newaxis]
        return (taught.plainly(self.seen, window)[asked] if weight.any() else nothing), weight


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
        y, x = grown(window, MARGIN, shape)
        wide = slice(y.start // stride * stride, y.stop), slice(x.start // stride * stride, x.stop)
        sides = wide[0].stop - wide[0].start, wide[1].stop - wide[1].start
        out = np.zeros((len(asked), *sides), np.float32)
        for tile in tiles(padded_shape(sides, stride), TILE, OVERLAP, stride):
            inside = _inside(tile.window, sides)
            steering = unmisled(question.steering(self._kind, moved(inside, wide), asked), agreement)
            rows, columns = steering.picture.shape[1:]
            plain, weight = question.plain(steering, moved(inside, wide), asked)
            told = steer(self.network, plainly_guided(steering, plain, weight), self._device)
            told = beside_plain(leaned(told, steering, agreement), plain, weight)
            out[(slice(None), *inside)] += told * tile.weight[:rows, :columns]
        return out[(slice(None), *within(window, wide))]


def _inside(window: tuple[slice, ...], shape: tuple[int, int]) -> Window:
    """The part of a window that lies within the picture."""
    y, x = (slice(part.start, min(part.stop, side)) for part, side in zip(window, shape, strict=True))
    return y, x
