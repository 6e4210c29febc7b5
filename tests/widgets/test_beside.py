"""Whatever a person asks for and waits for has a bar with the time left and Stop, where it was asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QWidget

from napari_unet.session.job import Beside
from napari_unet.widgets.job_bar import FULL, MOMENT, JobBar
from napari_unet.widgets.sections import PicturesSection, Section, SegmentSection, TrainSection
from napari_unet.widgets.sessions import Bench
from tests.widgets.fake_session import FakeSession

Asked = tuple[type[Section], Beside, Callable[[Section], tuple[JobBar, QWidget]]]

ASKED: dict[str, Asked] = {
    "fit": (SegmentSection, "fit", lambda section: (section.fitting, section.fit)),
    "starts": (TrainSection, "starts", lambda section: (section.live.asking, section.live.compare)),
    "place": (PicturesSection, "place", lambda section: (section.looking, section.next)),
    "examples": (TrainSection, "examples", lambda section: (section.studies.making, section.studies.examples)),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_shows_how_far_it_is_and_is_stopped(bench: Bench, opened: FakeSession, qtbot: QtBot, name: str) -> None:
    make, kind, parts = ASKED[name]
    section = make(bench)
    qtbot.addWidget(section)
    opened.give_model("first", "")
    opened.set_complete("a", True)
    opened.give_probability("a", np.zeros((3, 40, 60), np.float32))
    bar, button = parts(section)
    assert bar.isHidden()
    assert button.isEnabled()
    stops: list[str] = []
    opened.beside.begin(kind, "Looking", lambda: stops.append("stop"))
    opened.beside.got_on(kind, 0.5)
    qtbot.waitUntil(lambda: not bar.isHidden())
    assert bar.bar.value() == FULL // 2
    assert bar.doing.text().startswith("Looking")
    assert not button.isEnabled(), "it is asked once"
    bar.stop.click()
    assert stops == ["stop"]
    assert not bar.stop.isEnabled()
    assert "stopping" in bar.doing.text()
    opened.beside.end(kind)
    assert bar.isHidden()
    assert button.isEnabled()


def test_for_what_is_over_in_a_moment_nothing_moves(bench: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    section = PicturesSection(bench)
    qtbot.addWidget(section)
    opened.beside.begin("look", "Looking through a folder", lambda: None)
    opened.beside.end("look")
    qtbot.wait(MOMENT + 50)
    assert section.searching.isHidden()
