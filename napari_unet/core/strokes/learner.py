"""Learning from a few strokes: an answer in a moment, on the pictures painted on and on others."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.inference.device import pick_device
from napari_unet.core.model.shipped import AUTO
from napari_unet.core.settings import Kind
from napari_unet.core.stopping import Stop, never
from napari_unet.core.strokes.answer import Answer, answer_of, stacked
from napari_unet.core.strokes.arrays import Shape, digest, is_blank, planes_of, planes_to_look_at
from napari_unet.core.strokes.asking import Asking
from napari_unet.core.strokes.background import LEARNED, Background, begins_as
from napari_unet.core.strokes.lesson import Lesson, learned
from napari_unet.core.strokes.painted import NOTHING, UNSORTED, Painted, held, painted_on
from napari_unet.core.strokes.parting import parted_by
from napari_unet.core.strokes.places import Place, places_in
from napari_unet.core.strokes.question import Planes, Question
from napari_unet.core.strokes.recent import Ends, Recent, ends
from napari_unet.core.strokes.remembered import Remembered
from napari_unet.core.strokes.seen import MOST as LARGE
from napari_unet.core.strokes.seen import Memory, Seen
from napari_unet.core.strokes.sides import Sides
from napari_unet.core.strokes.sights import ANYWHERE
from napari_unet.core.strokes.starts import classes_of, fitting, meant, names_of
from napari_unet.core.strokes.told_apart import classes_told, with_classes
from napari_unet.core.strokes.trust import BOTH, UNKNOWN
from napari_unet.core.strokes.windows import Window

Pixels = NDArray[np.generic]
Strokes = NDArray[np.integer]


class Learner:
    """Learns from strokes on any number of pictures, and answers for these and others.

    Parameters
    ----------
    kind : "objects" or "regions".
    start : "auto", the name of a model that came with the package, a model's folder, or None for nothing.
    on : where to compute: "auto", "cuda", "mps" or "cpu".

    Attributes
    ----------
    has_start : whether there is any start to ask.
    start : of the picture last asked about, None where it says nothing; with "auto", another may fit the next.
    silent : the start that would fit there, and is not asked, as strokes are about something else; or None.
    sides : which starts are asked, and about which side; see `sides`. Set before all strokes, as a sitting left them.

    Raises
    ------
    ModelError : there is no such start.
    DeviceError : this machine has no such device.
    """

    def __init__(self, kind: Kind = "objects", start: str | Path | None = AUTO, on: str = ANYWHERE) -> None:
        self.kind: Kind = kind
        self._starts, self._auto = names_of(start), start == AUTO
        self._known = 0 if self._auto else max((classes_of(name, kind) for name in self._starts), default=0)
        self.start = self._starts[0] if self._starts else None
        self.has_start = bool(self._starts)
        self.silent: str | None = None
        self.asks_for_classes = True  # of objects; off where the start numbers them otherwise
        self._asking = Asking(kind, pick_device(on))
        self._memory = Memory(self.has_start, on)  # from nothing is from nothing: no U-Net's habits in the forest
        self._background = Background(on)
        self._instants: Recent[tuple[str, Ends]] = Recent()  # answers since the last stroke
        self._lesson, self.sides, self._remembered = Lesson(), Sides(), Remembered()
        self._painted: dict[str, Painted] = {}
        self._shapes: dict[Shape, Shape] = {}
        self._stacks: dict[str, set[int]] = {}  # which planes are painted on
        self._fits: dict[str, str | None] = {}

    @property
    def count(self) -> int:
        """How many classes there are, background among them: those that are painted, or that the start tells apart."""
        return max([BOTH, self._known, *(painted.count for painted in self._painted.values())])

    def update(
        self, image: NDArray[np.generic], annotation: NDArray[np.integer], classes: Mapping[int, int] = UNSORTED
    ) -> None:
        """Take in what is painted on a picture now; returns when the instant answer is ready.

        Parameters
        ----------
        image : (Y, X), (C, Y, X) or (Y, X, colours), any real dtype; a stack has Z, T or both before Y. Only its planes
            with strokes, or with strokes that were erased, take time.
        annotation : ([T,] [Z,] Y, X): 0 unlabelled, 1 background, 2 and more objects or classes.
        classes : of objects, where they have any: number in the annotation -> class, from 1.

        Raises
        ------
        PictureError : NaN, or the same value everywhere.
        MaskError : the annotation is of another size.
        """
        self.take(image, annotation, classes)
        self.learn()

    def take(self, image: NDArray[np.generic], annotation: NDArray[np.integer], classes: Mapping[int, int]) -> None:
        """The first half of `update`: of many pictures, each is taken, and `learn` called once. Raises as that does."""
        self._shapes[image.shape] = annotation.shape
        planes = planes_of(image, annotation.shape)
        flat = annotation.reshape(-1, *annotation.shape[-2:])
        for number in planes_to_look_at(image, flat, self._stacks):
            if len(planes) == 1 or not is_blank(planes[number]):
                self._take(planes[number], flat[number], classes, in_stack=len(planes) > 1)

    def wait(self, seconds: float = 5.0, stop: Stop = never) -> bool:
        """Let the background stage go on for about so long: a U-Net learns from strokes, beside the instant answer.

        Answers become better by it, on pictures not painted on, too; how much its word counts follows from how well it
        foresees new strokes. Returns at once while there is nothing to learn: background and something else must be
        painted first.

        Parameters
        ----------
        stop : asked again and again; when it says yes, learning ends early, and answers stay as they were.

        Returns
        -------
        bool : whether answers may be others now.
        """
        end = time.monotonic() + seconds
        if not self._lesson.taught:
            return False
        self._background.expect(self.count, begins_as(self._painted.values(), self.has_start), self._lesson.sides)
        for key, painted in list(self._painted.items())[-LEARNED:]:
            seen = self._memory.find(key)
            late = time.monotonic() >= end and self._background.has_material  # however short, a step is learned
            if seen is not None and not self._background.knows(key) and not late and not stop():
                self._background.take(seen, painted, partial(self._instant, seen))
        return self._background.think(end, stop)

    def predict(self, image: NDArray[np.generic]) -> Answer:
        """What is known about a picture, painted on or not. Raises PictureError."""
        planes = planes_of(image, shape := self._shapes.get(image.shape))
        if len(planes) == 1:
            return answer_of(self.planes(planes[0]), self.kind)
        stack = stacked([None if is_blank(plane) else self.planes(plane) for plane in planes], self.kind)
        return answer_of(stack.reshape(len(stack), *(shape or stack.shape[1:])), self.kind)

    def planes(self, image: NDArray[np.generic], window: Window | None = None) -> Planes:
        """What is known about a flat picture (C, Y, X), or a window of it, as `postprocess` takes it: (K, y, x).

        Objects: the cell, where the start tells them, border and distance, and, where they are known, behind all three
        the classes. Regions: background, then the classes. Raises PictureError.
        """
        seen = self._memory.get(image)
        window = window or seen.whole
        said = self._said(seen, window)
        fits = self._start_for(seen)
        self.start, self.silent = None if said is None else fits, fits if fits in self._lesson.sides.silent else None
        told = self._steered(seen, window, said) if self._painted else said
        if told is None:
            known, sides = 1 if self.kind == "objects" else self.count, [part.stop - part.start for part in window]
            return np.full((known, *sides), np.float32(UNKNOWN))
        if self.kind == "regions":
            return told
        asked = self.start if self.asks_for_classes else None
        return with_classes(told, classes_told(told[0], self._lesson.taught.get(seen.width), asked, seen, window))

    def fits(self, image: NDArray[np.generic]) -> str | None:
        """The start for a flat picture (C, Y, X): with "auto" the one that fits, or None. Raises PictureError."""
        return self._start_for(self._memory.get(image))

    def next_places(self, pictures: Mapping[str, NDArray[np.generic]], count: int) -> tuple[Place, ...]:
        """Where strokes would help most, in any of these flat pictures (C, Y, X), the best place first."""
        found = [place for name, image in pictures.items() for place in self._places(name, image, count)]
        return tuple(sorted(found, key=lambda place: -place.gain)[:count])

    def _places(self, name: str, image: NDArray[np.generic], count: int) -> list[Place]:
        seen = self._memory.get(image)
        painted = self._painted.get(seen.key)
        planes, guide = self.planes(image), None
        if self.kind == "objects":
            planes = np.stack([1 - planes[0], planes[0]])
        if (known := self._lesson.taught.get(seen.width)) and math.prod(seen.shape) <= LARGE:
            guide = known.guide.survey(known.features(seen, seen.whole), seen.outstanding(seen.whole))
        return places_in(name, planes, guide, painted.classes != NOTHING if painted else None, count)

    def _take(self, plane: Pixels, strokes: Strokes, classes: Mapping[int, int], *, in_stack: bool) -> None:
        key, painted = digest(plane), None
        if strokes.any():
            seen = self._memory.get(plane)
            painted = painted_on(seen, strokes, self.kind, self._start_for(seen), classes)
        before = self._painted.pop(key, None)
        if before is None or painted is None or not np.array_equal(before.classes, painted.classes):
            self._background.forget(key)
            self._background.tried(key, before, painted)
        if painted is not None:
            self._painted[key] = replace(painted, in_stack=in_stack)

    def _start_for(self, seen: Seen) -> str | None:
        if self._auto and self._starts:
            if seen.key not in self._fits:
                self._fits[seen.key] = fitting(self._starts, seen)
            return self._fits[seen.key]
        return self._starts[0] if self._starts else None

    def _said(self, seen: Seen, window: Window) -> Planes | None:
        """What the start for a picture says about a window of it, (K, y, x)."""
        start = self._start_for(seen)
        return meant(start, self._lesson.said_by(start, seen, window), self.kind, self.count) if start else None

    def learn(self, settled: bool = True) -> None:
        """The second half of `update`: the forests are grown anew. Which sides are wanted is kept from now on, unless
        more pictures are to be taken before all strokes are known (not `settled`).
        """
        self._instants.clear()
        before = self._remembered.before(self._painted, self.sides)
        self._lesson = learned(list(self._painted.values()), self.kind, self.count, before)
        if self._painted and settled:
            self.sides = self._lesson.sides

    def _steered(self, seen: Seen, window: Window, said: Planes | None) -> Planes:
        """What is made of it all. Objects are parted as painted, else as the start sees, unless it may see others."""
        painted = self._painted.get(seen.key)
        told = held(self._background.joined(seen, window, self._instant(seen, window)), painted, window)
        if self.kind == "regions":
            return told
        cells = told[1:] if said is None or self._lesson.doubts(seen) else np.concatenate([told[1:], said[1:]])
        return parted_by(painted, cells, window)

    def _instant(self, seen: Seen, window: Window) -> Planes:
        """What the steered network makes of it, (K, y, x): how probable each class is, background first."""
        return self._instants.get((seen.key, ends(window)), partial(self._asked, seen, window))

    def _asked(self, seen: Seen, window: Window) -> Planes:
        said, start = partial(self._said, seen), self._start_for(seen)
        question = Question(seen, self._painted.get(seen.key), self._lesson, said, self.count, start)
        told = self._asking.ask(question, window)
        return np.concatenate([1 - told, told]) if self.kind == "objects" else told
