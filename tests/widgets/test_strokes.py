"""Whatever changes a Labels layer is reported, with the right pixels, within a second."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Labels
from pytestqt.qtbot import QtBot

from napari_unet.widgets.layers.strokes import Box, Strokes, box_of


class Mirror:
    """What an attentive listener knows of a layer: an array kept up to date by the reports alone."""

    def __init__(self, layer: Labels) -> None:
        self.layer = layer
        self.array = np.array(layer.data)
        self.boxes: list[Box] = []
        self.goes_on: list[bool] = []

    def take(self, box: Box, values: np.ndarray, goes_on: bool) -> None:
        self.boxes.append(box)
        self.goes_on.append(goes_on)
        self.array[box] = values

    def up_to_date(self) -> bool:
        return np.array_equal(self.array, self.layer.data)


@pytest.fixture
def layer() -> Labels:
    viewer = ViewerModel()
    return viewer.add_layer(Labels(np.zeros((50, 70), np.uint16)))


@pytest.fixture
def mirror(qtbot: QtBot, layer: Labels) -> Mirror:
    return Mirror(layer)


@pytest.fixture
def strokes(layer: Labels, mirror: Mirror, qtbot: QtBot) -> Iterator[Strokes]:
    watching = Strokes(layer, mirror.take)
    watching.flush()
    yield watching
    watching.close()


def test_a_stroke_arrives_with_its_pixels_and_no_more(
    layer: Labels, mirror: Mirror, strokes: Strokes, qtbot: QtBot
) -> None:
    layer.brush_size = 5
    layer.paint((20, 30), 3)
    qtbot.waitUntil(mirror.up_to_date)
    assert mirror.array.any()
    assert mirror.boxes == [(slice(18, 23), slice(28, 33))]


@pytest.mark.parametrize("way", ["fill", "data_setitem", "assignment", "polygon"])
def test_every_way_of_painting_arrives(way: str, layer: Labels, mirror: Mirror, strokes: Strokes, qtbot: QtBot) -> None:
    if way == "fill":
        layer.fill((5, 5), 4)
    elif way == "polygon":
        layer.paint_polygon([(5, 5), (5, 25), (25, 5)], 6)
    elif way == "data_setitem":
        layer.data_setitem((np.array([3, 9]), np.array([4, 60])), 2)
    else:
        layer.data[10:12, 10:40] = 9
        layer.refresh()
    assert layer.data.any()
    qtbot.waitUntil(mirror.up_to_date)


def test_undo_and_redo_arrive(layer: Labels, mirror: Mirror, strokes: Strokes, qtbot: QtBot) -> None:
    layer.paint((20, 30), 3)
    qtbot.waitUntil(mirror.up_to_date)
    layer.undo()
    qtbot.waitUntil(mirror.up_to_date)
    assert not mirror.array.any()
    layer.redo()
    qtbot.waitUntil(mirror.up_to_date)
    assert mirror.array.any()


def test_a_stroke_is_reported_while_it_is_drawn(layer: Labels, mirror: Mirror, strokes: Strokes, qtbot: QtBot) -> None:
    with layer.block_history():  # as between pressing and releasing the button
        layer.paint((20, 30), 3)
        qtbot.waitUntil(mirror.up_to_date)
        assert mirror.array.any()


def test_parts_of_a_long_stroke_are_told_as_one_and_the_next_stroke_as_another(
    layer: Labels, mirror: Mirror, strokes: Strokes, qtbot: QtBot
) -> None:
    with layer.block_history():
        for column in (10, 20):
            layer.paint((20, column), 3)
            qtbot.waitUntil(mirror.up_to_date)
        layer.paint((20, 30), 3)
    assert mirror.up_to_date(), "the rest is told before the next one can begin"
    layer.paint((40, 30), 4)
    strokes.flush()
    assert mirror.goes_on == [False, True, True, False]


@pytest.mark.parametrize("position", ["first", "last"])
def test_a_stroke_that_somebody_else_has_told_as_it_ends_is_over(
    layer: Labels, mirror: Mirror, strokes: Strokes, position: str
) -> None:
    """As the classes of objects have it told, before or after it is heard of here."""

    def have_told(_event: object) -> None:
        strokes.flush()

    layer.events.paint.connect(have_told, position=position)
    for row in (10, 30):
        with layer.block_history():
            layer.paint((row, 10), 3)
    assert mirror.up_to_date()
    assert mirror.goes_on == [False, False]


def test_what_comes_after_a_stroke_that_napari_called_off_is_another(
    layer: Labels, mirror: Mirror, strokes: Strokes, qtbot: QtBot
) -> None:
    layer._begin_stroke()
    layer.paint((20, 10), 3)
    qtbot.waitUntil(mirror.up_to_date)
    layer._abort_stroke()
    qtbot.waitUntil(mirror.up_to_date)
    assert not mirror.array.any()
    layer.paint((40, 30), 4)
    strokes.flush()
    assert mirror.goes_on == [False, True, False]


def test_nothing_is_reported_when_nothing_changed(layer: Labels, mirror: Mirror, strokes: Strokes) -> None:
    layer.refresh()
    layer.paint((20, 30), 0)
    strokes.flush()
    assert mirror.boxes == []


def test_numbers_from_elsewhere_are_not_the_persons(layer: Labels, mirror: Mirror, strokes: Strokes) -> None:
    strokes.replace(np.full((50, 70), 5, np.uint16))
    strokes.flush()
    assert mirror.boxes == []
    assert (np.asarray(layer.data) == 5).all()


def test_undo_never_writes_into_numbers_from_elsewhere(layer: Labels, mirror: Mirror, strokes: Strokes) -> None:
    layer.paint((20, 30), 3)
    strokes.replace(np.full((50, 70), 5, np.uint16))
    layer.undo()
    assert (np.asarray(layer.data) == 5).all()


def test_what_was_painted_just_before_numbers_change_is_not_lost(
    layer: Labels, mirror: Mirror, strokes: Strokes
) -> None:
    layer.paint((20, 30), 3)
    strokes.replace(np.zeros((50, 70), np.uint16))
    assert mirror.array.any()


def test_closing_reports_what_is_left(layer: Labels, mirror: Mirror, strokes: Strokes) -> None:
    layer.paint((20, 30), 3)
    strokes.close()
    assert mirror.up_to_date()
    layer.paint((5, 5), 4)
    assert not mirror.up_to_date(), "nobody listens any more"


def test_both_forms_of_napari_history_have_a_box() -> None:
    points = (np.array([3, 8]), np.array([4, 2]))
    assert box_of([(points, np.array([0, 0]), 1)], (50, 70)) == (slice(3, 9), slice(2, 5))
    assert box_of(["unknown"], (50, 70)) == (slice(0, 50), slice(0, 70))
