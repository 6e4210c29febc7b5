"""The background stage: what the network that learns while a person paints adds to the instant answer."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.measure import label

from napari_unet.core.model.shipped import USUAL
from napari_unet.core.stopping import Stop
from napari_unet.core.strokes.material import Material, material_of, window_of
from napari_unet.core.strokes.painted import NOTHING, Painted
from napari_unet.core.strokes.recent import Ends, Recent, ends
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.sides import Sides
from napari_unet.core.strokes.standing import RIPE, RIPE_FROM_CHANCE, Standing
from napari_unet.core.strokes.starts import tells_one_region
from napari_unet.core.strokes.thinker import Thinker
from napari_unet.core.strokes.windows import Window

Planes = NDArray[np.float32]
Instant = Callable[[Window], Planes]
"""Gives the instant answer in a window, (K, y, x), background first."""

LEARNED, REMEMBERED = 32, 8
"""It learns from so many pictures, those painted last; of so many answers it remembers what was said."""

MUCH = 0.05
"""Where more of a picture changes at once, no stroke was painted: something was accepted or taken back."""

KNOWN = 60
"""After so many steps the network half knows a stroke. Until then it counts less where the stroke changed the instant
answer, or it would take back what a person just brought about.
"""


def begins_as(painted: Iterable[Painted], seeing: bool) -> str | None:
    """The start as which the network begins: the usual one, or one of a region where all pictures have it; None, by
    chance, where nothing is to be started from.
    """
    if not seeing:
        return None
    theirs = {one.start for one in painted}
    alone = next(iter(theirs)) if len(theirs) == 1 else None
    return alone if alone is not None and tells_one_region(alone) else USUAL


def is_wholly_learned(painted: Painted) -> bool:
    """Whether the network learns from all that is painted on a picture; see `window_of`."""
    learned: int = math.prod(part.stop - part.start for part in window_of(painted))
    return learned == painted.classes.size


@dataclass(frozen=True)
class Spoken:
    """What network and instant answer last said in a window, (K, y, x) each."""

    window: Window
    thought: NDArray[np.float16]
    instant: NDArray[np.float16]


class Background:
    """A network, what it learns from, and how much its word counts.

    Parameters
    ----------
    on : where to compute; see the setting `device`.
    """

    def __init__(self, on: str) -> None:
        self._on = on
        self._thinker: Thinker | None = None
        self._sides = Sides()
        self._standing = Standing()
        self._materials: OrderedDict[str, Material] = OrderedDict()
        self._thoughts: Recent[tuple[str, Ends]] = Recent()
        self._heard = 0  # steps after which it last said something else
        self._spoken: OrderedDict[tuple[str, Ends], Spoken] = OrderedDict()
        self._before: OrderedDict[tuple[str, Ends], NDArray[np.float16]] = OrderedDict()  # strokes it hardly knows
        self._painted: dict[str, int | None] = {}  # after how many steps; None: where it does not look

    def expect(self, classes: int, start: str | None, sides: Sides) -> None:
        """So many classes are to be told apart, and these sides of starts are wanted; with others than before, all
        begins anew, with a network that begins as `start` (None: by chance).
        """
        if self._thinker is None or (self._thinker.classes, self._sides) != (classes, sides):
            self._thinker, self._sides = Thinker(classes, start, self._on), sides
            self._standing = Standing(RIPE if start else RIPE_FROM_CHANCE)
            self._heard = 0
            for kept in (self._materials, self._thoughts, self._spoken, self._before, self._painted):
                kept.clear()

    def take(self, seen: Seen, painted: Painted, instant: Instant) -> None:
        """Learn from a painted picture from now on."""
        window = window_of(painted)
        self._materials[seen.key] = material_of(seen, painted, window, instant(window))
        while len(self._materials) > LEARNED:
            self._materials.popitem(last=False)

    def forget(self, key: str) -> None:
        """Learn no longer from a picture as it was painted."""
        self._materials.pop(key, None)

    def knows(self, key: str) -> bool:
        """Whether it learns from this picture as it is painted now."""
        return key in self._materials

    @property
    def has_material(self) -> bool:
        """Whether there is any picture to learn from."""
        return bool(self._materials)

    def think(self, end: float, stop: Stop) -> bool:
        """Learn from all pictures taken until `end` (of `time.monotonic`).

        Stopped before, it goes on saying what it said. Returns whether it says something else now.
        """
        if self._thinker is None or not self._materials:
            return False
        done = self._thinker.think(list(self._materials.values()), end, stop)
        if done:
            self._heard = self._thinker.steps
            self._thoughts.clear()
        return done

    def joined(self, seen: Seen, window: Window, instant: Planes) -> Planes:
        """The instant answer (K, y, x) in a window, and what the network thinks of it, together: a fresh array.

        Where strokes that it hardly knows changed the instant answer, its word counts less.
        """
        thinker = self._thinker
        if thinker is None or thinker.classes != len(instant) or not self._heard:
            return instant.copy()
        key = seen.key, ends(window)
        thought = self._thoughts.get(key, lambda: thinker.say(seen, window))
        self._remember(key, Spoken(window, thought.astype(np.float16), instant.astype(np.float16)))
        share = np.float32(self._standing.share(self._heard))
        if key in self._before:
            changed = np.abs(instant - self._before[key]).max(0)
            share = share * (1 - np.float32(self._unknown(seen.key)) * changed)
        both: Planes = instant + share * (thought - instant)
        return both

    def tried(self, key: str, before: Painted | None, after: Painted | None) -> None:
        """Something was painted on a picture: who had known it?"""
        mine = [place for place in self._spoken if place[0] == key]
        spoken = {place: self._spoken.pop(place) for place in mine}
        self._changes(key, spoken, after)
        if after is None:
            return
        new = after.classes != NOTHING if before is None else after.classes != before.classes
        new &= after.classes != NOTHING
        if new.mean() <= MUCH:
            for one in spoken.values():
                self._try(one, np.where(new, after.classes, NOTHING)[one.window])

    def _remember(self, key: tuple[str, Ends], spoken: Spoken) -> None:
        self._spoken[key] = spoken
        self._spoken.move_to_end(key)
        while len(self._spoken) > REMEMBERED:
            self._spoken.popitem(last=False)

    def _changes(self, key: str, spoken: dict[tuple[str, Ends], Spoken], after: Painted | None) -> None:
        """From now on the instant answer is another one than the network learned from."""
        if self._unknown(key) < 1 / 2:
            for place in [place for place in self._before if place[0] == key]:
                del self._before[place]
        for place, one in spoken.items():
            self._before.setdefault(place, one.instant)
        while len(self._before) > REMEMBERED:
            self._before.popitem(last=False)
        steps = self._thinker.steps if self._thinker else 0
        self._painted[key] = steps if after is None or is_wholly_learned(after) else None

    def _unknown(self, key: str) -> float:
        """How little the network knows of what was painted last on a picture, 0..1."""
        steps = self._painted.get(key, 0)
        if steps is None:
            return 1.0
        since = max(0, self._heard - steps)
        return KNOWN**2 / (since**2 + KNOWN**2)

    def _try(self, spoken: Spoken, new: NDArray[np.integer]) -> None:
        there = new != NOTHING
        if not there.any() or new.max() >= len(spoken.thought):
            return
        right = (new[there], *np.nonzero(there))
        strokes = label(new, background=NOTHING, connectivity=2)[there]
        self._standing.tried(spoken.thought[right], spoken.instant[right], strokes)
