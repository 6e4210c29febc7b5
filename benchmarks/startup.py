"""Seconds until the window with the sample project stands, beside an empty napari window; and what our imports add.

Every number is the median of fresh processes, which take turns.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.outcome import Row
from benchmarks.screen import screen

WINDOW_LIMIT_S, IMPORT_LIMIT_S, PACKAGE_LIMIT_S = 2.0, 0.3, 0.15

CLOCK = "import time; began = time.perf_counter()\n"
SHOWN = "from qtpy.QtTest import QTest; QTest.qWait(1)\nprint(time.perf_counter() - began, flush=True)\n"
LEAVE = "import os; os._exit(0)"

EMPTY = CLOCK + "import napari; viewer = napari.Viewer()\n" + SHOWN + LEAVE
SAMPLE = (
    CLOCK
    + "import napari; viewer = napari.Viewer()\n"
    + "from napari_unet.window import add_dock; add_dock(viewer).header.open_sample()\n"
    + SHOWN
    + LEAVE
)
WIDGETS = "import napari, napari._qt.qt_main_window\n" + CLOCK + "import napari_unet.widgets.dock\n"
WIDGETS += "print(time.perf_counter() - began)\n"
PACKAGE = CLOCK + "import napari_unet\nprint(time.perf_counter() - began)\n"


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeats", type=int, default=5, help="how many processes of each kind (default 5)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    with screen():
        both = [(_seconds(EMPTY), _seconds(SAMPLE)) for _ in range(options.repeats)]
        widgets = statistics.median(_seconds(WIDGETS) for _ in range(options.repeats))
        package = statistics.median(_seconds(PACKAGE) for _ in range(options.repeats))
    empty, sample = (statistics.median(column) for column in zip(*both, strict=True))
    yield Row("window with the sample project", sample, "s", empty, "empty napari window")
    yield Row("the sample project on top of an empty window", sample - empty, "s", limit=WINDOW_LIMIT_S)
    yield Row("importing our widgets on top of napari", widgets, "s", limit=IMPORT_LIMIT_S)
    yield Row("importing napari_unet", package, "s", limit=PACKAGE_LIMIT_S)


def _seconds(program: str) -> float:
    """What the program prints: the seconds it took."""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])
