"""Classes of objects in the real window: by brush, by click, undone and redone, seen as colours and words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMenu

from napari_unet.core.data import Picture
from napari_unet.session import Session
from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.sections.annotate import AnnotateSection
from tests.widgets.conftest import real_panel
from tests.widgets.test_window_desk import cells, click, drag, press, undo
from tests.workers import KeptEngine

pytestmark = pytest.mark.gui

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dock(window: Viewer, qtbot: QtBot, quick_engine: KeptEngine, tmp_path: Path) -> Iterator[UnetDock]:
    """The panel with a picture with corrected labels: 3, 5 and 9; objects are alive or dead."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("alive", "dead"))
    image = (cells() > 0) * 150 + np.arange(90) % 5
    session.add_picture(Picture("a", image.astype(np.uint8)[None]), None)
    session.need_project().save_labels("a", cells())
    with real_panel(window, qtbot, session) as panel:
        session.select("a")
        window.reset_view()
        qtbot.wait(100)
        yield panel


@pytest.fixture
def annotate(dock: UnetDock) -> AnnotateSection:
    section = dock.steps["annotate"]
    section.fold.set_open(True)
    return section


def painted(dock: UnetDock) -> dict[int, int]:
    return dock.bench.session.classes("a", "annotation")


def redo(qtbot: QtBot, dock: UnetDock) -> None:
    press(qtbot, dock.bench, Qt.Key.Key_Z, CONTROL | SHIFT)


def test_the_brush_gives_new_objects_the_class_in_the_hand_and_undo_takes_it(
    dock: UnetDock, annotate: AnnotateSection, qtbot: QtBot
) -> None:
    session = dock.bench.session
    annotate.tools.buttons["new"].click()
    drag(qtbot, dock.bench, (5, 10), (5, 30))
    assert painted(dock) == {2: 1}
    annotate.classes.tools.buttons["2"].click()
    annotate.tools.buttons["new"].click()
    drag(qtbot, dock.bench, (5, 50), (5, 70))
    drag(qtbot, dock.bench, (28, 50), (28, 70))
    assert painted(dock) == {2: 1, 3: 2}
    annotate.classes.tools.buttons["1"].click()
    drag(qtbot, dock.bench, (55, 50), (55, 70))
    assert painted(dock) == {2: 1, 3: 2}, "more of an object does not change its class"
    assert annotate.classes.counts.text() == "Painted: alive 1, dead 1"
    for _ in range(3):
        undo(qtbot, dock.bench)
    assert painted(dock) == {2: 1}
    redo(qtbot, dock)
    dock.bench.canvas.flush()
    assert painted(dock) == {2: 1, 3: 2}
    session.open_project(session.need_project().folder)
    assert painted(dock) == {2: 1, 3: 2}


def test_a_number_that_is_used_anew_has_the_class_in_the_hand(
    dock: UnetDock, annotate: AnnotateSection, qtbot: QtBot
) -> None:
    annotate.classes.tools.buttons["2"].click()
    annotate.tools.buttons["new"].click()
    drag(qtbot, dock.bench, (5, 10), (5, 30))
    undo(qtbot, dock.bench)
    press(qtbot, dock.bench, Qt.Key.Key_W, SHIFT)
    annotate.tools.buttons["new"].click()
    drag(qtbot, dock.bench, (5, 10), (5, 30))
    assert painted(dock) == {2: 1}


def test_a_click_gives_a_painted_object_the_class_in_the_hand(
    dock: UnetDock, annotate: AnnotateSection, qtbot: QtBot
) -> None:
    annotate.tools.buttons["new"].click()
    drag(qtbot, dock.bench, (5, 10), (5, 30))
    press(qtbot, dock.bench, Qt.Key.Key_W, SHIFT)
    assert dock.bench.session.hand_class == 2
    press(qtbot, dock.bench, Qt.Key.Key_T, SHIFT)
    assert annotate.classes.click.isChecked()
    click(qtbot, dock.bench, (5, 20))
    assert painted(dock) == {2: 2}
    undo(qtbot, dock.bench)
    assert painted(dock) == {2: 1}
    redo(qtbot, dock)
    assert painted(dock) == {2: 2}
    annotate.classes.click.click()
    assert dock.bench.hand.tool is None


