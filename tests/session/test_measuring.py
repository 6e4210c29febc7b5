"""Objects are measured in the background, while somebody wants to know, and follow the labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.settings import PostprocessingSettings
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, correct, discs, give_probability


@pytest.fixture
def session(quick_session: Session) -> Session:
    """Two pictures with a probability; the first is on show."""
    for number in range(2):
        quick_session.add_picture(discs(f"disc{number}", number)[0], None)
        give_probability(quick_session, f"disc{number}")
    quick_session.select("disc0")
    return quick_session


def areas(session: Session) -> list[int]:
    measured = session.measurements(session.current or "")
    return [] if measured is None else measured.columns["area_px"].tolist()


def test_nothing_is_measured_before_somebody_asks(session: Session, wait: Wait) -> None:
    session.labels("disc0")
    wait(lambda: not session.busy and session.labels("disc0") is not None)
    assert session.measurements("disc0") is None
    assert session._measurer._thread is None


def test_measurements_follow_sliders_strokes_and_the_picture_on_show(session: Session, told: Told, wait: Wait) -> None:
    heard: list[str] = []
    session.measured.connect(heard.append)
    session.labels("disc0")
    session.set_measuring(True)
    wait(lambda: areas(session) == [50 * 50])
    session.set_settings("postprocessing", PostprocessingSettings(threshold=0.9))
    wait(lambda: areas(session) == [20 * 20])
    correct(session, "disc0", (slice(0, 5), slice(0, 5)), 9)
    wait(lambda: areas(session) == [20 * 20, 25])
    session.select("disc1")
    assert session.measurements("disc1") is None
    session.labels("disc1")
    wait(lambda: areas(session) == [20 * 20])
    assert heard[-1] == "disc1"
    assert told.errors == []
    session.set_measuring(False)
    assert session.measurements("disc1") is None


def test_a_picture_without_labels_has_no_measurements(session: Session, wait: Wait, tmp_path: Path) -> None:
    heard: list[str] = []
    session.add_picture(discs("bare", 3)[0], None)
    session.select("bare")
    session.measured.connect(heard.append)
    session.set_measuring(True)
    wait(lambda: heard == ["bare"])
    assert session.measurements("bare") is None


def test_measuring_that_is_overtaken_is_given_up(session: Session, wait: Wait) -> None:
    labels = np.zeros((96, 96), np.uint16)
    labels[::2, ::2] = np.arange(48 * 48).reshape(48, 48)
    picture = session.picture("disc0")
    assert picture is not None
    assert session._measure(labels, picture, session._turn) is not None
    assert session._measure(labels, picture, session._turn - 1) is None
