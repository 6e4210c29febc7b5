"""The whole work through the real window, by itself: what `make run` shows where nobody can look.

Runs in the environment that bootstrap.py makes, on a virtual screen. Leaves a picture of the window after every step,
the project and the exported masks in one folder.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import napari
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from window import PANEL, PLUGIN

from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.settings import TrainingSettings

SIZE = (1400, 860)
LEARNING = TrainingSettings(epochs=1000, minutes=2.0)
"""As much as two minutes allow: enough to see nuclei come apart."""


class Journey:
    """A person's hands and eyes: clicks, strokes, and a picture of the window after every step."""

    def __init__(self, out: Path) -> None:
        self.out, self.shots = out, 0
        self.viewer: Any = napari.Viewer()
        _, self.panel = self.viewer.window.add_plugin_dock_widget(PLUGIN, PANEL)
        self.viewer.window.resize(*SIZE)
        self.session = self.panel.bench.session
        self.session.failed.connect(self.fail)

    def fail(self, section: str, error: Exception) -> None:
        """End at the first error that the window shows."""
        self.look(f"failed in {section}")
        sys.exit(f"{section}: {error}")

    def wait(self, what: str, done: Callable[[], object], seconds: float = 120) -> None:
        """Let the window live until something has come true."""
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                self.look(f"waiting for {what}")
                sys.exit(f"The window waited for {what} for {seconds:.0f} s.")
            QTest.qWait(20)

    def look(self, step: str) -> None:
        """Save a picture of the window."""
        self.shots += 1
        path = self.out / f"{self.shots}-{step.replace(' ', '-')}.png"
        QTest.qWait(300)
        self.viewer.window.screenshot(path=str(path), size=None, canvas_only=False, flash=False)
        print(f"{step:32} {path}", flush=True)

    def click(self, button: Any) -> None:
        """Press a button of the panel with the mouse."""
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def stroke(self) -> None:
        """Drag the mouse across the middle of the canvas."""
        canvas = self.viewer.window._qt_viewer.canvas.native
        middle = canvas.rect().center()
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
        for step in range(1, 11):
            QTest.mouseMove(canvas, middle + QPoint(4 * step, 2 * step))
            QTest.qWait(10)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 20))


def travel(journey: Journey) -> None:
    """Open, paint, train, segment, tune, accept, export."""
    session, steps = journey.session, journey.panel.steps
    session.new_project(journey.out / "journey.unet", "objects", ("nucleus",))
    *annotated, new = session.find_pairs(sample_data_folder())
    session.add_pairs([*annotated, replace(new, mask=None)])
    session.select(session.pictures[-1].name)
    journey.look("opened")
    journey.click(steps["annotate"].primary)
    journey.stroke()
    journey.wait("the stroke", lambda: session.annotation(session.current).any(), 10)
    journey.look("painted")
    session.set_settings("training", LEARNING)
    journey.click(steps["train"].primary)
    journey.wait("a learning curve", lambda: len(session.curve.epochs) > 1)
    journey.look("training")
    journey.wait("the end of training", lambda: session.job is None, 240)
    journey.look("trained")
    journey.click(steps["segment"].one)
    journey.wait("labels", lambda: session.labels(session.current) is not None)
    journey.look("segmented")
    tuned = replace(session.settings("postprocessing"), smallest=60)
    session.set_settings("postprocessing", tuned)
    journey.wait("the clean-up", lambda: not session.busy)
    journey.look("tuned")
    journey.click(steps["segment"].accept)
    journey.look("accepted")
    journey.click(steps["segment"].all)
    journey.wait("all pictures", lambda: session.job is None, 180)
    steps["export"].write(journey.out / "masks")
    journey.wait("the masks", lambda: not session.busy)
    journey.look("exported")


def main() -> int:
    """Make the journey and say where everything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for everything; made anew")
    out = parser.parse_args().out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    journey = Journey(out)
    travel(journey)
    journey.viewer.close()
    masks = sorted((out / "masks").iterdir())
    print(f"{len(masks)} masks {'':24} {out / 'masks'}")
    print("torch stayed out of the window's process." if "torch" not in sys.modules else "TORCH IS IN THE WINDOW")
    return 0 if masks and "torch" not in sys.modules else 1


if __name__ == "__main__":
    sys.exit(main())
