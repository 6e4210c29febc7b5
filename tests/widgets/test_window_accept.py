"""Accept view, in the real window with a real session: what the screen shows is accepted, told, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QApplication

from napari_unet.core.data import Picture
from napari_unet.core.wording import counted
from napari_unet.journey.hands import Hands
from napari_unet.session import Session
from napari_unet.widgets.dock import UnetDock
from tests.widgets.conftest import real_panel
from tests.widgets.test_window import canvas_widget, on_screen
from tests.workers import KeptEngine

pytestmark = pytest.mark.gui

SIDE, STEP, BLUE = 60, 4, 200
"""Pixels of the picture along each axis; how much redder each row is than the one above it, and each column greener
than the one before it; and how blue all of it is.
"""


def cells() -> np.ndarray:
    """Sixteen in rows, so that every view cuts some of them."""
    labels = np.zeros((SIDE, SIDE), np.uint16)
    for number in range(16):
        top, left = 3 + 15 * (number // 4), 3 + 15 * (number % 4)
        labels[top : top + 9, left : left + 9] = number + 1
    return labels


@pytest.fixture
def dock(window: Viewer, qtbot: QtBot, quick_engine: KeptEngine, tmp_path: Path) -> Iterator[UnetDock]:
    """A picture whose colours say which pixel is which, with labels that wait to be accepted."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    rows, columns = (STEP * np.indices((SIDE, SIDE))).astype(np.uint8)
    colours = ("red", "green", "blue")
    session.add_picture(Picture("a", np.stack([rows, columns, np.full_like(rows, BLUE)]), channel_names=colours), None)
    session.need_project().save_labels("a", cells())
    with real_panel(window, qtbot, session) as panel:
        session.select("a")
        panel.steps["segment"].fold.set_open(True)
        window.reset_view()
        qtbot.wait(200)
        yield panel


def zoom(qtbot: QtBot, dock: UnetDock, place: tuple[float, float], clicks: int) -> None:
    """Turn the wheel of the mouse over a place of the picture."""
    native, at = canvas_widget(dock.bench), on_screen(dock.bench, *place)
    nothing, still = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    for _ in range(clicks):
        where = QPointF(at), QPointF(native.mapToGlobal(at)), QPoint(0, 0), QPoint(0, 120)
        QApplication.sendEvent(native, QWheelEvent(*where, nothing, still, Qt.ScrollPhase.NoScrollPhase, False))
        qtbot.wait(60)
    qtbot.wait(150)


def on_the_screen(dock: UnetDock, qtbot: QtBot) -> np.ndarray:
    """Which pixels of the picture have a pixel of the screen, by the colours there; (Y, X) bool."""
    ours = [dock.bench.canvas.numbers(role) for role in ("labels", "annotation")]
    for layer in ours:
        layer.visible = False
    qtbot.wait(100)
    shot = dock.bench.viewer.screenshot(canvas_only=True, flash=False)[..., :3].astype(int)
    for layer in ours:
        layer.visible = True
    theirs = shot[abs(shot[..., 2] - BLUE) <= 1]
    found = np.zeros((SIDE, SIDE), bool)
    found[tuple(np.round(theirs[:, axis] / STEP).astype(int) for axis in (0, 1))] = True
    return found


def assert_accepted(annotation: np.ndarray, shown: np.ndarray) -> tuple[int, int]:
    """All that was to be seen is told, and nothing else; how many cells were taken, and how many left out."""
    taken = left = 0
    for number in range(1, 17):
        own = cells() == number
        if 2 * np.count_nonzero(own & shown) >= np.count_nonzero(own):
            (value,) = np.unique(annotation[own])
            assert value >= 2, "a cell that is mostly to be seen is taken, and whole"
            assert (annotation == value).sum() == own.sum()
            taken += 1
        else:
            assert not annotation[own].any(), "of the others nothing is said"
            left += bool((own & shown).any())
    np.testing.assert_array_equal(annotation == 1, shown & (cells() == 0), "what is unpainted there is background")
    return taken, left


@pytest.mark.parametrize("how", ["by the wheel", "by the camera", "beyond the edge"])
def test_exactly_what_is_to_be_seen_is_accepted_told_and_taken_back(dock: UnetDock, qtbot: QtBot, how: str) -> None:
    bench, section, hands = dock.bench, dock.steps["segment"], Hands(dock.bench.viewer)
    if how == "by the wheel":
        zoom(qtbot, dock, (20.3, 31.8), 6)
    else:
        bench.viewer.scene.camera.zoom *= 2.3
        bench.viewer.scene.camera.center = (23.2, 37.9) if how == "by the camera" else (4.7, 55.1)
        qtbot.wait(200)
    shown = on_the_screen(dock, qtbot)
    assert 100 < np.count_nonzero(shown) < shown.size
    hands.click(section.accepting.view)
    taken, left = assert_accepted(bench.session.annotation("a"), shown)
    cut = f"{counted(left, 'cell')} cut off by its edge {'is' if left == 1 else 'are'} left unlabelled"
    told = f"Accepted the part you see into the training set: {counted(taken, 'cell')}; {cut}. It can be taken back."
    assert section.message.sentence.text() == told
    (region,) = bench.session.need_project().record("a").origin
    assert (region.part, region.how) == ("view", "corrected")
    np.testing.assert_array_equal(np.asarray(bench.canvas.numbers("annotation").data), bench.session.annotation("a"))
    hands.click(section.accepting.back)
    assert not bench.session.annotation("a").any()
    assert not np.asarray(bench.canvas.numbers("annotation").data).any()
    assert bench.session.need_project().record("a").origin == ()
    np.testing.assert_array_equal(np.asarray(bench.canvas.numbers("labels").data), cells())


def test_when_nothing_is_to_be_seen_nothing_is_accepted(dock: UnetDock, qtbot: QtBot) -> None:
    dock.bench.viewer.scene.camera.center = (500.0, 500.0)
    qtbot.wait(200)
    Hands(dock.bench.viewer).click(dock.steps["segment"].accepting.view)
    assert "Nothing of the picture is to be seen" in dock.steps["segment"].message.sentence.text()
    assert not dock.bench.session.annotation("a").any()
