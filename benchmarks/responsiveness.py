"""How long the window does not answer, at rest and while a model is trained on the processor.

A timer in the real window's event loop rings every 5 ms; a gap is the time between two rings. What a person would do in
that time, be it a click or a stroke, waits for the gap's end. The picture is left alone, then dragged to and fro; with
and without training. Without a screen the window is opened on a virtual one.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.datasets import Missing
from benchmarks.outcome import Row
from napari_unet.core.data.pairing import pair_folder
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.settings import TrainingSettings
from tools import screen

if TYPE_CHECKING:
    from napari_unet.journey.hands import Hands
    from napari_unet.session import Session

EVERY_MS = 5
LIMIT_MS = 100.0
AGAINST = "at rest"
WAIT = 180.0
"""Seconds to wait for the worker, the first learning step and the end, before giving up."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each of four is watched (default 20)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    with TemporaryDirectory() as folder, screen.virtual():
        if not screen.is_there():
            raise Missing("it needs a real window; install Xvfb")
        os.environ["NAPARI_CONFIG"] = str(Path(folder) / "napari.yaml")  # not the person's own settings
        os.environ["XDG_STATE_HOME"] = folder
        rest, training = _watched(Path(folder), options.seconds)
        for doing in rest:
            for name, share in (("median", 50), ("p99", 99), ("longest", 100)):
                limit = LIMIT_MS if name == "p99" and doing == "window left alone" else None
                value, other = (float(np.percentile(gaps[doing], share)) for gaps in (training, rest))
                yield Row(f"gap while training, {doing}, {name}", value, "ms", other, AGAINST, limit)


Gaps = dict[str, list[float]]
"""The gaps in milliseconds, by what was done meanwhile."""


def _watched(folder: Path, seconds: float) -> tuple[Gaps, Gaps]:
    """The gaps of the window at rest, and of the same window while training."""
    import napari

    from napari_unet.journey.hands import Hands
    from napari_unet.window import add_dock

    viewer = napari.Viewer()
    try:
        viewer.window.resize(1400, 880)
        session, hands = add_dock(viewer).bench.session, Hands(viewer)
        _open_project(session, folder)
        hands.wait(lambda: "ready" in session.worker_line, WAIT, "the worker")
        hands.settle(2)
        rest = _gaps(hands, seconds)
        session.train()
        hands.wait(lambda: session.curve.steps, WAIT, "the first learning step")
        training = _gaps(hands, seconds)
        session.stop()
        hands.wait(lambda: session.job is None, WAIT, "the training to end")
    finally:
        viewer.close()
    return rest, training


def _open_project(session: Session, folder: Path) -> None:
    """A project of the sample pictures that trains for longer than anybody watches."""
    session.new_project(folder / "watched.unet", "objects", ("nucleus",))
    session.add_pairs(pair_folder(sample_data_folder()))
    session.select(session.pictures[0].name)
    session.set_settings("training", TrainingSettings(epochs=100_000, device="cpu"))


def _gaps(hands: Hands, seconds: float) -> Gaps:
    camera = hands.viewer.camera
    centre = tuple(camera.center)

    def drag() -> None:
        camera.center = (*centre[:-1], centre[-1] + 40 * math.sin(4 * perf_counter()))

    gaps = {"window left alone": _rings(hands, seconds, lambda: None, 1000)}
    gaps["picture dragged"] = _rings(hands, seconds, drag, 33)
    camera.center = centre
    return gaps


def _rings(hands: Hands, seconds: float, action: object, every_ms: int) -> list[float]:
    """Milliseconds between the rings of a timer, while `action` is done `every_ms`."""
    from qtpy.QtCore import Qt, QTimer

    rings: list[float] = []
    bell, hand = QTimer(), QTimer()
    bell.setTimerType(Qt.TimerType.PreciseTimer)
    bell.timeout.connect(lambda: rings.append(perf_counter()))
    hand.timeout.connect(action)
    bell.start(EVERY_MS)
    hand.start(every_ms)
    hands.settle(seconds)
    bell.stop()
    hand.stop()
    return [1000 * (later - earlier) for earlier, later in zip(rings, rings[1:], strict=False)]
