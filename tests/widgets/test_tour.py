"""The tour leads through the real window, goes on by what a person does, and is never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
from napari import Viewer
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QRect, Qt
from qtpy.QtTest import QTest

from napari_unet.core.data.read import read_mask
from napari_unet.core.data.synthesis import MASKS, sample_data_folder
from napari_unet.journey.hands import Hands
from napari_unet.journey.places import across, emptiest, largest
from napari_unet.session import Session
from napari_unet.session.job import Job
from napari_unet.widgets import newcomer, recent
from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.look import look_of
from napari_unet.widgets.sessions import Bench
from napari_unet.widgets.tour import Tour
from napari_unet.widgets.tour_stops import BUSY, END, OFFER, STOPS, TICKED
from tests.widgets.conftest import a_picture, real_panel
from tests.widgets.fake_session import FakeSession
from tests.workers import KeptEngine

BRUSH = 9


@pytest.fixture
def dock(window: Viewer, qtbot: QtBot, quick_engine: KeptEngine) -> Iterator[UnetDock]:
    """The panel in a real window over a real session, with nothing open."""
    with real_panel(window, qtbot, Session(quick_engine)) as panel:
        yield panel


@pytest.fixture
def plain(bench: Bench, qtbot: QtBot) -> UnetDock:
    """The panel over a session in memory, without a canvas."""
    dock = UnetDock(bench.viewer)
    qtbot.addWidget(dock)
    dock.show()
    return dock


def at(tour: Tour, number: int) -> bool:
    return tour.sentence.text().startswith(f"{number} of {len(STOPS)} ·")


def ticked(tour: Tour, number: int) -> bool:
    return at(tour, number) and tour.sentence.text().endswith(TICKED)


def points_at(tour: Tour, number: int) -> bool:
    """Whether the ring lies around the widget of this stop, on the screen."""
    ring = tour.ring
    target = STOPS[number - 1].at(tour._panel)
    if ring is None or ring.around is not target or not ring.isVisible():
        return False
    middle = target.mapToGlobal(target.rect().center())
    return ring.rect().contains(ring.mapFromGlobal(middle)) and target.visibleRegion().contains(target.rect().center())


@pytest.mark.gui
def test_what_a_person_does_is_ticked_and_next_goes_on(dock: UnetDock, qtbot: QtBot, tmp_path: Path) -> None:
    tour, session, hands = dock.tour, dock.bench.session, Hands(dock.bench.viewer)
    hands.click(dock.status.tour)
    assert at(tour, 1)
    qtbot.waitUntil(lambda: points_at(tour, 1))
    truth = read_mask(sample_data_folder() / MASKS / f"{newcomer.PICTURE}.tif")
    annotation = dock.bench.canvas.numbers("annotation")
    annotation.brush_size = BRUSH
    hands.click(dock.steps["annotate"].tools.buttons["cell"])
    hands.stroke(annotation, across(truth, largest(truth, 1)[0], BRUSH))
    hands.settle(0.5)
    assert at(tour, 1)
    assert not ticked(tour, 1), "the background is still to be painted"
    hands.click(dock.steps["annotate"].tools.buttons["background"])
    hands.stroke(annotation, emptiest(truth))
    qtbot.waitUntil(lambda: ticked(tour, 1))
    hands.click(tour.buttons["Next"])
    assert at(tour, 2), "it did not go on by itself as well"
    qtbot.waitUntil(lambda: points_at(tour, 2))

    hands.click(dock.steps["train"].live.switch)
    qtbot.waitUntil(lambda: ticked(tour, 2))
    hands.click(tour.buttons["Next"])
    assert at(tour, 3)
    qtbot.waitUntil(lambda: points_at(tour, 3))

    hands.click(dock.steps["segment"].accepting.accept)
    qtbot.waitUntil(lambda: ticked(tour, 3))
    hands.click(tour.buttons["Next"])
    assert at(tour, 4)
    qtbot.waitUntil(lambda: points_at(tour, 4))
    assert not newcomer.tour_seen()

    dock.steps["export"].write(tmp_path / "masks")
    qtbot.waitUntil(lambda: ticked(tour, 4))
    hands.click(tour.buttons["Next"])
    assert tour.sentence.text() == END
    np.testing.assert_array_equal(
        tifffile.imread(tmp_path / "masks" / f"{newcomer.PICTURE}.tif") > 0, session.annotation(newcomer.PICTURE) > 1
    )
    assert newcomer.tour_seen()
    assert tour.ring is None


@pytest.mark.gui
def test_own_work_is_saved_and_a_click_away_afterwards(dock: UnetDock, qtbot: QtBot, tmp_path: Path) -> None:
    session, mine = dock.bench.session, tmp_path / "mine.unet"
    session.new_project(mine, "objects", ("cell",))
    session.add_picture(a_picture("a"), None)
    layer = dock.bench.canvas.numbers("annotation")
    layer.data_setitem((np.array([3]), np.array([4])), 2)
    dock.tour.start()
    assert newcomer.is_tours(session.need_project().folder)
    for _ in STOPS:
        dock.tour.buttons["Next"].click()
    dock.tour.buttons["Back to mine.unet"].click()
    assert session.need_project().folder == mine
    assert session.annotation("a")[3, 4] == 2
    assert dock.tour.isHidden()


@pytest.mark.gui
def test_the_tour_by_keyboard_alone(dock: UnetDock, qtbot: QtBot) -> None:
    tour = dock.tour
    dock.status.tour.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(dock.status.tour, Qt.Key.Key_Space)
    for number in range(1, len(STOPS) + 1):
        assert at(tour, number)
        assert dock.window().focusWidget() is tour.buttons["Next"]
        QTest.keyClick(tour.buttons["Next"], Qt.Key.Key_Space)
    assert tour.sentence.text() == END
    tour.buttons["New project…"].setFocus()
    QTest.keyClick(tour.buttons["New project…"], Qt.Key.Key_Escape)
    assert tour.isHidden()
    assert newcomer.tour_seen()


def test_a_newcomer_is_offered_the_tour_until_it_is_put_away(plain: UnetDock, qtbot: QtBot) -> None:
    assert plain.tour.isVisible()
    assert plain.tour.sentence.text() == OFFER
    plain.tour.close_button.click()
    assert plain.tour.isHidden()
    again = UnetDock(plain.bench.viewer)
    qtbot.addWidget(again)
    again.show()
    assert again.tour.isHidden()
    assert again.status.tour.isVisible(), "it can be started again"


def test_the_offer_does_not_stay_beside_pictures_of_ones_own(
    plain: UnetDock, session: FakeSession, tmp_path: Path
) -> None:
    session.new_project(recent.practice_folder(), "objects", ("nucleus",))
    assert plain.tour.isVisible()
    session.new_project(tmp_path / "mine.unet", "objects", ("cell",))
    assert plain.tour.isHidden()
    assert not newcomer.tour_seen(), "it may be offered another time"


def test_back_goes_to_the_stop_before(plain: UnetDock) -> None:
    tour = plain.tour
    tour.start()
    assert not tour.buttons["Back"].isEnabled()
    tour.buttons["Next"].click()
    tour.buttons["Back"].click()
    assert at(tour, 1)


def test_who_has_skipped_what_a_stop_needs_is_told_so(plain: UnetDock) -> None:
    plain.tour.start()
    for number in (3, 4):
        while not at(plain.tour, number):
            plain.tour.buttons["Next"].click()
        assert plain.tour.sentence.text().endswith(STOPS[number - 1].without)


def test_it_waits_for_a_running_job(plain: UnetDock, opened: FakeSession) -> None:
    opened.give_job(Job("train", "Training"))
    project = opened.project
    plain.tour.start()
    assert plain.tour.sentence.text() == BUSY
    assert opened.project is project


def test_another_project_ends_it(plain: UnetDock, session: FakeSession, tmp_path: Path) -> None:
    plain.tour.start()
    assert at(plain.tour, 1)
    session.new_project(tmp_path / "mine.unet", "objects", ("cell",))
    assert plain.tour.isHidden()
    assert plain.tour.ring is None


def test_every_tour_has_a_project_of_its_own(plain: UnetDock) -> None:
    newcomer.tour_folder().mkdir(parents=True)
    assert newcomer.tour_folder().name == f"{newcomer.NAME}-2.unet"
    assert newcomer.is_tours(newcomer.tour_folder())


def test_the_ring_lets_the_mouse_through_and_goes_where_its_widget_goes(plain: UnetDock) -> None:
    plain.tour.start()
    ring = plain.tour.ring
    assert ring is not None
    assert ring.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    ring.around.show()
    assert not ring.isHidden()
    ring.around.setGeometry(5, 8, 60, 20)
    assert ring.geometry() == QRect(2, 5, 66, 26).intersected(ring.parentWidget().rect())
    ring.around.hide()
    assert ring.isHidden()


def test_only_the_panel_with_all_steps_has_a_tour(bench: Bench, qtbot: QtBot) -> None:
    from napari_unet.widgets.panels import SegmentPanel

    panel = SegmentPanel(bench.viewer)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.status.tour.isHidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ring_has_the_colour_of_the_theme(plain: UnetDock, theme: str) -> None:
    plain.tour.start()
    plain.bench.viewer.theme = theme
    ring = plain.tour.ring
    assert ring is not None
    frame = ring.grab().toImage()
    seen = {frame.pixelColor(frame.width() // 2, row).name() for row in range(3)}
    assert look_of(theme).good in seen
