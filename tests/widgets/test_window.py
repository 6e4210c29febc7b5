"""The real window: real mouse, real keys, real pixels on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from napari.layers import Image, Labels, Points, Shapes, Surface, Tracks, Vectors
from napari.utils.shortcuts import default_shortcuts
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QComboBox, QLabel, QMenu, QPushButton, QWidget

from napari_unet.core.errors import StorageError
from napari_unet.session.job import Job
from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.editors import Number
from napari_unet.widgets.fold import Fold
from napari_unet.widgets.keys import CLASSES, OURS
from napari_unet.widgets.look import WIDTH
from napari_unet.widgets.panels import SegmentPanel
from napari_unet.widgets.sessions import Bench
from tests.widgets.conftest import assert_nothing_is_cut_off, shown_panel
from tests.widgets.fake_session import FakeSession

pytestmark = pytest.mark.gui

TEXT_MARGIN = 2
"""Pixels that Qt leaves free on either side of a line that is typed in."""


@pytest.fixture
def dock(window_bench: Bench, opened: FakeSession, qtbot: QtBot) -> Iterator[UnetDock]:
    """The panel in a real window, with a project of two pictures."""
    with shown_panel(window_bench.viewer, qtbot) as panel:
        yield panel


def canvas_widget(bench: Bench) -> QWidget:
    return bench.viewer.window._qt_viewer.canvas.native


def on_screen(bench: Bench, y: float, x: float) -> QPoint:
    """Where a pixel of the picture lies on the canvas."""
    canvas = bench.viewer.window._qt_viewer.canvas
    layer = bench.canvas.numbers("annotation")
    world = layer.data_to_world((y, x))[-2:]
    camera = bench.viewer.scene.camera
    zoom, centre = camera.zoom, camera.center[-2:]
    middle = np.array(canvas.size) / 2
    place = middle + (np.array(world) - np.array(centre)) * zoom
    return QPoint(round(place[1]), round(place[0]))


def stroke(qtbot: QtBot, bench: Bench, *points: tuple[float, float]) -> None:
    """Draw with the left button from point to point."""
    native = canvas_widget(bench)
    places = [on_screen(bench, *point) for point in points]
    qtbot.mouseMove(native, places[0])
    qtbot.mousePress(native, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(native, place)
        qtbot.wait(60)  # napari looks at the mouse at most once a frame
    qtbot.mouseRelease(native, Qt.MouseButton.LeftButton, pos=places[-1])


def test_a_stroke_of_the_mouse_reaches_the_session(dock: UnetDock, opened: FakeSession, qtbot: QtBot) -> None:
    bench = dock.bench
    dock.steps["annotate"].tools.buttons["cell"].click()
    layer = bench.canvas.numbers("annotation")
    layer.brush_size = 3
    qtbot.wait(100)
    stroke(qtbot, bench, (20, 20), (20, 30), (20, 40))
    qtbot.waitUntil(lambda: bool(opened.strokes))
    bench.canvas.flush()
    known = np.zeros_like(layer.data)
    for name, role, box, values in opened.strokes:
        assert (name, role) == ("a", "annotation")
        known[box] = values
    assert set(np.unique(known)) == {0, 2}
    assert (known[20, 20:41] == 2).all(), "the line that was drawn"
    np.testing.assert_array_equal(known, layer.data)


def test_undo_by_the_keyboard_reaches_the_session(dock: UnetDock, opened: FakeSession, qtbot: QtBot) -> None:
    bench = dock.bench
    dock.steps["annotate"].tools.buttons["background"].click()
    qtbot.wait(100)
    stroke(qtbot, bench, (10, 10), (15, 15))
    qtbot.waitUntil(lambda: bool(opened.strokes))
    before = len(opened.strokes)
    qtbot.keyClick(canvas_widget(bench), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(opened.strokes) > before)
    assert not bench.canvas.numbers("annotation").data.any()
    assert not opened.strokes[-1][3].any()


def test_our_keys_work_on_the_canvas_and_in_the_panel(dock: UnetDock, qtbot: QtBot) -> None:
    layer = dock.bench.canvas.numbers("annotation")
    qtbot.keyClick(canvas_widget(dock.bench), Qt.Key.Key_Q)
    assert (str(layer.mode), layer.selected_label) == ("paint", 1)
    button = dock.steps["annotate"].tools.buttons["erase"]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_W)
    assert (str(layer.mode), layer.selected_label) == ("paint", 2)
    qtbot.keyClick(canvas_widget(dock.bench), Qt.Key.Key_K)
    assert dock.bench.session.current == "b"


@pytest.mark.parametrize("good", [True, False], ids=["said", "failed"])
def test_what_became_of_an_export_is_in_sight(dock: UnetDock, opened: FakeSession, qtbot: QtBot, good: bool) -> None:
    message = dock.steps["export"].message
    if good:
        opened.said.emit("export", "Wrote 8 masks to /somewhere.")
    else:
        opened.failed.emit("export", StorageError("/somewhere cannot be written.", "", "Choose another folder."))
    qtbot.waitUntil(lambda: message.isVisible() and message.visibleRegion().boundingRect().height() == message.height())


def test_our_keys_are_free_in_the_running_napari(window_bench: Bench) -> None:
    ours = {item.key for item in (*OURS, *CLASSES)}
    kinds = (Image, Labels, Points, Shapes, Surface, Tracks, Vectors, type(window_bench.viewer))
    theirs = {str(key) for kind in kinds for key in kind.class_keymap}
    theirs |= {str(key) for keys in default_shortcuts.values() for key in keys}
    assert not ours & theirs


def test_every_key_is_told_in_a_tooltip_or_in_the_list_of_keys(dock: UnetDock, qtbot: QtBot) -> None:
    section = dock.steps["annotate"]
    section.keys_button.click()
    lines = [action.text() for menu in section.findChildren(type(dock.header.menu)) for action in menu.actions()]
    for item in OURS:
        assert f"{item.words}\t{item.key}" in lines
    for menu in section.findChildren(type(dock.header.menu)):
        menu.close()


@pytest.mark.parametrize("width", [WIDTH, WIDTH - 20])
def test_nothing_is_cut_off(dock: UnetDock, opened: FakeSession, qtbot: QtBot, width: int) -> None:
    opened.give_model("2026-11-21-cells", "Dice 0.91, AP 0.78 on 3 pictures")
    opened.give_probability("a", np.zeros((3, 40, 60), np.float32))
    opened.give_labels("a", np.ones((40, 60), np.uint16))
    for fold in dock.findChildren(type(dock.steps["train"].fold)):
        fold.set_open(True)
    dock.resize(width, 700)
    qtbot.wait(50)
    assert_nothing_is_cut_off(dock)


def test_the_panel_follows_the_theme(dock: UnetDock, qtbot: QtBot) -> None:
    dark = dock.styleSheet()
    dock.bench.viewer.theme = "light"
    assert dock.styleSheet() != dark
    dock.bench.viewer.theme = "dark"
    assert dock.styleSheet() == dark


def test_words_stand_out_from_the_background_in_both_themes(dock: UnetDock) -> None:
    for theme in ("dark", "light"):
        dock.bench.viewer.theme = theme
        look = dock.bench.look
        for colour in (look.text, look.quiet, look.good, look.notice, look.bad):
            assert contrast_ratio(colour, look.background) >= 4.5, (theme, colour)
        for colour in (look.text, look.good, look.notice, look.bad):  # in a banner, as that of the tour
            assert contrast_ratio(colour, look.raised) >= 4.5, (theme, colour)
        assert contrast_ratio(look.good, look.raised) >= 3, "the ring around what the tour points at"
        assert contrast_ratio(look.on_accent, look.accent) >= 4.3


def contrast_ratio(one: str, other: str) -> float:
    """The contrast of two colours after WCAG 2.1."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_one_button_at_most_is_filled(dock: UnetDock, opened: FakeSession) -> None:
    def filled() -> list[str]:
        return [button.text() for button in dock.findChildren(QPushButton) if button.property("now") == "true"]

    assert filled() == ["Paint cell 1"], "it says what to do, and does not look like the tool in use"
    dock.steps["annotate"].tools.buttons["cell"].click()
    assert [button.text() for button in dock.findChildren(QPushButton) if button.isChecked()][-1:] == ["Cell 1"]
    opened.annotation("a")[3:9, 3:9] = 2
    opened.pictures_changed.emit()
    assert filled() == ["Train 20 epochs"]
    opened.give_model("first", "")
    assert filled() == ["This picture"]


