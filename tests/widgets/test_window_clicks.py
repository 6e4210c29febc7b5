"""Clicks on a cell, with the real mouse in the real window."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication, QWidget

from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.sessions import Bench
from tests.widgets.fake_session import FakeSession
from tests.widgets.test_window import canvas_widget, dock, on_screen  # noqa: F401  (a fixture)

pytestmark = pytest.mark.gui

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def ready(dock: UnetDock, opened: FakeSession, qtbot: QtBot) -> Bench:  # noqa: F811
    """Two cells in the labels, and the picture can be moved."""
    labels = np.zeros((40, 60), np.uint16)
    labels[5:15, 5:15], labels[20:35, 30:50] = 1, 2
    opened.give_labels("a", labels)
    bench = dock.bench
    bench.canvas.numbers("annotation").mode = "pan_zoom"
    bench.viewer.reset_view()  # a test before this one may have zoomed
    qtbot.wait(100)
    return bench


def double_click(qtbot: QtBot, bench: Bench, place: tuple[float, float]) -> None:
    native, at = canvas_widget(bench), on_screen(bench, *place)
    qtbot.mouseMove(native, at)
    qtbot.mouseClick(native, LEFT, pos=at)
    qtbot.mouseDClick(native, LEFT, pos=at)
    qtbot.wait(50)


def right_click(qtbot: QtBot, bench: Bench, place: tuple[float, float], drag: int = 0) -> None:
    native, at = canvas_widget(bench), on_screen(bench, *place)
    qtbot.mouseMove(native, at)
    qtbot.mousePress(native, RIGHT, pos=at)
    for step in range(1, 4 if drag else 0):
        move(native, at + QPoint(drag, -drag) * (step / 3), RIGHT)
        qtbot.wait(60)
    qtbot.mouseRelease(native, RIGHT, pos=at + QPoint(drag, -drag))
    qtbot.wait(50)


def move(native: QWidget, at: QPoint, held: Qt.MouseButton) -> None:
    """Move with a button held: Qt's test tools do not tell which one is."""
    nothing, still = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), QPointF(native.mapToGlobal(at)), nothing, held, still)
    QApplication.sendEvent(native, event)


def annotation(bench: Bench) -> np.ndarray:
    return np.asarray(bench.canvas.numbers("annotation").data)


def zoom(bench: Bench) -> float:
    return float(bench.viewer.scene.camera.zoom)


def test_a_double_click_takes_a_cell_as_right(ready: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    before = zoom(ready)
    double_click(qtbot, ready, (10, 10))
    assert (annotation(ready)[5:15, 5:15] == 2).all()
    assert np.count_nonzero(annotation(ready)) == 100
    assert zoom(ready) == before, "napari's own double click zooms"
    double_click(qtbot, ready, (25, 40))
    assert (annotation(ready)[20:35, 30:50] == 3).all(), "a number of its own"
    name, role, _box, values = opened.strokes[-1]
    assert (name, role, set(np.unique(values))) == ("a", "annotation", {3}), "told at once"


def test_a_right_click_says_that_a_cell_is_none(ready: Bench, qtbot: QtBot) -> None:
    right_click(qtbot, ready, (10, 10))
    assert (annotation(ready)[5:15, 5:15] == 1).all()
    assert np.count_nonzero(annotation(ready)) == 100


def test_undo_takes_a_click_back(ready: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    double_click(qtbot, ready, (10, 10))
    right_click(qtbot, ready, (25, 40))
    qtbot.keyClick(canvas_widget(ready), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not (annotation(ready) == 1).any()
    assert (annotation(ready)[5:15, 5:15] == 2).all()
    qtbot.keyClick(canvas_widget(ready), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not annotation(ready).any()


def test_an_origin_goes_with_undo_and_comes_back_with_redo(ready: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    double_click(qtbot, ready, (10, 10))
    right_click(qtbot, ready, (25, 40))
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    for keys in (control, control, control | shift):
        qtbot.keyClick(canvas_widget(ready), Qt.Key.Key_Z, keys)
    said = [call for call in opened.calls if call[0] == "set_origin"]
    assert said == [
        ("set_origin", "a", "rejected", False),
        ("set_origin", "a", "accepted", False),
        ("set_origin", "a", "accepted", True),
    ]
    assert np.count_nonzero(annotation(ready)) == 100


def test_the_desk_takes_one_object_and_another_as_truth(ready: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    ready.hand.take("accept")
    for place in ((10, 10), (25, 40)):
        native, at = canvas_widget(ready), on_screen(ready, *place)
        qtbot.mouseMove(native, at)
        qtbot.mouseClick(native, LEFT, pos=at)
        qtbot.wait(50)
    assert ready.hand.tool == "accept", "it stays in the hand"
    assert np.count_nonzero(annotation(ready)) == 400
    assert set(np.unique(annotation(ready))) == {0, 2, 3}
    ready.hand.put_back()


def test_dragging_with_the_right_button_zooms_as_ever(ready: Bench, qtbot: QtBot) -> None:
    before = zoom(ready)
    right_click(qtbot, ready, (10, 10), drag=60)
    assert zoom(ready) != before
    assert not annotation(ready).any()


def test_a_double_click_beside_the_cells_zooms_as_ever(ready: Bench, qtbot: QtBot) -> None:
    before = zoom(ready)
    double_click(qtbot, ready, (2, 30))
    assert zoom(ready) == pytest.approx(2 * before)
    assert not annotation(ready).any()


@pytest.mark.parametrize("why", ["painting", "hidden"])
def test_clicks_mean_nothing_while_painting_or_without_labels(ready: Bench, qtbot: QtBot, why: str) -> None:
    if why == "painting":
        ready.canvas.numbers("annotation").mode = "paint"
    else:
        ready.canvas.numbers("labels").visible = False
    right_click(qtbot, ready, (10, 10))
    assert not (annotation(ready)[5:15, 5:15] == 1).all()


def test_in_a_project_of_regions_a_connected_piece_keeps_its_class(
    ready: Bench, opened: FakeSession, qtbot: QtBot
) -> None:
    assert opened.project is not None
    opened.project.kind, opened.project.class_names = "regions", ("sky", "sea")
    labels = np.zeros((40, 60), np.uint16)
    labels[5:15, 5:15] = labels[20:35, 30:50] = 2
    opened.give_labels("a", labels)
    qtbot.wait(50)
    double_click(qtbot, ready, (10, 10))
    assert (annotation(ready)[5:15, 5:15] == 3).all()
    assert np.count_nonzero(annotation(ready)) == 100


def test_the_mouse_is_given_back_when_the_panel_ends(ready: Bench) -> None:
    viewer = ready.viewer
    ours = list(viewer.mouse_double_click_callbacks)
    ready.clicks.close(viewer)
    assert viewer.mouse_double_click_callbacks != ours
    assert len(viewer.mouse_double_click_callbacks) == 1
