"""The plot of measurements leads to the objects."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPointF, Qt
from qtpy.QtWidgets import QWidget

from napari_unet.widgets.measuring import HOW_MANY, NO_LABELS, MeasuringWindow, show_measurements
from napari_unet.widgets.sessions import Bench
from napari_unet.widgets.style import stylesheet
from tests.widgets.fake_session import FakeSession

AREAS = {3: 16, 5: 100, 8: 16, 300: 36}
"""Of squares, by their numbers."""


def squares() -> np.ndarray:
    labels = np.zeros((40, 60), np.uint16)
    for place, (number, area) in enumerate(AREAS.items()):
        side = int(area**0.5)
        labels[10 : 10 + side, 2 + 14 * place : 2 + 14 * place + side] = number
    return labels


@pytest.fixture
def window(bench: Bench, opened: FakeSession, qtbot: QtBot) -> Iterator[MeasuringWindow]:
    opened.give_labels("a", squares())
    made = MeasuringWindow(bench)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def click(window: MeasuringWindow, qtbot: QtBot, x: float, y: float) -> None:
    """A click of the mouse at a place of the plot."""
    view, ranges = window.plot.view, []

    def rested() -> bool:
        ranges.append(window.plot.box.viewRange())
        return len(ranges) > 5 and ranges[-1] == ranges[-5]

    qtbot.waitUntil(rested)
    at = view.mapFromScene(window.plot.box.mapViewToScene(QPointF(x, y)))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_it_opens_with_how_many_have_which_size(window: MeasuringWindow) -> None:
    assert (window.up.currentText(), window.across.currentText()) == (HOW_MANY, "area (µm²)")
    assert window.plot.bars.opts["height"].sum() == 4
    assert window.line.text().startswith("4 objects · median 6.5 ")


def test_a_click_on_a_bar_goes_from_one_of_its_objects_to_the_next(
    window: MeasuringWindow, bench: Bench, qtbot: QtBot
) -> None:
    layer = bench.canvas.numbers("labels")
    assert layer is not None
    for number, column in ((3, 3.5), (8, 31.5), (300, 46.5), (3, 3.5)):
        click(window, qtbot, 4.1, 0.5)  # the first bar: from 4 to 11 µm²
        assert layer.selected_label == number
        assert bench.viewer.scene.camera.center[-1] == pytest.approx(round(column) * 0.5)
        assert window.line.text().startswith(f"Object {number}: area (µm²) {AREAS[number] / 4:g} ")
    assert "(1 of 3 here" in window.line.text()
    assert bench.canvas.layer("place") is not None


def test_a_click_on_a_point_goes_to_its_object(window: MeasuringWindow, bench: Bench, qtbot: QtBot) -> None:
    window.across.setCurrentIndex(window.across.findData("area_px"))
    window.up.setCurrentIndex(window.up.findData("perimeter_px"))
    rows = window.plot.points.getData()
    assert sorted(rows[0].tolist()) == sorted(AREAS.values())
    click(window, qtbot, 36, float(rows[1][list(rows[0]).index(36)]))
    layer = bench.canvas.numbers("labels")
    assert layer is not None
    assert layer.selected_label == 300
    assert window.plot.chosen.getData()[0].tolist() == [36]


def test_the_labels_layer_has_the_table_while_the_window_is_open(window: MeasuringWindow, bench: Bench) -> None:
    layer = bench.canvas.numbers("labels")
    assert layer is not None
    assert layer.features["index"].tolist() == list(AREAS)
    assert layer.features["area (px)"].tolist() == list(AREAS.values())
    assert "area (µm²): 25," in layer.get_status((6.0, 9.0), world=True)["value"]
    window.close()
    assert layer.features.empty


def test_a_table_that_may_be_wrong_is_none(window: MeasuringWindow, bench: Bench, opened: FakeSession) -> None:
    layer = bench.canvas.numbers("labels")
    assert layer is not None
    opened.give_labels("a", np.roll(squares(), 3))
    assert layer.features.empty
    opened.measured.emit("a")
    assert not layer.features.empty


def test_there_is_one_window(window: MeasuringWindow, bench: Bench, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    first = show_measurements(bench, parent)
    assert show_measurements(bench, parent) is first
    first.close()


def test_what_was_chosen_stays_when_the_labels_change(window: MeasuringWindow, opened: FakeSession) -> None:
    window.up.setCurrentIndex(window.up.findData("solidity"))
    labels = squares()
    labels[30:32, 30:32] = 9
    opened.give_labels("a", labels)
    opened.measured.emit("a")
    assert window.up.currentData() == "solidity"
    assert len(window.plot.points.getData()[0]) == 5


def test_without_labels_it_says_what_to_do(window: MeasuringWindow, opened: FakeSession) -> None:
    opened.select("b")
    opened.measured.emit("b")
    assert window.line.text() == NO_LABELS
    assert not opened.calls or opened.calls[-1][0] != "export"
    window.close()
    assert not opened.measuring


def test_quantities_can_be_read_in_the_panels_style(bench: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.setStyleSheet(stylesheet(bench.look))
    shown = show_measurements(bench, parent)
    qtbot.waitExposed(shown)
    opened.give_labels("a", squares())
    opened.measured.emit("a")  # it takes a while: the boxes were empty when they were first shown
    qtbot.waitUntil(lambda: shown.up.count() > 0)
    for box in (shown.up, shown.across):
        assert box.width() > box.fontMetrics().horizontalAdvance("major axis (µm)") + box.height()
    shown.close()
