"""A newcomer who has read the README, at the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import tifffile
from napari import Viewer
from numpy.typing import NDArray
from qtpy.QtWidgets import QApplication, QWidget
from scipy import ndimage

from benchmarks.counting import Counting
from napari_unet.core.data.annotation import BACKGROUND, FIRST
from napari_unet.core.metrics import evaluate
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey.mistakes import Fix, Mistakes
from napari_unet.journey.places import across, emptiest, largest
from napari_unet.journey.steps import LONG, Plan, Walk
from napari_unet.widgets.new_project import NewProjectDialog

FIRST_NUCLEI = 2
ENOUGH = 0.97
"""With this AP (overlap 0.5), nobody would look for more to correct."""

WIDE = 5.0
"""Half the width of a mistake that is worth a stroke, in pixels: that of the brush, which nobody changes at first."""

INSIDE = 8.0
"""A stroke in a nucleus ends so many pixels before its edge."""

MOST_FIXES = 12
TOOLS = ("delete", "merge", "split", "redraw")
LOOK = 1.0
"""Seconds for which an answer is looked at."""

Step = Callable[[], str]
W = TypeVar("W", bound=QWidget)


class Newcomer(Walk):
    """The steps of the README's "Five minutes in the window", with Live for a model. They end with a mask."""

    def __init__(self, viewer: Viewer, dock: Any, out: Path, pair: tuple[Path, Path], rounds: int) -> None:
        super().__init__(viewer, dock, Plan(out, TrainingSettings(), NetworkSettings()))
        self.hands = self.counting = Counting(viewer)
        self.picture, self.truth, self.rounds = pair[0], tifffile.imread(pair[1]), rounds

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in their order."""
        return (self.project, self.add, self.live, self.paint, self.correct, self.accept, self.export)

    def project(self) -> str:
        """A new project: a name, a folder, what one of them is called."""
        self.counting.click(self.dock.header.primary)
        dialog = _shown(NewProjectDialog)
        self.counting.write(dialog.name, "mine")
        self.counting.write(dialog.place, str(self.plan.out))
        self.counting.write(dialog.classes, "nucleus")
        self.counting.click(dialog.create)
        self._until(lambda: self.session.project is not None, LONG, "the project")
        return "Made a project"

    def add(self) -> str:
        """The picture, by a dialog."""
        self.counting.answer(self.dock.steps["pictures"].primary, self.picture)
        self._until(lambda: self.session.current is not None, LONG, "the picture")
        return f"Added {self.session.current}"

    def live(self) -> str:
        """Let answers follow strokes."""
        self.counting.click(self.dock.steps["train"].live.switch)
        return "Switched Live on"

    def paint(self) -> str:
        """Two nuclei and some background; then, while the answer is wrong, strokes where it is."""
        for tool, number in zip(("cell", "new"), largest(self.truth, FIRST_NUCLEI), strict=True):
            self._stroke(tool, across(self.truth, number, INSIDE))
        self._stroke("background", emptiest(self.truth))
        self._see()
        rounds = 0
        while rounds < self.rounds and not self._is_right() and self._stroke_where_wrong():
            self._see()
            rounds += 1
        return f"Painted, and {rounds} times more where it was wrong"

    def correct(self) -> str:
        """Single objects with the tools of the desk, while some are wrong."""
        self.counting.click(self.dock.steps["train"].live.switch)
        if self._is_right():
            return "There was nothing to correct"
        self.counting.click(self.dock.steps["segment"].correct)
        self._until(self.dock.steps["segment"].desk.isVisible, LONG, "the desk")
        done = 0
        while done < MOST_FIXES and (fix := self._next_fix()) is not None:
            self._use(fix)
            done += 1
        return f"Corrected {done} objects"

    def accept(self) -> str:
        """Take it as truth."""
        self.counting.click(self.dock.steps["segment"].accepting.accept)
        self._until(lambda: self.session.complete(self._name()), LONG, "the accepted picture")
        return "Accepted"

    def export(self) -> str:
        """Write the mask."""
        (folder := self.plan.out / "masks").mkdir()
        self.counting.answer(self.dock.steps["export"].primary, folder)
        self._until(lambda: self.session.job is None and self.mask.exists(), LONG, "the mask")
        return f"Wrote {self.mask.name}"

    @property
    def mask(self) -> Path:
        """Where the program says that it has written the mask."""
        return self.session.exported_to / f"{self.picture.stem}.tif"

    def _stroke(self, tool: str, places: list[tuple[float, float]]) -> None:
        """Choose what to paint, and paint it."""
        buttons = self.dock.steps["annotate"].tools.buttons
        if not buttons[tool].isChecked() or tool == "new":
            self.counting.click(buttons[tool])
        self.counting.stroke(self._layer("annotation"), places)

    def _see(self) -> None:
        """Wait for the answer to all strokes so far, and look at it."""
        self.canvas.flush()
        painted = np.asarray(self._layer("annotation").data)
        strokes = sum(int(ndimage.label(part)[1]) for part in (painted == BACKGROUND, painted >= FIRST))
        words = f"· {strokes} stroke"
        self._until(lambda: words in self.session.live_line and self.canvas.numbers("labels"), LONG, "the answer")
        self.hands.settle(LOOK)

    def _stroke_where_wrong(self) -> bool:
        """A short stroke in the widest piece that was missed, and one in the widest found where there is none."""
        found, true = self._labels() > 0, self.truth > 0
        places = [("new", _widest(true & ~found)), ("background", _widest(found & ~true))]
        for tool, place in places:
            if place is not None:
                self._stroke(tool, [(place[0], place[1] - 1), (place[0], place[1] + 1)])
        return any(place is not None for _tool, place in places)

    def _next_fix(self) -> Fix | None:
        if self._is_right():
            return None
        wrong = Mistakes(self._labels(), self.truth)
        return next((fix for tool in TOOLS if (fix := wrong.fix(tool)) is not None), None)

    def _is_right(self) -> bool:
        return ap(self._labels(), self.truth) >= ENOUGH

    def _labels(self) -> NDArray[np.integer]:
        return np.array(self._layer("labels").data)

    def _name(self) -> str:
        assert self.session.current is not None
        return self.session.current


def ap(labels: NDArray[np.integer], truth: NDArray[np.integer]) -> float:
    """Average precision at an overlap of 0.5."""
    objects = evaluate(labels, truth, "objects", ("nucleus",), outlines=False).objects
    assert objects is not None
    return objects.ap[0]


def _widest(wrong: NDArray[np.bool_]) -> tuple[float, float] | None:
    """The middle of the widest piece; None where the brush would not fit into any."""
    depth = ndimage.distance_transform_edt(np.pad(wrong, 1))[1:-1, 1:-1]
    y, x = (float(side) for side in np.unravel_index(int(depth.argmax()), depth.shape))
    return (y, x) if depth.max() >= WIDE else None


def _shown(kind: type[W]) -> W:
    """The dialog of this class that is on show."""
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())