def test_an_unsure_answer_is_said_and_painting_comes_before_accepting(dock: UnetDock, opened: FakeSession) -> None:
    segment, paint = dock.steps["segment"], dock.steps["annotate"]
    opened.give_model("first", "")
    opened.give_labels("a", np.ones((40, 60), np.uint16))
    for name in ("a", "b"):
        opened.give_probability(name, np.zeros((3, 40, 60), np.float32))
    accept = segment.accepting.accept
    assert (accept.property("now"), segment.unsure.isVisible()) == ("true", False)
    opened.unsure = "The answer is unsure of what it found here."
    opened.pictures_changed.emit()
    assert accept.property("now") != "true"
    assert accept.isEnabled(), "who knows better may"
    assert (segment.unsure.isVisible(), segment.unsure.text()) == (True, opened.unsure)
    assert paint.primary.property("now") == "true"


def test_no_number_is_cut_however_long_it_is(dock: UnetDock, opened: FakeSession, qtbot: QtBot) -> None:
    opened.give_model("first", "")
    for fold in dock.findChildren(Fold):
        fold.set_open(True)
    qtbot.wait(100)
    numbers = [editor.box for editor in dock.findChildren(Number)]
    boxes = [box for box in (*numbers, dock.steps["annotate"].brush_box) if box.isVisible()]
    assert len(boxes) > 30
    cut = []
    for box in boxes:
        box.blockSignals(True)
        for value in (box.maximum(), box.minimum()):
            box.setValue(value)
            line = box.lineEdit()
            need = line.fontMetrics().horizontalAdvance(line.text()) + 2 * TEXT_MARGIN
            if need > line.width():
                cut.append(f"{box.accessibleName()}: {line.text()} needs {need}, has {line.width()}")
    assert cut == []


