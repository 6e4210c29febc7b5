"""A window in which somebody paints and corrects without end, for a test that kills it.

`python correcting_window.py PROJECT OUT SEED` writes what the screen shows after every action to OUT/<number>.npz, and
before it, what an action on the labels is to make of them, to OUT/<number>.next.npy.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import cast

import napari
import numpy as np
from qtpy.QtCore import Qt

from napari_unet.core import editing
from napari_unet.core.editing import Tool
from napari_unet.journey.hands import Hands
from napari_unet.widgets.dock import UnetDock
from napari_unet.window import add_dock

CLICKED = ("delete", "fill", "grow", "smooth", "shrink")
DRAWN = ("merge", "split")
TURNS = ("stroke", *CLICKED, "undo", *DRAWN, "undo", "redo", "undo")
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

Place = tuple[int, int]


class Corrector:
    """Hands led by chance."""

    def __init__(self, dock: UnetDock, seed: int, out: Path) -> None:
        self.dock, self.hands, self.out = dock, Hands(dock.bench.viewer), out
        self._chance, self._number = random.Random(seed), 0
        self._done: list[np.ndarray] = []
        self._undone: list[np.ndarray] = []

    def prepare(self) -> None:
        """Lay the desk out."""
        section = self.dock.steps["segment"]
        section.fold.set_open(True)
        self.hands.click(section.correct)
        self.dock.bench.viewer.reset_view()
        self.hands.settle(0.5)

    def act(self) -> None:
        """One action, by mouse or key; some find nothing to do."""
        self._number += 1
        name = self._chance.choice(TURNS) if self._done else "delete"
        if name == "stroke":
            self._stroke()
        elif name in ("undo", "redo"):
            self._step(name)
        else:
            self._use(name)
        self._save(f"{self._number:04}.npz", annotation=self._layer("annotation").data, labels=self._labels())

    def _stroke(self) -> None:
        """A cell of its own, in a row of its own, on the annotation."""
        self.hands.click(self.dock.steps["annotate"].tools.buttons["new"])
        annotation = self._layer("annotation")
        annotation.brush_size = 3
        row = 2 + 4 * (self._number % 22)
        self.hands.stroke(annotation, [(row, 5), (row, 40), (row, 80)])

    def _use(self, tool: str) -> None:
        """A tool of the desk: a click on an object, or a line through one or two."""
        if self.dock.bench.hand.tool != tool:
            self.hands.click(self.dock.steps["segment"].desk.tools.buttons[tool])
        path = self._path(tool)
        done = editing.run(cast(Tool, tool), self._labels(), path)
        self._expect(self._labels() if done is None else done.applied(self._labels()))
        if len(path) == 1:
            self.hands.touch(self._layer("labels"), path[0])
        else:
            self.hands.stroke(self._layer("labels"), path)
        if done is not None:
            self._done.append(self._before)
            self._undone = []

    def _step(self, name: str) -> None:
        """Undo or redo, on the labels; the first correction stays, so that they are never again as they were."""
        bench = self.dock.bench
        bench.canvas.stack.activate(self._layer("labels"))
        here, there = (self._done, self._undone) if name == "undo" else (self._undone, self._done)
        if len(here) == 1 and name == "undo":
            return
        self._expect(here[-1] if here else self._labels())
        if here:
            there.append(self._before)
            here.pop()
        self.hands.press(Qt.Key.Key_Z, *((CONTROL,) if name == "undo" else (CONTROL, SHIFT)))

    def _path(self, tool: str) -> list[Place]:
        """Where an object is, or a line through it from edge to edge, or one to another object."""
        inside = np.argwhere(self._labels())
        one, other = (tuple(map(int, self._chance.choice(inside))) for _ in range(2))
        if tool == "split":
            return [(max(one[0] - 25, 0), one[1]), one, (min(one[0] + 25, self._labels().shape[0] - 1), one[1])]
        return [one, other] if tool == "merge" else [one]

    def _expect(self, labels: np.ndarray) -> None:
        self._before = self._labels()
        np.save(self.out / f"{self._number:04}.next.npy", labels)

    def _labels(self) -> np.ndarray:
        return np.array(self._layer("labels").data)

    def _layer(self, role: str) -> napari.layers.Labels:
        layer = self.dock.bench.canvas.numbers(role)
        assert layer is not None
        return layer

    def _save(self, name: str, **arrays: np.ndarray) -> None:
        part = self.out / f"part-{name}"
        np.savez(part, **arrays)
        part.rename(self.out / name)


def main() -> None:
    viewer = napari.Viewer()
    viewer.window.resize(1280, 860)
    dock = add_dock(viewer)
    dock.header.open_folder(Path(sys.argv[1]))
    corrector = Corrector(dock, int(sys.argv[3]), Path(sys.argv[2]))
    corrector.prepare()
    while True:
        corrector.act()


if __name__ == "__main__":
    main()
