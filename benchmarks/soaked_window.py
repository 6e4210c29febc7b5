"""Somebody works for minutes in the real window: `python -m benchmarks.soaked_window MINUTES DIR FILE`.

Live is on. Round after round another picture is opened and painted on; in turn a model is trained, pictures are
segmented, labels are accepted and taken back, and all masks are written. Writes FILE: the measurements, one every few
seconds, how often each thing was done, and how many objects of each kind there were half-way and at the end.
"""

from __future__ import annotations

import gc
import json
import random
import re
import sys
import weakref
from collections import Counter
from contextlib import suppress
from itertools import cycle, pairwise
from pathlib import Path
from time import monotonic, perf_counter
from types import BuiltinFunctionType
from typing import Any

import napari
import numpy as np
import psutil
from qtpy.QtCore import Qt, QTimer

from napari_unet.core.data.pairing import pair_folder
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey.hands import Hands
from napari_unet.window import add_dock

RING_MS, LOOK_S = 5, 5.0
PICTURES = 3
"""Few, so that all were seen once before what is kept of them could be taken for growth."""

PATIENCE = 600.0
"""Seconds: on a machine that others use, a training of a moment may take minutes."""
SIZE = (1400, 880)
MIB = 2**20
TRAINING = TrainingSettings(epochs=1, steps=6, batch=2, patch=64)
NETWORK = NetworkSettings(depth=2, width=8)


class Watch:
    """Rings in the window's event loop, and looks at both processes every few seconds."""

    def __init__(self) -> None:
        self.looks: list[dict[str, Any]] = []
        self._rings: list[float] = []
        self._begun = self._last = monotonic()
        self._process = psutil.Process()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._ring)
        self._timer.start(RING_MS)

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _ring(self) -> None:
        self._rings.append(perf_counter())
        if monotonic() - self._last > LOOK_S:
            self._last = monotonic()
            self._look()
            self._rings = [perf_counter()]

    def _look(self) -> None:
        gaps = [1000 * (later - earlier) for earlier, later in pairwise(self._rings)] or [0.0]
        look: dict[str, Any] = {
            "seconds": monotonic() - self._begun,
            "gap, p99": float(np.percentile(gaps, 99)),
            "gap": max(gaps),
        }
        for name, process in {"window": self._process, "worker": _worker(self._process)}.items():
            if process is not None:
                look[f"{name} kinds"] = kinds_of_files(process)
                with process.oneshot():
                    look[f"{name} memory"] = process.memory_info().rss / MIB
                    look[f"{name} threads"] = process.num_threads()
                    look[f"{name} files"] = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
        self.looks.append(look)


