"""A scripted sitting without a window: strokes, the desk's tools, undo and the rest, told to a real session.

What napari and the canvas do in the window (painting in place, telling what changed, undo and redo) is done here in
their way; session, journal and project are the real ones. `python sitting.py` reads lines of SEED, PIPE and PROJECT.
For each it begins a sitting in a process of its own, at once since all is loaded, and says its number; the sitting
tells the PIPE, one a line, which actions are done, until it is killed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from scipy import ndimage

from napari_unet.core.data import Picture, Project
from napari_unet.core.editing import Tool
from napari_unet.core.model.card import WEIGHTS
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from napari_unet.session.desk import Box, Layer
from napari_unet.session.files import asked_file, fresh_file

NAMES = ("one", "two")
MODEL = "2024-01-01-nuclei"
SIDE = 96
CLICKED: tuple[Tool, ...] = ("delete", "fill", "smooth", "grow", "shrink")
OFTEN = {"stroke": 5, "click": 7, "merge": 3, "split": 3, "undo": 4, "redo": 3, "accept": 2, "accept_part": 2}
OFTEN |= {"accept_object": 2, "reject_object": 1, "take_back": 2, "discard": 1, "turn": 2}


@dataclass(frozen=True)
class Change:
    """One step that can be undone: what stood in a box of a layer, and what stands there now."""

    layer: Layer
    box: Box
    before: np.ndarray
    after: np.ndarray


@dataclass(frozen=True)
class Kept:
    """What there is of a picture: annotation, corrected labels (None: none), complete, and how many were accepted."""

    annotation: np.ndarray
    corrections: np.ndarray | None
    complete: bool
    accepted: int


class Sitting:
    """A person at an open project, whose hand is led by chance: the same seed is the same sitting."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self._chance = session, random.Random(seed)
        self._done: list[Change] = []
        self._undone: list[Change] = []
        self._look()

    def act(self) -> str:
        """Do one thing; says which."""
        (name,) = self._chance.choices(list(OFTEN), list(OFTEN.values()))
        action: Callable[[], None] = getattr(self, name)
        action()
        return name

    def stroke(self) -> None:
        """Paint on the annotation."""
        box = self._somewhere(12)
        self._paint("annotation", box, np.full((12, 12), self._chance.randint(1, 40), np.uint16))

    def click(self) -> None:
        """Click on an object with a tool of the desk."""
        self._use(self._chance.choice(CLICKED), [self._in_an_object()])

    def merge(self) -> None:
        """Draw a line from one object to another."""
        self._use("merge", [self._in_an_object(), self._in_an_object()])

    def split(self) -> None:
        """Draw a line through an object from edge to edge."""
        row, column = self._in_an_object()
        self._use("split", [(max(row - 30, 0), column), (row, column), (min(row + 30, SIDE - 1), column)])

    def undo(self) -> None:
        """Take the last step back."""
        if self._done:
            self._undone.append(change := self._done.pop())
            self._tell(change.layer, change.box, change.before)

    def redo(self) -> None:
        """Do what was taken back."""
        if self._undone:
            self._done.append(change := self._undone.pop())
            self._tell(change.layer, change.box, change.after)

    def accept(self) -> None:
        """Take all labels as truth."""
        self.session.accept(self.name, None)
        self._look()

    def accept_part(self) -> None:
        """Take the labels in a rectangle as truth."""
        self.session.accept(self.name, self._somewhere(40))
        self._look()

    def accept_object(self) -> None:
        """Take one object as right, as a double click does."""
        self._say_of_an_object(True)

    def reject_object(self) -> None:
        """Say that an object is none, as a right click does."""
        self._say_of_an_object(False)

    def asked(self, model: str) -> None:
        """From now on the labels are another model's."""
        for name in NAMES:
            asked_file(self.session.need_project(), name).write_text(model, encoding="utf-8")

    def take_back(self) -> None:
        """Take the last accept back; there may be none."""
        self.session.take_back()
        self._look()

    def discard(self) -> None:
        """Let the corrections go."""
        self.session.discard_corrections()
        self._look()

    def turn(self) -> None:
        """Go to the other picture."""
        self.session.select(next(name for name in NAMES if name != self.name))
        self._look()

    @property
    def name(self) -> str:
        """The picture on show."""
        assert self.session.current is not None
        return self.session.current

    def _look(self) -> None:
        """Wait for the labels; the layers are new ones, and nothing on them can be undone."""
        self._done, self._undone = [], []
        self.session.labels(self.name)
        while self.session.busy:
            self.session.poll()
            time.sleep(0.001)

    def _say_of_an_object(self, right: bool) -> None:
        said = self.session.expect_piece(self._in_an_object(), right)
        if said is None:
            return
        piece, number, _region = said
        box = tuple(slice(int(along.min()), int(along.max()) + 1) for along in piece.where)
        values = self._array("annotation").copy()
        values[piece.where] = number
        self._paint("annotation", box, values[box])

    def _use(self, tool: Tool, path: list[tuple[int, int]]) -> None:
        done = self.session.correction(tool, path, False)
        if done is not None:
            self._paint("labels", done.box, done.values)

    def _paint(self, layer: Layer, box: Box, values: np.ndarray) -> None:
        before = self._array(layer)[box].copy()
        self._done.append(Change(layer, box, before, values))
        self._undone = []
        self._tell(layer, box, values)

    def _tell(self, layer: Layer, box: Box, values: np.ndarray) -> None:
        """Paint in place, as napari does, then tell."""
        self._array(layer)[box] = values
        self.session.painted(self.name, layer, box, values.copy())

    def _array(self, layer: Layer) -> np.ndarray:
        array = self.session.annotation(self.name) if layer == "annotation" else self.session.labels(self.name)
        assert array is not None
        return array

    def _somewhere(self, side: int) -> Box:
        top, left = self._chance.randrange(SIDE - side), self._chance.randrange(SIDE - side)
        return slice(top, top + side), slice(left, left + side)

    def _in_an_object(self) -> tuple[int, int]:
        inside = np.argwhere(self._array("labels"))
        if not len(inside):
            return 0, 0
        row, column = inside[self._chance.randrange(len(inside))]
        return int(row), int(column)