def is_cut(label: QLabel) -> bool:
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height()
    return label.fontMetrics().horizontalAdvance(label.text()) > label.contentsRect().width()


def test_where_it_computes_and_what_live_does_are_read_whole(dock: UnetDock, opened: FakeSession, qtbot: QtBot) -> None:
    opened.set_live(True)
    for where, what, live in (
        ("CPU, 1 thread · ready", None, "Live · starts from nothing · 3 strokes"),
        ("NVIDIA GeForce RTX 4070 Ti · ready", Job("train", "Training", 0.1, 5000), "Live · goes on after that"),
        ("Worker stopped; it starts again with the next job", None, "Live · these labels hold your corrections, stay"),
    ):
        opened.worker_line, opened.live_line = where, live
        opened.worker_changed.emit()
        opened.give_job(what)
        opened.live_changed.emit()
        qtbot.wait(50)
        for label in (dock.status.line, dock.steps["train"].live.line):
            assert not is_cut(label), label.text()


def test_the_list_of_keys_fits_the_screen_in_the_words_of_the_project(
    dock: UnetDock, opened: FakeSession, qtbot: QtBot
) -> None:
    assert opened.project is not None
    opened.project.class_names = ("axon",)
    opened.project_changed.emit()
    dock.steps["annotate"].show_keys()
    (menu,) = [one for one in dock.steps["annotate"].findChildren(QMenu) if one.isVisible()]
    lines = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert "Paint axon, or the next class\tW" in lines
    assert "Take the axon under the mouse as right\tDouble click" in lines
    assert not any("cell" in line for line in lines)
    assert len({menu.actionGeometry(action).x() for action in menu.actions()}) == 1, "one column"
    assert menu.height() < 700
    menu.close()


def test_every_button_has_a_sentence_of_help(dock: UnetDock) -> None:
    folds = {fold.button for fold in dock.findChildren(type(dock.steps["train"].fold))}
    silent = [one.text() for one in dock.findChildren(QPushButton) if one not in folds and not one.toolTip()]
    assert silent == []


def test_every_control_can_be_reached_by_the_keyboard(dock: UnetDock) -> None:
    for widget in [*dock.findChildren(QPushButton), *dock.findChildren(QComboBox)]:
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_panels_of_a_viewer_share_one_session(dock: UnetDock, qtbot: QtBot) -> None:
    panel = SegmentPanel(dock.bench.viewer)
    qtbot.addWidget(panel)
    assert panel.bench.session is dock.bench.session
    panel.steps["segment"].form.editors["threshold"].slider.setValue(31)
    threshold = dock.steps["segment"].form.editors["threshold"]
    qtbot.waitUntil(lambda: threshold.value() == 0.31)


def test_the_rectangle_is_drawn_with_the_mouse(dock: UnetDock, opened: FakeSession, qtbot: QtBot) -> None:
    opened.give_model("first", "")
    opened.give_labels("a", np.ones((40, 60), np.uint16))
    section = dock.steps["segment"]
    section.accepting.box.click()
    qtbot.wait(100)
    stroke(qtbot, dock.bench, (10, 10), (20, 25), (30, 40))
    qtbot.waitUntil(lambda: opened.calls[-1][0] == "accept")
    box = opened.calls[-1][2]
    for side, (low, high) in zip(box, ((10, 30), (10, 40)), strict=True):
        assert abs(side.start - low) <= 1
        assert abs(side.stop - 1 - high) <= 1


def test_the_worker_is_warmed_up_once(dock: UnetDock, opened: FakeSession, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: ("start_worker",) in opened.calls)
    dock.bench.warm_up()
    assert opened.calls.count(("start_worker",)) == 1


def test_labels_never_say_what_a_biologist_does_not(dock: UnetDock) -> None:
    words = " ".join(label.text().lower() for label in dock.findChildren(QLabel))
    for word in ("inference", "tensor", "logit", "instance", "semantic"):
        assert word not in words
