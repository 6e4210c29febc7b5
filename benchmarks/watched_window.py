"""The real window in a process of its own, watched by a timer: `python -m benchmarks.watched_window SECONDS DIR FILE`.

Makes a project in DIR and writes FILE: {"rest" | "training": {what was done: [milliseconds, ...]}}.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import napari
from qtpy.QtCore import QEventLoop, Qt, QTimer

from napari_unet.core.data.pairing import pair_folder
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.settings import TrainingSettings
from napari_unet.journey.hands import Hands
from napari_unet.window import add_dock

if TYPE_CHECKING:
    from napari_unet.session import Session

EVERY_MS = 5
DRAGS_MS = 33
SIZE = (1400, 880)
WAIT = 180.0
"""Seconds to wait for the worker, the first learning step and the end, before giving up."""

Gaps = dict[str, list[float]]
"""Milliseconds between two rings of the timer, by what was done meanwhile."""


def watch(seconds: float, folder: Path) -> dict[str, Gaps]:
    """The gaps of the window at rest, and of the same window while training."""
    viewer = napari.Viewer()
    try:
        viewer.window.resize(*SIZE)
        session, hands = add_dock(viewer).bench.session, Hands(viewer)
        _open_project(session, folder)
        hands.wait(lambda: "ready" in session.worker_line, WAIT, "the worker")
        hands.settle(2)
        rest = _gaps(viewer, seconds)
        session.train()
        hands.wait(lambda: session.curve.steps, WAIT, "the first learning step")
        training = _gaps(viewer, seconds)
        session.stop()
        hands.wait(lambda: session.job is None, WAIT, "the training to end")
    finally:
        viewer.close()
    return {"rest": rest, "training": training}


def _open_project(session: Session, folder: Path) -> None:
    """A project of the sample pictures that trains for longer than anybody watches."""
    session.new_project(folder / "watched.unet", "objects", ("nucleus",))
    session.add_pairs(pair_folder(sample_data_folder()))
    session.select(session.pictures[0].name)
    session.set_settings("training", TrainingSettings(epochs=100_000, device="cpu"))


def _gaps(viewer: napari.Viewer, seconds: float) -> Gaps:
    camera = viewer.scene.camera
    centre = tuple(camera.center)

    def drag() -> None:
        camera.center = (*centre[:-1], centre[-1] + 40 * math.sin(4 * perf_counter()))

    gaps = {"window left alone": _rings(seconds, lambda: None), "picture dragged": _rings(seconds, drag)}
    camera.center = centre
    return gaps


def _rings(seconds: float, action: Callable[[], None]) -> list[float]:
    """Let the window live, do `action` again and again, and listen to the timer."""
    rings: list[float] = []
    loop, bell, hand = QEventLoop(), QTimer(), QTimer()
    bell.setTimerType(Qt.TimerType.PreciseTimer)
    bell.timeout.connect(lambda: rings.append(perf_counter()))
    hand.timeout.connect(action)
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    bell.start(EVERY_MS)
    hand.start(DRAGS_MS)
    loop.exec_()
    bell.stop()
    hand.stop()
    return [1000 * (later - earlier) for earlier, later in pairwise(rings)]


if __name__ == "__main__":
    gaps = watch(float(sys.argv[1]), Path(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps(gaps), encoding="utf-8")
