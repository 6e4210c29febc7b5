"""A bench over a viewer without a window, for tests that need no canvas; and one over the real window."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from napari._qt.dialogs.qt_modal import QtPopup
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint
from qtpy.QtWidgets import QApplication, QComboBox, QPushButton, QScrollArea

from napari_unet.core.data.picture import Picture
from napari_unet.session import Session
from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.sessions import Bench, bench_for, close_bench
from tests.widgets.fake_session import FakeSession

DEFERRED_DELETE = 52
"""QEvent.DeferredDelete, as a number with either Qt."""


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of recent projects is the test's own."""
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
def bench(qapp: object, session: FakeSession) -> Iterator[Bench]:
    """A bench over a viewer without a window."""
    viewer = ViewerModel()
    yield bench_for(viewer, session)  # type: ignore[arg-type]  # the fake has the session's face
    close_bench(id(viewer))


@pytest.fixture
def opened(session: FakeSession, tmp_path: Path) -> FakeSession:
    """An objects project with two pictures, a and b, of 40 x 60 pixels of 0.5 µm."""
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    for name in ("a", "b"):
        session.add_picture(a_picture(name), None)
    return session


def new_window() -> Viewer:
    """A real window; whoever asks for it closes it.

    napari's `make_napari_viewer` makes napari forget that plugins are registered: the next real window would fail.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # napari's own, about the Qt it runs on
        from napari._qt import qt_main_window

        qt_main_window.SHOW_QT_WARNING = False  # the same in a box over the canvas
        return Viewer(show=True)


@pytest.fixture(scope="module")
def window(qapp: object) -> Iterator[Viewer]:
    """A real window, opened once for a file of tests: opening one takes seconds."""
    viewer = new_window()
    viewer.window.resize(1280, 860)
    yield viewer
    viewer.close()


@pytest.fixture
def window_bench(window: Viewer, session: FakeSession) -> Iterator[Bench]:
    """A bench over the real window, which is left as it was found."""
    yield bench_for(window, session)  # type: ignore[arg-type]  # the fake has the session's face
    close_bench(id(window))
    window.layers.clear()
    window.theme = "dark"


@pytest.fixture
def sliders(window: Viewer) -> Iterator[None]:
    """What belongs to the sliders of a film would stay as long as the window."""
    before = set(QApplication.topLevelWidgets())
    yield
    for widget in set(QApplication.topLevelWidgets()) - before:
        if isinstance(widget, QtPopup):
            widget.deleteLater()


@contextmanager
def shown_panel(window: Viewer, qtbot: QtBot) -> Iterator[UnetDock]:
    """The panel in the real window, whose bench is there already."""
    panel = UnetDock(window)
    dock = window.window.add_dock_widget(panel, name="U-Net", area="right")
    qtbot.waitUntil(panel.isVisible)
    yield panel
    panel.close()
    panel.deleteLater()
    # Now: a panel that is taken out of its window is first styled anew for a life without one.
    QApplication.sendPostedEvents(panel, DEFERRED_DELETE)
    window.window.remove_dock_widget(dock)


@contextmanager
def real_panel(window: Viewer, qtbot: QtBot, session: Session) -> Iterator[UnetDock]:
    """The panel in the real window over a real session; the window is left as it was found."""
    bench_for(window, session)
    with shown_panel(window, qtbot) as panel:
        yield panel
    close_bench(id(window))
    window.layers.clear()


def a_picture(name: str, shape: tuple[int, ...] = (1, 40, 60), **known: object) -> Picture:
    """A picture of chance, 16 bit, with a known pixel size."""
    image = np.random.default_rng(len(name)).integers(100, 4000, shape).astype(np.uint16)
    known = {"pixel_size": (0.5, 0.5), "unit": "µm", **known}
    return Picture(name, image, **known)  # type: ignore[arg-type]


def assert_nothing_is_cut_off(dock: UnetDock) -> None:
    """Nothing in the panel is wider than there is room for it."""
    area = dock.findChild(QScrollArea)
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()
    inside = area.widget().rect()
    for widget in [*dock.findChildren(QPushButton), *dock.findChildren(QComboBox)]:
        if widget.isVisible() and area.widget().isAncestorOf(widget):
            place = widget.mapTo(area.widget(), QPoint(0, 0))
            assert place.x() >= 0
            assert place.x() + widget.width() <= inside.width(), widget.text() if hasattr(widget, "text") else widget
            if isinstance(widget, QPushButton):
                assert widget.width() >= widget.fontMetrics().horizontalAdvance(widget.text())
