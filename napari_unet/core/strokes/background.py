"""The background stage: what the network that learns while a person paints adds to the instant answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.measure import label

from napari_unet.core.strokes.material import Material, material_of, window_of
from napari_unet.core.strokes.painted import NOTHING, Painted
from napari_unet.core.strokes.seen import MOST, Seen
from napari_unet.core.strokes.standing import Standing
from napari_unet.core.strokes.thinker import Thinker
from napari_unet.core.strokes.windows import Window

Planes = NDArray[np.float32]
Instant = Callable[[Window], Planes]
"""Gives the instant answer in a window, (K, y, x), background first."""


@dataclass(frozen=True)
class Spoken:
    """What network and instant answer last said about a whole picture, (K, Y, X) each."""

    thought: Planes
    instant: Planes


class Background:
    """A network, what it learns from, and how much its word counts.

    Parameters
    ----------
    begins_seeing : whether it begins as the usual start, or by chance.
    """

    def __init__(self, begins_seeing: bool) -> None:
        self._begins_seeing = begins_seeing
        self._thinker: Thinker | None = None
        self._standing = Standing()
        self._materials: dict[str, Material] = {}
        self._thoughts: dict[str, Planes] = {}
        self._spoken: dict[str, Spoken] = {}

    @property
    def steps(self) -> int:
        """How many learning steps it has done."""
        return self._thinker.steps if self._thinker else 0

    def take(self, seen: Seen, painted: Painted, instant: Instant) -> None:
        """Learn from a painted picture from now on."""
        window = window_of(painted)
        self._materials[seen.key] = material_of(seen, painted, window, instant(window))

    def forget(self, key: str) -> None:
        """Learn no longer from a picture."""
        self._materials.pop(key, None)

    def knows(self, key: str) -> bool:
        """Whether it learns from this picture as it is painted now."""
        return key in self._materials

    def think(self, classes: int, end: float, stop: Callable[[], bool]) -> bool:
        """Learn from all pictures taken until `end` (of `time.monotonic`); with other classes than before, anew.

        Stopped before, it goes on saying what it said. Returns whether it says something else now.
        """
        if self._thinker is None or self._thinker.classes != classes:
            self._thinker, self._standing = Thinker(classes, self._begins_seeing), Standing()
            self._thoughts.clear()
        done = bool(self._materials) and self._thinker.think(list(self._materials.values()), end, stop)
        if done:
            self._thoughts.clear()
        return done

    def joined(self, seen: Seen, window: Window, instant: Planes) -> Planes:
        """The instant answer (K, y, x) in a window, and what the network thinks of it, together."""
        if self._thinker is None or self._thinker.classes != len(instant):
            return instant
        thought = self._thought(self._thinker, seen, window)
        if window == seen.whole:
            self._spoken[seen.key] = Spoken(thought, instant)
        share = np.float32(self._standing.share(self._thinker.steps))
        return instant + share * (thought - instant)

    def tried(self, key: str, before: Painted | None, after: Painted | None) -> None:
        """Strokes were added to a picture: who had known it?"""
        spoken = self._spoken.pop(key, None)
        if spoken is None or after is None or after.count > len(spoken.thought):
            return
        new = after.classes != NOTHING if before is None else after.classes != before.classes
        new &= after.classes != NOTHING
        strokes = label(np.where(new, after.classes, NOTHING), background=NOTHING, connectivity=2)[new]
        right = (after.classes[new], *np.nonzero(new))
        self._standing.tried(spoken.thought[right], spoken.instant[right], strokes)

    def _thought(self, thinker: Thinker, seen: Seen, window: Window) -> Planes:
        """Of a picture that is not large, all is thought at once and kept until more is learned."""
        if math.prod(seen.shape) > MOST:
            return thinker.say(seen, window)
        if seen.key not in self._thoughts:
            self._thoughts[seen.key] = thinker.say(seen, seen.whole)
        return self._thoughts[seen.key][(slice(None), *window)]
