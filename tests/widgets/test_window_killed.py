"""The window is killed while somebody paints and corrects: nothing older than two seconds is lost, nor its undo.

The whole program, with a mouse, as it is started by a person, killed with SIGKILL. Once only, since a window takes
seconds to start; NAPARI_UNET_KILLS=20 kills it twenty times, each at another moment of another sitting and every
second time where objects have classes, and so does `make kills`. tests/session/test_killed_sitting.py kills a sitting
without a window twenty times in every run.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_unet.core.data import Picture, Project
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from tests.patience import wait_until
from tests.session.left_behind import assert_whole
from tests.widgets.conftest import real_panel
from tests.widgets.test_window_desk import click, labels, press, undo
from tests.workers import QUICK

pytestmark = pytest.mark.gui

WINDOW = Path(__file__).with_name("correcting_window.py")
PROMISE = 2.0
"""Seconds: what was done longer ago is on the disk."""

KILLS = int(os.environ.get("NAPARI_UNET_KILLS") or 1)
REDO = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

FIRST, LAST = 9, 18
"""The window is killed after so many actions at the earliest, the first of which are then older than that; and at the
latest."""


@pytest.mark.parametrize("seed", range(1, KILLS + 1))
def test_killed_window_keeps_what_is_older_than_two_seconds_and_offers_it_with_its_undo(
    window: Viewer, qtbot: QtBot, tmp_path: Path, seed: int
) -> None:
    classes = ("cell",) if seed % 2 else ("alive", "dead")
    folder, seen, chance = project(tmp_path / "cells.unet", classes), tmp_path / "seen", random.Random(seed)
    seen.mkdir()
    killed = kill(folder, seen, seed, chance.randint(FIRST, LAST), chance.uniform(0, 0.7))
    assert_whole(folder)
    with Project.open(folder) as left:
        annotation, corrected = left.annotation("a"), left.labels("a")
    assert corrected is not None
    assert_nothing_older_is_lost(seen, killed, annotation, corrected)
    assert not np.array_equal(corrected, cells()), "the first correction, at least, is old"
    session, said = Session(Engine(QUICK)), list[str]()
    session.said.connect(lambda _section, sentence: said.append(sentence))
    session.open_project(folder)
    assert any("Brought back" in sentence for sentence in said)
    with real_panel(window, qtbot, session) as panel:
        assert_undo_goes_on(panel, qtbot, corrected)
        assert_each_stroke_is_one_step(panel, annotation)


def project(folder: Path, classes: tuple[str, ...]) -> Path:
    """One picture with labels to be corrected."""
    with Project.create(folder, "objects", classes) as made:
        made.add(Picture("a", ((cells() > 0) * 150 + np.arange(90) % 5).astype(np.uint8)[None]), None, "")
        made.save_labels("a", cells())
    return folder


def cells() -> np.ndarray:
    """Nine with a hole each; two touch."""
    cells = np.zeros((90, 90), np.uint16)
    for number in range(9):
        top, left = 4 + 28 * (number // 3), 4 + 28 * (number % 3)
        cells[top : top + 22, left : left + 24 + 4 * (number == 0)] = number + 1
        cells[top + 8 : top + 11, left + 8 : left + 11] = 0
    return cells


def kill(folder: Path, seen: Path, seed: int, after: int, pause: float) -> float:
    """Start the window, let it come to an action, and kill it a moment later; when that was."""
    window = subprocess.Popen([sys.executable, WINDOW, folder, seen, str(seed)], stdout=subprocess.DEVNULL)
    try:

        def there() -> bool:
            assert window.poll() is None, "the window ended by itself"
            return (seen / f"{after:04}.npz").exists()

        wait_until(there, pause=0.02)
        time.sleep(pause)
    finally:
        window.kill()
        window.wait()
    return time.time()


def assert_nothing_older_is_lost(seen: Path, killed: float, annotation: np.ndarray, corrected: np.ndarray) -> None:
    """The labels are those of a moment within the last two seconds; cells painted before that are whole."""
    files = sorted(seen.glob("????.npz"))
    old = [file for file in files if killed - file.stat().st_mtime > PROMISE]
    assert old, "it all came too fast for the test to say anything"
    screens = [np.load(file) for file in files[len(old) - 1 :]]
    coming = seen / f"{len(files) + 1:04}.next.npy"
    allowed = [screen["labels"] for screen in screens] + ([np.load(coming)] if coming.exists() else [])
    assert any(np.array_equal(corrected, one) for one in allowed), "these labels are older than two seconds"
    painted = screens[0]["annotation"]
    np.testing.assert_array_equal(annotation[painted > 0], painted[painted > 0])


def assert_undo_goes_on(panel, qtbot: QtBot, corrected: np.ndarray) -> None:
    """What was done before the end is told and can be undone step by step, and redone; and so can what is done now."""
    bench, section = panel.bench, panel.steps["segment"]
    section.fold.set_open(True)
    section.correct.click()
    qtbot.waitUntil(section.desk.isVisible)
    bench.viewer.reset_view()
    qtbot.wait(100)
    np.testing.assert_array_equal(labels(bench), corrected)
    bench.canvas.stack.activate(bench.canvas.numbers("labels"))
    steps = len(bench.canvas.numbers("labels")._undo_history)
    assert steps > 1
    for _ in range(steps):
        undo(qtbot, bench)
    np.testing.assert_array_equal(labels(bench), cells())
    for _ in range(steps):
        press(qtbot, bench, Qt.Key.Key_Z, REDO)
    np.testing.assert_array_equal(labels(bench), corrected)
    section.desk.tools.buttons["delete"].click()
    place = tuple(np.argwhere(corrected)[0])
    click(qtbot, bench, place)
    deleted = np.where(corrected == corrected[place], 0, corrected)
    np.testing.assert_array_equal(labels(bench), deleted)
    undo(qtbot, bench)
    np.testing.assert_array_equal(labels(bench), corrected)
    press(qtbot, bench, Qt.Key.Key_Z, REDO)
    np.testing.assert_array_equal(labels(bench), deleted)


def assert_each_stroke_is_one_step(panel, annotation: np.ndarray) -> None:
    """However long somebody painted on it. Each has a number of its own, from 2 on, and where there are classes one."""
    layer, session = panel.bench.canvas.numbers("annotation"), panel.bench.session
    painted = set(np.unique(annotation).tolist()) - {0}
    classed = set(session.classes("a", "annotation"))
    assert classed <= painted
    assert not session.object_classes or len(painted - classed) <= 1, "but for one that was not finished"
    np.testing.assert_array_equal(layer.data, annotation)
    for number in sorted(painted, reverse=True):
        layer.undo()
        assert not (layer.data == number).any()
        assert number not in session.classes("a", "annotation")
    assert not layer.data.any()