def test_the_desk_gives_labels_classes_which_their_parts_keep(dock: UnetDock, qtbot: QtBot) -> None:
    session, section = dock.bench.session, dock.steps["segment"]
    section.fold.set_open(True)
    section.correct.click()
    assert "(Shift+T)" in section.desk.tools.buttons["class"].toolTip()
    session.take_class(2)
    press(qtbot, dock.bench, Qt.Key.Key_T, SHIFT)
    assert dock.bench.hand.role == "labels"
    click(qtbot, dock.bench, (16, 12))
    assert session.classes("a", "labels") == {3: 2}
    assert "dead 1, no class 2" in section.found.text()
    section.desk.tools.buttons["split"].click()
    drag(qtbot, dock.bench, (6, 24), (16, 24), (28, 24))
    assert session.classes("a", "labels") == {3: 2, 10: 2}
    section.desk.once["relabel"].click()
    assert session.classes("a", "labels").items() >= {1: 2, 4: 2}.items()
    assert session.class_counts("a", "labels") == {"dead": 2, "": 2}
    for _ in range(3):
        undo(qtbot, dock.bench)
    assert session.classes("a", "labels") == {}
    for _ in range(3):
        redo(qtbot, dock)
    assert session.class_counts("a", "labels") == {"dead": 2, "": 2}


def test_a_double_click_takes_a_cell_with_its_class(dock: UnetDock, qtbot: QtBot) -> None:
    session, bench = dock.bench.session, dock.bench
    session.classify("a", "labels", {5: 2})
    bench.viewer.layers.selection.active = bench.canvas.numbers("labels")
    assert bench.clicks.accept((43, 17))
    assert painted(dock) == {2: 2}
    undo(qtbot, bench)
    assert not session.annotation("a").any()
    assert painted(dock) == {}


def test_objects_have_the_colour_of_their_class_while_that_is_wanted(dock: UnetDock, annotate: AnnotateSection) -> None:
    session, layer = dock.bench.session, dock.bench.canvas.numbers("labels")
    session.classify("a", "labels", {3: 1, 5: 2})
    orange, blue, grey = (layer.get_color(number)[:3] for number in (3, 5, 9))
    assert orange[0] > orange[2]
    assert blue[2] > blue[0]
    assert np.ptp(grey) < 0.01
    assert "class: dead" in layer.get_status((43, 17), view_direction=None, dims_displayed=[0, 1])["value"]
    annotate.classes.by_class.click()
    assert np.ptp(layer.get_color(9)[:3]) > 0.1
    annotate.classes.by_class.click()
    assert np.ptp(layer.get_color(9)[:3]) < 0.01


def test_a_project_of_one_class_shows_nothing_of_this(
    window: Viewer, qtbot: QtBot, quick_engine: KeptEngine, tmp_path: Path
) -> None:
    session = Session(quick_engine)
    session.new_project(tmp_path / "one.unet", "objects", ("cell",))
    session.add_picture(Picture("a", np.zeros((1, 60, 90), np.uint8) + np.arange(90, dtype=np.uint8)), None)
    session.need_project().save_labels("a", cells())
    with real_panel(window, qtbot, session) as panel:
        session.select("a")
        section = panel.steps["annotate"]
        section.fold.set_open(True)
        panel.steps["segment"].correct.click()
        assert section.classes.isHidden()
        assert section.classes_button.isHidden()
        assert "class" not in panel.steps["segment"].desk.tools.buttons
        section.tools.buttons["new"].click()
        drag(qtbot, panel.bench, (5, 10), (5, 30))
        assert not list((tmp_path / "one.unet").rglob("*classes.json"))
        session.set_classes(("cell", "dividing"), ("#e69f00", "#56b4e9"))
        assert not section.classes.isHidden()
        assert "class" in panel.steps["segment"].desk.tools.buttons


def test_the_keys_are_in_the_list_of_keys(dock: UnetDock, annotate: AnnotateSection, qtbot: QtBot) -> None:
    annotate.keys_button.click()
    (menu,) = [one for one in annotate.findChildren(QMenu) if one.isVisible()]
    lines = [action.text() for action in menu.actions()]
    menu.close()
    assert "Give objects the class in the hand\tShift+T" in lines
    assert "Next class of objects into the hand\tShift+W" in lines
