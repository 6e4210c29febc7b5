"""The switch that follows strokes, the choice among starts, and where to paint next."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Points
from pytestqt.qtbot import QtBot

from napari_unet.engine.live_messages import Suggestion
from napari_unet.session.pointing import SeenStart
from napari_unet.widgets.layers import Canvas
from napari_unet.widgets.layers.gaze import Gaze
from napari_unet.widgets.layers.pointer import Pointer
from napari_unet.widgets.live import LiveRow
from napari_unet.widgets.sections import PicturesSection, SegmentSection, TrainSection
from napari_unet.widgets.sessions import Bench
from tests.widgets.conftest import a_picture
from tests.widgets.fake_session import FakeSession


@pytest.fixture
def live(bench: Bench, opened: FakeSession, qtbot: QtBot) -> LiveRow:
    """The row as it stands in the section."""
    section = TrainSection(bench)
    qtbot.addWidget(section)
    return section.live


def tile() -> np.ndarray:
    return np.zeros((256, 256, 3), np.uint8)


def test_the_switch_follows_strokes_and_says_of_what_answers_are_made(live: LiveRow, opened: FakeSession) -> None:
    assert live.line.isHidden()
    live.switch.click()
    assert opened.calls[-1] == ("set_live", True)
    assert live.line.text() == "Live · starts from nothing · 3 strokes"
    assert not live.line.isHidden()
    live.switch.click()
    assert opened.calls[-1] == ("set_live", False)
    assert live.line.isHidden()


def test_a_bar_moves_until_the_first_answer_is_there(live: LiveRow, opened: FakeSession) -> None:
    live.switch.click()
    assert live.waiting.isHidden()
    opened.getting_ready = True
    opened.live_changed.emit()
    assert not live.waiting.isHidden()
    assert (live.waiting.minimum(), live.waiting.maximum()) == (0, 0), "how long it takes, nobody knows"
    opened.getting_ready = False
    opened.live_changed.emit()
    assert live.waiting.isHidden()


def test_the_switch_goes_back_when_following_ends_by_itself(live: LiveRow, opened: FakeSession) -> None:
    live.switch.click()
    opened.live, opened.live_line = False, ""
    opened.live_changed.emit()
    assert not live.switch.isChecked()


def test_a_click_on_a_small_picture_chooses_the_start(live: LiveRow, opened: FakeSession) -> None:
    live.compare.click()
    assert opened.calls[-1] == ("compare_starts",)
    opened.starts_seen.emit((SeenStart("cells", "Cells", tile()), SeenStart("first", "Model 1", tile())))
    assert live.shown is not None
    assert [button.text() for button in live.shown.buttons.values()] == ["Cells", "Model 1"]
    live.shown.buttons["first"].click()
    assert opened.start == "first"


def test_where_next_shows_the_place_with_a_ring(bench: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    section = PicturesSection(bench)
    qtbot.addWidget(section)
    active = bench.viewer.layers.selection.active
    section.next.click()
    assert opened.calls[-1] == ("where_next",)
    for position in ((10, 20), (30, 40)):
        opened.place_found.emit(Suggestion("a", position, 0.5))
    rings = [layer for layer in bench.viewer.layers if isinstance(layer, Points)]
    assert [ring.data.tolist() for ring in rings] == [[[30, 40], [5, 6], [7, 8]]], "at the last, and those after it"
    first, *others = rings[0].border_color[:, 3].tolist()
    assert max(others) < first, "those after it are fainter"
    assert bench.viewer.layers.selection.active is active, "the person goes on with the layer they are on"
    assert tuple(bench.viewer.scene.camera.center)[-2:] == (15, 20), "30 and 40 pixels of half a micrometre"
    opened.select("b")
    assert not [layer for layer in bench.viewer.layers if isinstance(layer, Points)]


def test_what_strokes_tell_can_be_tuned_and_accepted_without_a_model(
    bench: Bench, opened: FakeSession, qtbot: QtBot
) -> None:
    section = SegmentSection(bench)
    qtbot.addWidget(section)
    assert section.accepting.isHidden()
    opened.give_probability("a", np.zeros((1, 40, 60), np.float32))
    assert not section.accepting.isHidden()
    assert not section.form.isHidden()


def test_a_place_in_a_film_of_stacks_is_at_its_time_and_plane(bench: Bench, opened: FakeSession) -> None:
    film = a_picture("film", (1, 5, 4, 40, 60), axes="CTZYX", pixel_size=(10.0, 2.0, 0.5, 0.5))
    opened.add_picture(film, None)
    opened.select("film")
    Pointer(bench.canvas).show((3, 1, 30, 40), [(5, 6)])
    assert bench.viewer.dims.current_step[:2] == (3, 1)
    (rings,) = (layer for layer in bench.viewer.layers if isinstance(layer, Points))
    assert rings.data.tolist() == [[3, 1, 30, 40], [3, 1, 5, 6]], "in its own plane alone"
    assert rings.scale.tolist() == [10, 2, 0.5, 0.5]
    assert tuple(bench.viewer.scene.camera.center)[-2:] == (15, 20)


def test_the_plane_on_show_is_part_of_what_is_seen(bench: Bench) -> None:
    viewer = ViewerModel()
    layer = viewer.add_labels(np.zeros((5, 20, 30), int), scale=(2.0, 0.5, 0.5))
    gaze = Gaze(viewer, cast(Canvas, SimpleNamespace(viewer=viewer, numbers=lambda _role: layer)), bench.session)
    viewer.dims.set_current_step(0, 3)
    assert gaze.part()[0] == 3
    viewer.dims.ndisplay = 3
    assert gaze.part() == ()
    gaze.close()
