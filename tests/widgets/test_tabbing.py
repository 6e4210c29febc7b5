"""The keyboard alone goes through the whole panel, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSlider,
    QTabBar,
    QWidget,
)

from napari_unet.session.job import Job
from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.fold import Fold
from napari_unet.widgets.sessions import Bench
from tests.widgets.conftest import shown_panel
from tests.widgets.fake_session import FakeSession

pytestmark = pytest.mark.gui

CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QListWidget, QSlider)
LINE = 12
"""Pixels: controls whose middles differ by less stand in one line."""


@pytest.fixture
def dock(window_bench: Bench, opened: FakeSession, qtbot: QtBot) -> Iterator[UnetDock]:
    """The panel with everything that it can show: a model, labels, every fold open."""
    opened.give_model("first", "")
    opened.give_probability("a", np.zeros((3, 40, 60), np.float32))
    opened.give_labels("a", np.ones((40, 60), np.uint16))
    with shown_panel(window_bench.viewer, qtbot) as panel:
        for fold in panel.findChildren(Fold):
            fold.set_open(True)
        panel.steps["segment"].correct.click()
        qtbot.waitUntil(panel.steps["segment"].desk.isVisible)
        yield panel


def controls(dock: UnetDock) -> list[QWidget]:
    """What a person can use now; the parts of a spin box or list are its own."""
    found = [one for one in dock.findChildren(QWidget) if isinstance(one, CONTROLS)]
    own = (*CONTROLS, QTabBar)
    return [one for one in found if one.isVisible() and one.isEnabled() and not isinstance(one.parentWidget(), own)]


def tabbed(dock: UnetDock) -> list[QWidget]:
    """Where the Tab key leads, from the first control of the panel until it leaves it; the panel scrolls along."""
    window, seen = dock.window(), list[QWidget]()
    here = dock.header.menu_button
    here.setFocus(Qt.FocusReason.TabFocusReason)
    while here is not None and dock.isAncestorOf(here) and here not in seen:
        seen.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
        here = window.focusWidget()
        assert here is None or not dock.isAncestorOf(here) or not here.visibleRegion().isEmpty(), _name(here)
    return seen


def test_every_control_is_reached_and_none_twice(dock: UnetDock) -> None:
    reached = tabbed(dock)
    missed = [one for one in controls(dock) if one not in reached]
    assert [f"{type(one).__name__} {one.toolTip()[:40]}" for one in missed] == []


def test_tab_goes_on_as_one_reads(dock: UnetDock) -> None:
    """From line to line downwards, and in a line to the right."""
    inside = dock.findChild(QScrollArea).widget()
    steps = [one for one in tabbed(dock) if inside.isAncestorOf(one)]
    places = [one.mapTo(inside, one.rect().center() if one.height() < 60 else QPoint(0, 0)) for one in steps]
    back = [
        f"{_name(one)} at {before} before {_name(other)} at {after}"
        for one, other, before, after in zip(steps, steps[1:], places, places[1:], strict=False)
        if after.y() < before.y() - LINE or (abs(after.y() - before.y()) <= LINE and after.x() < before.x())
    ]
    assert back == []


@pytest.mark.parametrize(("key", "other"), [("segment", "All 2"), ("train", "Models ▾")])
def test_what_began_a_job_has_the_keyboard_again_when_it_is_done(
    dock: UnetDock, opened: FakeSession, key: str, other: str
) -> None:
    opened.annotation("a")[3:9, 3:9] = 2
    opened.pictures_changed.emit()
    step, window = dock.steps[key], dock.window()
    began = step.one if key == "segment" else step.primary
    began.setFocus()
    QTest.keyClick(began, Qt.Key.Key_Space)
    assert opened.calls[-1][0] == key
    opened.give_job(Job(key, "Busy"))  # type: ignore[arg-type]  # each is a kind
    assert window.focusWidget() is step.progress.stop
    opened.give_job(None)
    assert window.focusWidget() is began
    QTest.keyClick(began, Qt.Key.Key_Tab)
    assert _name(window.focusWidget()) == other


def _name(widget: QWidget) -> str:
    return widget.property("text") or widget.accessibleName() or type(widget).__name__
