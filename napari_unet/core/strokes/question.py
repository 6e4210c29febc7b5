"""A picture, what is known of it, and who is asked about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import Kind
from napari_unet.core.strokes.heard import beside_start, loud
from napari_unet.core.strokes.lesson import Lesson
from napari_unet.core.strokes.painted import NOTHING, Painted
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import tells_one_region
from napari_unet.core.strokes.steered import Steering
from napari_unet.core.strokes.trust import UNKNOWN
from napari_unet.core.strokes.voices import THIS, heard_of, with_voices
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
    start : the name of the start for this picture, or None; also while it is not asked.
    """

    seen: Seen
    painted: Painted | None
    lesson: Lesson
    said: Callable[[Window], Planes | None]
    count: int
    start: str | None = None

    def steering(self, kind: Kind, window: Window, asked: list[int]) -> Steering:
        """What the network is shown of a window, to find each of the classes that are asked for."""
        shape = (len(asked), *(part.stop - part.start for part in window))
        guide = plain = anchored = said = np.full(shape, np.float32(UNKNOWN))
        guide_trust = start_trust = np.full(len(asked), np.float32(UNKNOWN))
        if taught := self.lesson.taught.get(self.seen.width):
            looks = taught.features(self.seen, window), self.seen.outstanding(window)
            guide, guide_trust = taught.guide.survey(*looks)[asked], taught.trust[asked]
            plain = taught.plainly(self.seen, window)[asked]
            anchored = taught.anchored.survey(*looks)[asked] if taught.anchored else anchored
            unpainted = np.array(asked) >= self.lesson.painted
            guide[unpainted] = plain[unpainted] = guide_trust[unpainted] = UNKNOWN
        if (told := self.said(window)) is not None:
            said = told[slice(0, 1) if kind == "objects" else asked]
            start_trust = self.lesson.trust[asked]
        classes = self.painted.classes[window] if self.painted else np.full(shape[1:], NOTHING)
        this = np.stack([classes == number for number in asked])
        other = (classes != NOTHING) & ~this
        shown, amount = self.seen.shown(window), self.lesson.amount
        return Steering(shown, this, other, guide, plain, anchored, said, guide_trust, start_trust, amount)

    def agreement(self, asked: list[int]) -> NDArray[np.float32]:
        """How far guide and start say the same of each class that is asked for; 0 while there is nothing to compare."""
        taught = self.lesson.taught.get(self.seen.width)
        return taught.agreement[asked] if taught else np.zeros(len(asked), np.float32)

    def sureness(self, asked: list[int]) -> NDArray[np.float32]:
        """How sure the start is of what it finds, (B,), 0..1; of one class among several it never is."""
        taught = self.lesson.taught.get(self.seen.width)
        sure = taught.sure if taught and asked == [THIS] else {}
        return np.full(len(asked), sure.get(self.start or "", 0), np.float32)

    def loudness(self, steering: Steering, asked: list[int]) -> Planes:
        """How much the plain forest counts beside the network, (B, 1, 1). Classes without strokes are none of its
        business.
        """
        taught = self.lesson.taught.get(self.seen.width)
        if taught is None:
            return np.zeros((len(asked), 1, 1), np.float32)
        painted = np.isin(asked, taught.known)[:, np.newaxis, np.newaxis]
        return loud(steering, np.maximum(taught.doubt, taught.better)[asked]) * painted

    def heard(self, steering: Steering, asked: list[int]) -> float:
        """How much the voices count beside the network, 0..1: nothing where no start says anything."""
        taught, alone = self.lesson.taught.get(self.seen.width), asked == [THIS]
        if taught is None or not alone or not (steering.start != UNKNOWN).any():
            return 0.0
        strokes = len(np.unique(self.painted.strokes)) if self.painted else 0
        share = heard_of(float(taught.agreement[THIS]), strokes)
        return share if share and taught.weights() is not None else 0.0

    def advised(self, told: Planes, steering: Steering, asked: list[int]) -> Planes:
        """What was told (B, y, x), and what start, guide and plain guide say together; see `voices`. A start of one
        region is heard beside all of them.
        """
        share, taught = self.heard(steering, asked), self.lesson.taught.get(self.seen.width)
        weights = taught.weights() if taught and share else None
        if weights is not None:
            told = with_voices(told, (steering.start, steering.guide, steering.plain), weights, share)
        region = tells_one_region(self.start) and asked == [THIS] and (steering.start != UNKNOWN).any()
        return beside_start(told, steering.start) if region else told
