"""Closing the window ends what it began, and loses nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from napari.settings import get_settings
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QTimer
from qtpy.QtGui import QCloseEvent
from qtpy.QtWidgets import QApplication, QDialog, QMainWindow

from napari_unet.core.data import Project
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from napari_unet.session.leaving import PAINTED
from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.leaving import OTHERS, LeavingDialog
from napari_unet.widgets.sessions import _BENCHES, bench_for, close_bench
from tests.widgets.conftest import a_picture, new_window
from tests.widgets.fake_session import FakeSession

pytestmark = pytest.mark.gui


def test_closing_the_window_ends_the_session(qapp: object, session: FakeSession, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = new_window()
    bench = bench_for(viewer, session)  # type: ignore[arg-type]  # the fake has the session's face
    session.new_project(tmp_path, "objects", ("cell",))
    session.add_picture(a_picture("a"), None)
    panel = UnetDock(viewer)
    viewer.window.add_dock_widget(panel, name="U-Net")
    qtbot.waitUntil(panel.isVisible)
    bench.canvas.numbers("annotation").paint((5, 5), 2)
    key = id(viewer)
    viewer.close()
    qtbot.waitUntil(lambda: key not in _BENCHES)
    assert session.calls[-1] == ("close",)
    assert len(session.strokes) == 1, "the last stroke is told before the end"


ENDS = "A training is running, and closing ends it."


@pytest.fixture
def viewer(qapp: object, session: FakeSession, qtbot: QtBot, tmp_path: Path) -> Iterator[Viewer]:
    """A window with the panel, a project and its picture; napari asks before it closes, as usual."""
    assert get_settings().application.confirm_close_window
    viewer = new_window()
    bench_for(viewer, session)  # type: ignore[arg-type]  # the fake has the session's face
    session.new_project(tmp_path, "objects", ("cell",))
    session.add_picture(a_picture("a"), None)
    panel = UnetDock(viewer)
    viewer.window.add_dock_widget(panel, name="U-Net")
    qtbot.waitUntil(panel.isVisible)
    yield viewer
    session.ends = ""
    if id(viewer) in _BENCHES:
        viewer.close()
        qtbot.waitUntil(lambda: id(viewer) not in _BENCHES)


def main_window(viewer: Viewer) -> QMainWindow:
    return viewer.window._qt_window


class Asked(QCloseEvent):
    """As the window system asks. Closing from the program, `QWindow.close` too, is not spontaneous in Qt 6."""

    def spontaneous(self) -> bool:
        return True


def by_title_bar(viewer: Viewer) -> None:
    """What the title bar's button does: the window system asks the window to close."""
    QApplication.sendEvent(main_window(viewer), Asked())


def by_menu(viewer: Viewer) -> None:
    """What napari's File > Close Window does."""
    main_window(viewer).close(quit_app=False, confirm_need=True)


def by_exit(viewer: Viewer) -> None:
    """File > Exit, in the menu itself."""
    next(action for action in viewer.window.file_menu.actions() if action.text().replace("&", "") == "Exit").trigger()


def asked_by_napari(close: Callable[[Viewer], None], viewer: Viewer) -> list[str]:
    """Close, say no to any question of napari's, and tell which there were."""
    questions: list[str] = []

    def refuse() -> None:
        for dialog in (one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()):
            if type(dialog).__name__ == "ConfirmCloseDialog":
                questions.append(type(dialog).__name__)
                dialog.reject()

    timer = QTimer()
    timer.timeout.connect(refuse)
    timer.start(50)
    close(viewer)
    timer.stop()
    return questions


def question(viewer: Viewer) -> LeavingDialog:
    (dialog,) = main_window(viewer).findChildren(LeavingDialog)
    return dialog