class Work:
    """The rounds of the work."""

    def __init__(self, viewer: napari.Viewer, folder: Path) -> None:
        self.bench, self.hands, self.folder = add_dock(viewer).bench, Hands(viewer), folder
        self.session, self.done = self.bench.session, Counter[str]()
        self._chance = random.Random(0)
        self._steps = cycle((self.train, self.segment, self.accept, self.export))
        self.session.failed.connect(lambda section, error: self.done.update([f"failed: {error}"]))

    def begin(self) -> None:
        """A project of a few sample pictures, one of them without its mask; Live is on."""
        self.session.new_project(self.folder / "soaked.unet", "objects", ("nucleus",))
        pairs = pair_folder(sample_data_folder())[:PICTURES]
        self.session.add_pairs(pairs[1:])
        self.session.add_files([pairs[0].picture])
        self.session.set_settings("training", TRAINING)
        self.session.set_settings("network", NETWORK)
        print("begun", flush=True)
        self._until(lambda: "ready" in self.session.worker_line and len(self.session.pictures) == len(pairs), "start")
        self._names = cycle([row.name for row in self.session.pictures])
        self.session.set_live(True)

    def round(self) -> None:
        """Another picture, a few strokes, and one of the other steps."""
        self.bench.select(next(self._names))
        for number in range(4):
            self.paint(number)
        self.hands.settle(2)  # the answer comes meanwhile
        next(self._steps)()
        print(dict(self.done), flush=True)

    def paint(self, number: int) -> None:
        """A stroke with the mouse; the last of four is undone."""
        layer = self.bench.canvas.take_up("annotation", "paint")
        layer.brush_size, layer.selected_label = 6, 1 + number % 3
        height, width = layer.data.shape[-2:]
        row, column = self._chance.uniform(0.2, 0.8) * height, self._chance.uniform(0.2, 0.6) * width
        self.hands.stroke(layer, [(row, column + 12 * step) for step in range(4)])
        if number == 3:
            layer.undo()
        self.bench.canvas.flush()
        self.done["strokes"] += 1

    def train(self) -> None:
        """Train an epoch."""
        self.session.train()
        self._until(lambda: self.session.job is None, "the training")
        self.done["trainings"] += 1

    def segment(self) -> None:
        """Segment the picture on show."""
        self.bench.segment_current()
        self._until(lambda: self.session.job is None, "the labels")
        self.done["pictures segmented"] += 1

    def accept(self) -> None:
        """Take a part of the labels as truth, and take that back."""
        name = self.session.current
        if name is not None and self.session.labels(name) is not None:
            self.session.accept(name, (slice(0, 64), slice(0, 64)))
            self.session.take_back()
            self.done["accepts"] += 1

    def export(self) -> None:
        """Write the masks of all pictures over those of the last time."""
        self.session.export([row.name for row in self.session.pictures if row.predicted], self.folder / "masks", True)
        self._until(lambda: self.session.job is None, "the masks")
        self.done["exports"] += 1

    def _until(self, true: Any, what: str) -> None:
        self.hands.wait(true, PATIENCE, what)


def soak(minutes: float, folder: Path) -> dict[str, Any]:
    """What was measured while somebody worked for so long."""
    viewer = napari.Viewer()
    try:
        viewer.window.resize(*SIZE)
        work = Work(viewer, folder)
        work.begin()
        work.round()
        watch, begun, objects = Watch(), monotonic(), list[dict[str, int]]()
        while monotonic() - begun < 60 * minutes:
            work.round()
            work.done["rounds"] += 1
            if not objects and monotonic() - begun > 30 * minutes:
                objects.append(kinds_of_objects())
        watch.stop()
        objects.append(kinds_of_objects())
    finally:
        viewer.close()
    return {"looks": watch.looks, "done": dict(work.done), "objects": [objects[0], objects[-1]]}


def kinds_of_files(process: psutil.Process) -> dict[str, int]:
    """How many files of each kind a process has open, by their names without numbers; nothing where nobody tells."""
    folder, found = Path(f"/proc/{process.pid}/fd"), Counter[str]()
    for link in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):  # closed meanwhile
            found[re.sub(r"[0-9a-f]*\d[0-9a-f]*", "#", link.readlink().name)] += 1
    return dict(found)


def kinds_of_objects() -> dict[str, int]:
    """How many objects of each kind there are that can hold others, after what nobody needs has been let go.

    Not what `isinstance` remembers of abstract classes: Python forgets all of that, and fills it anew, whenever a class
    is registered with any of them.
    """
    gc.collect()
    kept = (one for one in gc.get_objects() if not _is_remembered(one))
    return dict(Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in kept))


def _is_remembered(one: object) -> bool:
    """Whether it is a line in the memory of an abstract class: a weak reference, or what is called when that dies."""
    called = one.__callback__ if type(one) is weakref.ReferenceType else one
    return type(called) is BuiltinFunctionType and called.__name__ == "_destroy"


def _worker(process: psutil.Process) -> psutil.Process | None:
    """The worker: the child that has torch, told from others by its memory."""
    children = process.children()
    return max(children, key=lambda child: child.memory_info().rss) if children else None


if __name__ == "__main__":
    found = soak(float(sys.argv[1]), Path(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps(found), encoding="utf-8")