def prepare(folder: Path) -> None:
    """A project with two segmented pictures, and the folder of the model that did it."""
    session = Session(Engine())
    session.new_project(folder, "objects", ("cell",))
    (folder / "models" / MODEL).mkdir(parents=True)
    (folder / "models" / MODEL / WEIGHTS).touch()  # nobody asks it anything here; its name is an origin
    for seed, name in enumerate(NAMES):
        cells = _cells(seed)
        session.add_picture(
            Picture(name, (100 + 120 * (cells > 0)).astype(np.uint16)[None] + np.arange(SIDE) % 5), None
        )
        file = fresh_file(session.need_project(), name)
        file.parent.mkdir(parents=True)
        np.save(file, _answer(cells))
        session._asked = MODEL
        session.predicted(name)
    session.close()


def prepare_classes(folder: Path) -> Path:
    """The same where objects are alive or dead; the folder."""
    prepare(folder)
    with Project.open(folder) as project:
        project.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    return folder


def open_again(folder: Path) -> Session:
    """The project as the next start finds it."""
    session = Session(Engine())
    session.open_project(folder)
    return session


def kept(session: Session) -> dict[str, Kept]:
    """What there is of every picture: in memory of the one on show, on the disk of the others."""
    project, desk = session.need_project(), session.need_desk()
    found = {}
    for name in project.names():
        shown = name == session.current
        annotation = session.annotation(name) if shown else project.annotation(name)
        corrections = desk.corrections_on_show(name) if shown else project.labels(name)
        record = project.record(name)
        found[name] = Kept(annotation.copy(), corrections, record.complete, len(record.origin))
    return found


def _cells(seed: int) -> np.ndarray:
    """Nine discs, some of which touch."""
    chance, (y, x) = np.random.default_rng(seed), np.mgrid[:SIDE, :SIDE]
    cells = np.zeros((SIDE, SIDE), np.uint16)
    for number, (row, column) in enumerate([(16 + 30 * i, 16 + 30 * j) for i in range(3) for j in range(3)], 1):
        cells[(y - row) ** 2 + (x - column) ** 2 < chance.integers(80, 260)] = number
    return cells


def _answer(cells: np.ndarray) -> np.ndarray:
    """What a network would say of them: cell, border, distance."""
    depth = ndimage.distance_transform_edt(cells > 0)
    return np.stack([0.95 * (cells > 0), np.zeros(cells.shape), depth / depth.max()]).astype(np.float32)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed is gone at once
    for line in sys.stdin:
        seed, pipe, folder = line.rstrip("\n").split(" ", 2)
        child = os.fork()
        if child == 0:
            os.dup2(os.open(pipe, os.O_WRONLY), sys.stdout.fileno())
            sit(Path(folder), int(seed))
        print(child, flush=True)


def sit(folder: Path, seed: int) -> NoReturn:
    """Work, and say what is done."""
    sitting = Sitting(open_again(folder), seed)
    print(0, flush=True)
    for number in range(1, 10_000):
        sitting.act()
        print(number, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
