"""What one learner knows of a project, brought up to date with what is painted. Importing this brings torch."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data import ProjectSet
from napari_unet.core.data.annotation import BACKGROUND, FIRST, completed
from napari_unet.core.data.axes import behind
from napari_unet.core.data.channels import picked
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.project_card import ProjectCard
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import UnetError
from napari_unet.core.model.classes import classes_of
from napari_unet.core.model.header import read_card, written
from napari_unet.core.model.shipped import AUTO, shipped
from napari_unet.core.settings import Kind
from napari_unet.core.stopping import Stop, never
from napari_unet.core.strokes import Learner
from napari_unet.core.strokes.arrays import is_blank
from napari_unet.core.strokes.sides import Sides
from napari_unet.engine.blocks import Block, Part, Sheet
from napari_unet.engine.live_messages import Live, Suggest

ALL = 1.0
"""Seconds between two looks at the pictures that are not on show; the one on show is looked at all the time."""

MOMENT, LONG = 5.0, 60.0
"""Seconds of thinking between two answers, and in all after a stroke."""


class Following:
    """A learner, the project it follows, and which pictures it has answered for since it learned.

    Parameters
    ----------
    start : "auto", the name of a model that came with the package, a model's folder, or empty for nothing.
    device : where to compute.
    channels : which are looked at, see `core.data.channels`.

    Raises
    ------
    ModelError, DeviceError : there is no such start, or no such device.
    """

    def __init__(self, project: str, kind: Kind, start: str, device: str, channels: str) -> None:
        strange = numbers_otherwise(Path(project), start, kind)
        self.learner = Learner(kind, None if strange and kind == "regions" else start or None, device)
        self.learner.asks_for_classes = not strange
        self.pictures = ProjectSet(Path(project))
        self._kind, self._channels = kind, channels
        self._strokes: dict[str, int] = {}
        self._state = 0  # of what the learner knows; another one after each stroke
        self._unlooked = deque[str]()  # pictures that are to be looked at: was anything painted on them?
        self._answered: dict[str, int] = {}
        self._given_up: dict[str, int] = {}
        self._sheet, self._on_sheet = Sheet(()), ("", -1)  # the answer being made, of which picture and state
        self._job = 0
        self._looked = 0.0
        self._thought = 0.0  # seconds since the last stroke

    def begin(self, job: int) -> None:
        """A job begins or goes on: what was answered to another one is answered anew."""
        if job != self._job:
            self._job, self._looked = job, 0.0
            self._answered.clear()
            self._given_up.clear()

    @property
    def strokes(self) -> int:
        """How many strokes there are in all pictures: pieces that do not touch."""
        return sum(self._strokes.values())

    @property
    def knows_something(self) -> bool:
        """Whether there is anything to answer with: a stroke, or a start."""
        return self.strokes > 0 or self.learner.has_start

    def take_news(self, shown: str, stop: Stop = never) -> bool:
        """Learn from what was painted since; whether there was anything.

        The picture on show comes first, and alone. Others may be hundreds, when following begins in a project with many
        masks: they are taken for a moment at a time, and only while nothing else is wanted. One of them that cannot be
        learned from is left out: it is told when it is on show.

        Raises
        ------
        PictureError, MaskError : the picture on show cannot be learned from.
        """
        if painted := self.pictures.changed(shown):
            self._take(painted[0])
            self._learn()
            return True
        removed = False
        if not self._unlooked and time.monotonic() - self._looked > ALL:
            self._looked, removed = time.monotonic(), self._forget_removed()
            self._unlooked.extend(self.pictures.names())
        return self._take_others(stop) or removed

    def _take_others(self, stop: Stop) -> bool:
        """Learn from pictures that are not on show, as many as there is time for; whether anything was painted."""
        until, taken = time.monotonic() + MOMENT, False
        while self._unlooked and time.monotonic() < until and not stop():
            with suppress(UnetError, OSError):
                for sample in self.pictures.changed(self._unlooked.popleft()):
                    self._take(sample)
                    taken = True
        if taken:
            self._learn()
        return taken

    def is_behind(self, name: str) -> bool:
        """Whether the picture has no answer, or one from before the last stroke."""
        return bool(name) and self.knows_something and self._answered.get(name, -1) != self._state

    def next_behind(self) -> str:
        """A picture that is behind; empty when none is."""
        given_up = {name for name, state in self._given_up.items() if state == self._state}
        return next((name for name in self.pictures.names() if name not in given_up and self.is_behind(name)), "")

    def give_up(self, name: str) -> None:
        """Nothing can be said about a picture as it is: no other waits for it, and it is told when on show."""
        self._given_up[name] = self._state

    def answers(self, name: str, seen: Part) -> Iterator[NDArray[np.float32] | None]:
        """What is known about a picture, (K, [T,] [Z,] Y, X): once when the part on show is there, once when all is.

        In between comes None, whenever there is time to see whether something was painted; what is answered stays
        answered when this is left and begun again. Nothing comes when the picture was removed. In one that is blank,
        nothing is found. Raises PictureError.
        """
        picture = self.pictures.picture(name)
        if picture is None:
            self._answered[name] = self._state
            return
        sheet, planes = self._sheet_of(name, picture.spatial_shape), _planes(self._seen_of(picture))
        blank = all(map(is_blank, planes))

        def ask(block: Block) -> NDArray[np.float32] | None:
            plane = planes[block.plane]
            if is_blank(plane):
                return self._nothing(block) if blank else None
            return self.learner.planes(plane, (block.rows, block.columns))

        yield from sheet.work(ask, seen)

    def is_blank(self, name: str) -> bool:
        """Whether nothing can be seen in a picture. One that cannot be read is told where it is learned from."""
        with suppress(UnetError, OSError):
            picture = self.pictures.picture(name)
            return picture is not None and _shows_nothing(self._seen_of(picture))
        return False

    def has_all(self, name: str) -> bool:
        """Whether the answer being made is that of this picture, and there is nothing left to make."""
        return self._on_sheet == (name, self._state) and self._sheet.is_complete

    @property
    def may_think(self) -> bool:
        """Whether more thinking is of use: a while after the last stroke, little changes."""
        return self.strokes > 0 and self._thought < LONG

    def think(self, shown: str, stop: Stop) -> bool:
        """Let the background stage learn for a moment, after which the picture on show is behind; at last, all are.

        Returns whether anything was learned.
        """
        began = time.monotonic()
        learned = self.learner.wait(MOMENT, stop)
        self._thought += time.monotonic() - began
        if learned:
            self._renew(shown)
        elif not stop():
            self._thought = LONG
        return learned

    def _renew(self, shown: str) -> None:
        """Answers are other ones now: the picture on show is behind; all others are once thinking ends."""
        current = [name for name, state in self._answered.items() if state == self._state and name != shown]
        self._state += 1
        if self.may_think:
            self._answered.update(dict.fromkeys(current, self._state))

    def finished(self, name: str) -> None:
        """The picture has the best answer there is."""
        self._answered[name] = self._state

    def _sheet_of(self, name: str, shape: tuple[int, ...]) -> Sheet:
        """The answer that is being made; of another picture, a new one."""
        if self._on_sheet[0] != name or self._sheet.shape != shape:
            self._sheet = Sheet(shape)
        elif self._on_sheet[1] != self._state:
            self._sheet.outdate()
        self._on_sheet = name, self._state
        return self._sheet

    def _take(self, sample: Sample) -> None:
        if _shows_nothing(self._seen_of(sample)):  # what is painted there says nothing about other pictures
            self._strokes[sample.name] = 0
            return
        annotation = completed(sample.annotation) if sample.complete else sample.annotation
        self.learner.take(self._seen_of(sample), annotation, sample.classes)
        self._strokes[sample.name] = _pieces(annotation)

    def _seen_of(self, picture: Picture | Sample) -> NDArray[np.generic]:
        """The channels that are looked at, (C, [T,] [Z,] Y, X). Raises PictureError where one is missing."""
        seen: NDArray[np.generic] = picked(picture.image, self._channels, picture.channel_names, picture.name)
        return seen

    def _nothing(self, block: Block) -> NDArray[np.float32]:
        """The answer to a block in which nothing is found: background, (K, y, x)."""
        known = 1 if self._kind == "objects" else self.learner.count
        return np.zeros((known, *block.sides), np.float32)

    def _learn(self) -> None:
        self.learner.learn(settled=self._looked > 0 and not self._unlooked)
        self._state += 1
        self._thought = 0.0

    def _forget_removed(self) -> bool:
        """Unlearn what was painted on pictures that have left the project; whether there were any."""
        there = set(self.pictures.names())
        removed = [name for name, strokes in self._strokes.items() if strokes and name not in there]
        for name in removed:
            if (picture := self.pictures.last_seen(name)) is not None:
                with suppress(UnetError):
                    self.learner.take(self._seen_of(picture), np.zeros(picture.spatial_shape, np.uint16), {})
            self._strokes[name] = 0
        if removed:
            self._learn()
        return bool(removed)


def following(command: Live | Suggest) -> Following:
    """The one learner that is kept: switching it off and on again, or asking it something, begins nothing anew.

    A start that has learned since, as one whose training was gone on with, is another start.
    """
    start = command.start
    known = written(Path(start)) if start else 0
    kept = _kept(command.project, command.kind, start, command.device, command.channels, known)
    if not kept.strokes:
        kept.learner.sides = Sides(frozenset(command.turned), unheard=frozenset(command.unheard))
    return kept


@lru_cache(maxsize=1)
def _kept(project: str, kind: Kind, start: str, device: str, channels: str, _written: int) -> Following:
    return Following(project, kind, start, device, channels)


def numbers_otherwise(project: Path, start: str, kind: Kind) -> bool:
    """Whether a start gives the project's classes other numbers, so that it would be taken for saying what it does not.

    Such a start of regions is not asked at all, and one of objects where they are, but not of which class.
    """
    if not start or start == AUTO or start in shipped():
        return False
    with suppress(UnetError):  # what is wrong with it is told where it is read
        card, own = read_card(Path(start)), ProjectCard.read(project)
        return card.kind == kind and not classes_of(card, own.told_apart, own.classes_when(card.created)).alike
    return False


def _planes(image: NDArray[np.generic]) -> list[NDArray[np.generic]]:
    """The planes (C, Y, X) of a picture (C, [T,] [Z,] Y, X), in the order in which they are stored."""
    return [image[behind(place)] for place in np.ndindex(image.shape[1:-2])]


def _shows_nothing(image: NDArray[np.generic]) -> bool:
    return all(map(is_blank, _planes(image)))


def _pieces(annotation: NDArray[np.integer]) -> int:
    """How many strokes an annotation looks like: pieces of background, and pieces of anything else, plane by plane."""
    painted = [plane for plane in annotation.reshape(-1, *annotation.shape[-2:]) if plane.any()]
    return sum(int(ndimage.label(part)[1]) for one in painted for part in (one == BACKGROUND, one >= FIRST))
