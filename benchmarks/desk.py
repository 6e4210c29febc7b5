"""Correcting a picture of 5,000 objects: milliseconds of each tool, and of a brush stroke beside one of 50 objects.

Through the session: what a tool does until the labels are changed and in the journal on disk. "Locate" is what stands
below the picture about the object under the mouse. In the real window: a tool until its count is shown, and one step of
the brush from the mouse's event until its frame was drawn and until it is on the screen; with 5,000 objects and with 50
in turn, in the same run. Without a screen the window is opened on a virtual one.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from benchmarks.crowd import SIDE, Crowd, Place
from benchmarks.outcome import Row
from benchmarks.screen import in_a_window
from napari_unet.core.data import Picture
from napari_unet.core.editing import Tool
from napari_unet.engine.client import Engine
from napari_unet.session import Session

MANY, FEW = 5000, 50
LIMIT_MS = 50.0
LIMITED = ("delete", "merge")
MOST_RATIO = 1.25
"""A step of the brush may take so many times as long with many objects as with few: what two runs differ by, too."""

AGAINST = f"{FEW} objects"


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeats", type=int, default=15, help="how often each tool is used (default 15)")
    parser.add_argument("--strokes", type=int, default=10, help="strokes of the brush in each picture (default 10)")
    parser.add_argument("--no-window", action="store_true", help="measure the session alone")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    times = {count: through_session(Crowd(count, MANY), options.repeats) for count in (MANY, FEW)}
    for name, many in times[MANY].items():
        limit = LIMIT_MS if name in LIMITED else None
        yield Row(f"{name}, {SIDE} px, {MANY} objects", many, other=times[FEW][name], against=AGAINST, limit=limit)
    if not options.no_window:
        yield from _window_rows(options)


def through_session(crowd: Crowd, repeats: int) -> dict[str, float]:
    """The median milliseconds of each tool in a project of its own, used in turn: relabel has a gap to close."""
    with TemporaryDirectory() as folder:
        session = _opened(Path(folder), crowd)
        turns: dict[str, Callable[[int], object]] = {
            "delete": lambda turn: use(session, "delete", [crowd.middle(5 * turn)]),
            "merge": lambda turn: use(session, "merge", [crowd.middle(5 * turn + 1), crowd.middle(5 * turn + 2)]),
            "split": lambda turn: use(session, "split", crowd.across(5 * turn + 3)),
            "locate under the mouse": lambda turn: session.object_line(crowd.middle(5 * turn + 4)),
            "relabel": lambda turn: use(session, "relabel", []),
        }
        most = int(crowd.labels.max()) // 5
        times = [{name: _ms(turn, at) for name, turn in turns.items()} for at in range(min(repeats, most))]
        session.close()
    return {name: statistics.median(each[name] for each in times) for name in turns}


def use(session: Session, tool: Tool, path: Sequence[Place]) -> None:
    """What the window does with a tool, without the window."""
    done = session.correction(tool, list(path), False)
    labels = session.labels(str(session.current))
    assert labels is not None
    if done is not None:
        labels[done.box] = done.values
        session.painted(str(session.current), "labels", done.box, done.values)


def _opened(folder: Path, crowd: Crowd) -> Session:
    session = Session(Engine())
    session.new_project(folder / "crowd.unet", "objects", ("cell",))
    session.add_picture(Picture("crowd", crowd.image[np.newaxis]), None)
    session.need_project().save_labels("crowd", crowd.labels)
    session.select("crowd")
    return session


def _ms(turn: Callable[[int], object], at: int) -> float:
    start = perf_counter()
    turn(at)
    return 1000 * (perf_counter() - start)


def _window_rows(options: argparse.Namespace) -> Iterator[Row]:
    times = in_a_window("benchmarks.crowded_window", options.strokes, MANY, FEW)
    for name, many in times[str(MANY)].items():
        value, few = statistics.median(many), statistics.median(times[str(FEW)][name])
        yield Row(f"{name}, in the window, {MANY} objects", value, other=few, against=AGAINST)
        if name.startswith("brush"):
            yield Row(f"{name}, {MANY} objects to {FEW}", value / few, "times", limit=MOST_RATIO)