@pytest.mark.parametrize("close", [by_title_bar, by_menu, by_exit])
def test_a_running_training_is_told_of_once_and_may_go_on(
    viewer: Viewer, session: FakeSession, qtbot: QtBot, close: Callable[[Viewer], None]
) -> None:
    session.ends = ENDS
    assert asked_by_napari(close, viewer) == [], "napari's question knows nothing of the training"
    assert question(viewer).isVisible()
    assert question(viewer).sentence.text() == ENDS
    assert question(viewer).focusWidget() is question(viewer).stay, "Enter and Space end nothing"
    question(viewer).stay.click()
    qtbot.wait(100)
    assert main_window(viewer).isVisible()
    assert id(viewer) in _BENCHES
    assert ("close",) not in session.calls


@pytest.mark.parametrize("close", [by_title_bar, by_menu])
def test_ending_a_training_closes_the_window_without_another_question(
    viewer: Viewer, session: FakeSession, qtbot: QtBot, close: Callable[[Viewer], None]
) -> None:
    session.ends = ENDS
    asked_by_napari(close, viewer)
    answered = asked_by_napari(lambda viewer: question(viewer).end.click(), viewer)
    qtbot.waitUntil(lambda: id(viewer) not in _BENCHES)
    assert answered == []
    assert session.calls[-1] == ("close",)


@pytest.mark.parametrize("close", [by_title_bar, by_menu])
def test_where_everything_is_saved_nothing_is_asked(
    viewer: Viewer, session: FakeSession, qtbot: QtBot, close: Callable[[Viewer], None]
) -> None:
    assert len(viewer.layers), "napari would ask"
    assert asked_by_napari(close, viewer) == []
    qtbot.waitUntil(lambda: id(viewer) not in _BENCHES)
    assert session.calls[-1] == ("close",)


def test_layers_of_others_keep_the_question_of_napari(viewer: Viewer, session: FakeSession, qtbot: QtBot) -> None:
    viewer.add_image(np.zeros((8, 8)), name="theirs")
    assert asked_by_napari(by_menu, viewer) == ["ConfirmCloseDialog"]
    assert asked_by_napari(by_title_bar, viewer) == ["ConfirmCloseDialog"]
    session.ends = ENDS
    by_title_bar(viewer)
    assert question(viewer).sentence.text() == f"{ENDS} {OTHERS}"
    question(viewer).stay.click()


def test_a_window_whose_panel_has_ended_closes_as_napari_wants(viewer: Viewer) -> None:
    viewer.add_image(np.zeros((8, 8)), name="theirs")
    close_bench(id(viewer))
    assert "close" not in vars(main_window(viewer))
    assert asked_by_napari(by_title_bar, viewer) == ["ConfirmCloseDialog"]
    viewer.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no folder that holds an open file")
@pytest.mark.parametrize("close", [by_title_bar, by_menu])
def test_strokes_that_cannot_be_written_are_told_before_the_window_closes(
    qapp: object, qtbot: QtBot, tmp_path: Path, close: Callable[[Viewer], None]
) -> None:
    """A real session, whose folder goes away. The last stroke is not told to it yet."""
    viewer, session, folder = new_window(), Session(Engine()), tmp_path / "cells.unet"
    bench = bench_for(viewer, session)
    session.new_project(folder, "objects", ("cell",))
    session.add_picture(a_picture("a"), None)
    panel = UnetDock(viewer)
    viewer.window.add_dock_widget(panel, name="U-Net")
    qtbot.waitUntil(panel.isVisible)
    folder.rename(tmp_path / "away")
    bench.canvas.numbers("annotation").paint((5, 5), 2)
    assert asked_by_napari(close, viewer) == []
    qtbot.wait(100)
    assert "is not in its folder any more" in question(viewer).sentence.text()
    assert PAINTED not in question(viewer).sentence.text()
    question(viewer).stay.click()
    qtbot.waitUntil(lambda: not main_window(viewer).findChildren(LeavingDialog))
    (tmp_path / "away").rename(folder)
    close(viewer)
    qtbot.waitUntil(lambda: id(viewer) not in _BENCHES)
    assert Project.open(folder).annotation("a")[5, 5] == 2
