"""A film of stacks in a window of its own.

Of one in which layers were painted and removed before, Qt 6 draws the circle of a brush that is no more while the
sliders come, and crashes: seen in tests that share a window, never where a person opens one picture after the other.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.look import WIDTH
from napari_unet.widgets.sessions import Bench
from tests.widgets.conftest import a_picture, assert_nothing_is_cut_off, shown_panel
from tests.widgets.fake_session import FakeSession

pytestmark = pytest.mark.gui


@pytest.fixture
def dock(window_bench: Bench, opened: FakeSession, qtbot: QtBot) -> Iterator[UnetDock]:
    """The panel in a real window, with a project of two pictures."""
    with shown_panel(window_bench.viewer, qtbot) as panel:
        yield panel


def test_nothing_is_cut_off_of_a_film_of_stacks_that_is_corrected(
    sliders: None, dock: UnetDock, opened: FakeSession, qtbot: QtBot
) -> None:
    opened.add_picture(a_picture("film", (1, 12, 13, 40, 60), axes="CTZYX", pixel_size=(60.0, 1.0, 0.5, 0.5)), None)
    opened.give_probability("film", np.zeros((3, 12, 13, 40, 60), np.float32))
    opened.give_labels("film", np.ones((12, 13, 40, 60), np.uint16))
    opened.select("film")
    dock.steps["segment"].correct.click()
    dock.bench.viewer.dims.set_current_step((0, 1), (11, 12))
    dock.resize(WIDTH, 700)
    qtbot.wait(50)
    assert dock.steps["annotate"].plane.text() == "Time 12, plane 13: rest is background"
    assert dock.steps["segment"].desk.isVisible()
    assert_nothing_is_cut_off(dock)
