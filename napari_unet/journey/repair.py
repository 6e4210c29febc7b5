"""Correcting through the real window: labels of a model that came along, every tool of the desk, undo and redo."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import Qt

from napari_unet.core.data.read import read_mask
from napari_unet.journey.mistakes import Fix, Mistakes
from napari_unet.journey.steps import LONG, SHORT, Plan, Walk

if TYPE_CHECKING:
    from napari import Viewer

    from napari_unet.widgets.dock import UnetDock

EACH, ALL = 2, 10
"""So many objects are corrected with each tool, where so many need it, and with all of them."""

SPLITTING = 90
"""Where the slider of "Split touching" is moved to, in hundredths: too high and too low for some."""

REST = 1.5
"""Seconds without another answer, after which it is the last one."""

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True)
class Wrong:
    """A picture whose true mask is known, and a model that came along and is wrong about it in many ways."""

    picture: Path
    mask: Path
    model: str = "nuclei"


class Repair(Walk):
    """Predict, correct, accept, train on, predict again.

    Leaves in `out` beside the pictures of the window: fixes.json, what was done and why, and the labels after each step
    of the undo history, in seen/ when it was taken, in undone/ and redone/ when it was there again.
    """

    def __init__(self, viewer: Viewer, dock: UnetDock, plan: Plan, wrong: Wrong) -> None:
        super().__init__(viewer, dock, plan)
        self.wrong, self.truth = wrong, read_mask(wrong.mask)
        self.fixes: list[Fix] = []
        self.count = 0

    @property
    def steps(self) -> tuple[Callable[[], str], ...]:
        """The steps in their order."""
        tools = (self.split, self.merge, self.delete, self.fill, self.smooth, self.redraw)
        begin = (self.make_project, self.add_picture, self.predict, self.tune, self.lay_out)
        return (*begin, *tools, self.undo, self.redo, self.accept, self.train_on, self.predict_again)

    @property
    def name(self) -> str:
        """The picture's name in the project."""
        assert self.session.current is not None
        return self.session.current

    @property
    def labels(self) -> NDArray[np.integer]:
        """A copy of the labels on show."""
        return np.array(self._layer("labels").data)

    def add_picture(self) -> str:
        """Add the picture alone."""
        self.dock.steps["pictures"].add_paths([self.wrong.picture])
        self._until(lambda: self.session.current is not None, SHORT, "the picture")
        return f"Added {self.name}"

    def predict(self) -> str:
        """Let the model that came along say what it sees, before anything is painted; then let it rest."""
        self.session.set_start(self.wrong.model)
        switch = self.dock.steps["train"].live.switch
        self.hands.click(switch)
        self._until(lambda: self.session.labels(self.name) is not None, LONG, "the first labels")
        self._rest()
        self.hands.click(switch)
        return f"The model {self.wrong.model} found {self._found()}"

    def tune(self) -> str:
        """Let touching objects be parted more than is good for them, and holes stay: there is more to correct."""
        editors = self.dock.steps["segment"].form.editors
        self.hands.reveal(editors["split"])
        editors["split"].slider.setValue(SPLITTING)
        editors["fill_holes"].box.click()
        self._rest()
        return f"With Split touching at {SPLITTING / 100} and holes left open there are {self._found()}"

    def lay_out(self) -> str:
        """Lay the tools of the desk out."""
        section = self.dock.steps["segment"]
        self.hands.click(section.correct)
        self._until(section.desk.isVisible, SHORT, "the desk")
        self.viewer.reset_view()
        self.hands.reveal(section.desk)
        self._see("seen")
        return "Laid the tools out"

    def split(self) -> str:
        """Draw lines through what is two."""
        return self._fix("split", EACH)

    def merge(self) -> str:
        """Draw lines across what is one."""
        return self._fix("merge", EACH)

    def delete(self) -> str:
        """Click on what is none."""
        return self._fix("delete", EACH)

    def fill(self) -> str:
        """Click on what has holes."""
        return self._fix("fill", EACH)

    def smooth(self) -> str:
        """Click on what is ragged."""
        return self._fix("smooth", EACH)

    def redraw(self) -> str:
        """Paint what is too small, with the brush."""
        return self._fix("redraw", ALL - len(self.fixes))

    def undo(self) -> str:
        """Take every step back, the last one first."""
        steps = self.count - 1
        for at in reversed(range(steps)):
            self._step("undone", at, CONTROL)
        return f"Took {steps} steps back"

    def redo(self) -> str:
        """Do every step again."""
        steps = self.count - 1
        for at in range(1, steps + 1):
            self._step("redone", at, CONTROL, SHIFT)
        return f"Did {steps} steps again"

    def accept(self) -> str:
        """Take the corrected labels into the training set."""
        self.hands.click(self.dock.steps["segment"].accepting.accept)
        self._until(lambda: self.session.complete(self.name), SHORT, "the accepted picture")
        (region,) = self.session.need_project().record(self.name).origin
        return f"Accepted {self.name}, {region.how}, of: {region.model}"

    def train_on(self) -> str:
        """Train the model that came along further, on what was accepted."""
        self.session.set_settings("training", self.plan.training)
        self.session.set_start(self.wrong.model)
        return f"Trained on: {self._train()}"

    def predict_again(self) -> str:
        """Segment the picture with the new model."""
        self.hands.click(self.dock.steps["segment"].one)
        self._until(lambda: self.session.job is None, LONG, "the labels")
        self._rest()
        np.save(self.plan.out / "again.npy", self.labels)
        return f"The new model found {self._found()}"

    def _fix(self, tool: str, count: int) -> str:
        """Correct so many objects with a tool, or as many as need it."""
        done = 0
        while done < count and (fix := Mistakes(self.labels, self.truth).fix(tool)) is not None:
            self._use(fix)
            self.fixes.append(fix)
            self._see("seen")
            done += 1
        (self.plan.out / "fixes.json").write_text(json.dumps([asdict(fix) for fix in self.fixes], indent=2))
        self.hands.reveal(self.dock.steps["segment"].desk)
        return f"{tool}: {done} of {len(self.fixes)} so far; {self._found()}"

    def _step(self, where: str, at: int, *held: Qt.KeyboardModifier) -> None:
        """One step of the undo history, and the labels that it brings."""
        self.hands.press(Qt.Key.Key_Z, *held)
        self._keep(where, at)

    def _see(self, where: str) -> None:
        self._keep(where, self.count)
        self.count += 1

    def _keep(self, where: str, at: int) -> None:
        folder = self.plan.out / where
        folder.mkdir(exist_ok=True)
        np.save(folder / f"{at:02}.npy", self.labels)

    def _rest(self) -> None:
        """Wait until nothing is to come any more."""
        changed: list[str] = ["once"]
        self.session.labels_changed.connect(changed.append)
        while changed or self.session.busy:
            changed.clear()
            self.hands.settle(REST)
        self.session.labels_changed.disconnect(changed.append)

    def _found(self) -> str:
        return str(self.dock.steps["segment"].found.text())
