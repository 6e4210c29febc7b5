"""A picture, what is known of it, and who is asked about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import Kind
from napari_unet.core.strokes.heard import loud
from napari_unet.core.strokes.lesson import Lesson
from napari_unet.core.strokes.painted import NOTHING, Painted
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.steered import Steering
from napari_unet.core.strokes.trust import UNKNOWN
from napari_unet.core.strokes.voices import heard_of, with_voices
from napari_unet.core.strokes.windows import Window

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

    def advised(self, told: Planes, steering: Steering, window: Window, asked: list[int]) -> Planes:
        """What was told (B, y, x), and what start and guides say together; see `voices`."""
        taught = self.lesson.taught.get(self.seen.width)
        if taught is None:
            return told
        share = heard_of(self.agreement(asked), self._strokes) * np.isin(asked, taught.known)
        weights = taught.weights() if share.any() else None
        if weights is None:
            return told
        voices = steering.start, steering.guide, taught.plainly(self.seen, window)[asked]
        return with_voices(told, voices, weights[asked], share)

    @property
    def _strokes(self) -> int:
        """How many there are in this picture."""
        return len(np.unique(self.painted.strokes)) if self.painted else 0
