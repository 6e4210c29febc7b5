"""From strokes of the mouse to labels on the canvas, with a real project, session and worker process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from pytestqt.qtbot import QtBot

from napari_unet.core.data import Picture, ProjectSet
from napari_unet.session import Session
from napari_unet.widgets.dock import UnetDock
from tests.widgets.conftest import real_panel
from tests.widgets.test_window import stroke
from tests.widgets.test_window_clicks import double_click
from tests.workers import KeptEngine

pytestmark = pytest.mark.gui


@pytest.fixture
def dock(window: Viewer, qtbot: QtBot, quick_engine: KeptEngine, tmp_path: Path) -> Iterator[UnetDock]:
    """The panel with two pictures of discs, over a worker whose learner only knows brightness."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "discs.unet", "objects", ("cell",))
    y, x = np.mgrid[:40, :60]
    discs = ((y - 12) ** 2 + (x - 14) ** 2 < 50) | ((y - 26) ** 2 + (x - 42) ** 2 < 60)
    for number, name in enumerate("ab"):
        image = (discs * 200 + x % 5 + number).astype(np.uint8)[None]
        session.add_picture(Picture(name, image, (0.5, 0.5), "µm"), None)
    session.set_start("none")
    with real_panel(window, qtbot, session) as panel:
        yield panel


def test_strokes_become_labels_that_a_double_click_accepts(dock: UnetDock, qtbot: QtBot) -> None:
    bench, session = dock.bench, dock.bench.session
    torch_was_here = "torch" in sys.modules
    dock.steps["train"].live.switch.click()
    tools = dock.steps["annotate"].tools.buttons
    annotation = bench.canvas.numbers("annotation")
    annotation.brush_size = 3
    tools["cell"].click()
    stroke(qtbot, bench, (12, 11), (12, 14), (12, 17))
    tools["background"].click()
    stroke(qtbot, bench, (4, 30), (4, 40), (4, 50))
    qtbot.waitUntil(lambda: bench.canvas.numbers("labels") is not None)
    qtbot.waitUntil(lambda: dock.steps["train"].live.line.text().endswith("2 strokes"))
    qtbot.waitUntil(lambda: int(bench.canvas.numbers("labels").data[26, 42]) > 0)
    labels = np.asarray(bench.canvas.numbers("labels").data)
    assert labels[4, 40] == 0
    assert bench.viewer.layers.selection.active is annotation, "the brush stays in the hand"
    assert annotation.selected_label == 1

    annotation.mode = "pan_zoom"
    double_click(qtbot, bench, (26, 42))
    assert annotation.data[26, 42] == 3
    saved = {one.name: one for one in ProjectSet(session.need_project().folder).samples()}["a"].annotation
    np.testing.assert_array_equal(saved, annotation.data)
    qtbot.waitUntil(lambda: dock.steps["train"].live.line.text().endswith("3 strokes"))

    dock.steps["pictures"].next.click()
    qtbot.waitUntil(lambda: session.current == "b")
    place = bench.canvas.layer("place")
    assert place is not None
    assert place.data.tolist() == [[30, 40]]
    assert ("torch" in sys.modules) is torch_was_here


def test_what_is_seen_of_a_picture_is_told(dock: UnetDock, window: Viewer, qtbot: QtBot) -> None:
    session, told = dock.bench.session, list[tuple[int, ...]]()
    session.look_at = told.append  # type: ignore[method-assign]
    window.reset_view()
    qtbot.waitUntil(lambda: bool(told) and told[-1] == (0, 0, 40, 0, 60))
    camera = window.scene.camera
    camera.center, camera.zoom = (0, 10.0, 15.0), 4 * camera.zoom
    qtbot.waitUntil(lambda: told[-1] != (0, 0, 40, 0, 60))
    plane, top, bottom, left, right = told[-1]
    assert plane == 0
    assert 0 <= top < 20 < bottom < 40  # the camera looks at (10, 15) in microns, half as many pixels a micron
    assert 0 < left < 30 < right < 60
