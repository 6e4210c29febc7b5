"""Closing the window ends what it began, and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.sessions import _BENCHES, bench_for
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
