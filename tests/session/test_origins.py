"""All that one model gave can be taken out of the training set again, at any later time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_unet.engine.client import Engine
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, discs, give_probability


@pytest.fixture
def accepted(session: Session, wait: Wait) -> dict[str, np.ndarray]:
    """Two pictures with strokes by hand; then labels of a model called bad were accepted. What was there before."""
    before = {}
    for seed in range(2):
        name = f"disc{seed}"
        session.add_picture(discs(name, seed)[0], None)
        paint(session, name, (slice(2, 6), slice(2, 6)), 2)
        give_probability(session, name)
        session.select(name)
        session.labels(name)
        wait(lambda: not session.busy)
        before[name] = session.annotation(name).copy()
        session._active = "bad"
        for box in (None,) if seed == 0 else ((slice(0, 50), slice(0, 50)), (slice(30, 90), slice(30, 90))):
            session.accept(name, box)
    return before


def paint(session: Session, name: str, box: tuple[slice, slice], value: int) -> None:
    annotation = session.annotation(name)
    annotation[box] = value
    session.painted(name, "annotation", box, annotation[box].copy())


def of_models(session: Session) -> dict[str, int]:
    """From how many pictures there is something of each model."""
    return {origin.model: origin.pictures for origin in session.origins}


def test_the_set_is_what_it_was_before_the_model(session: Session, told: Told, accepted: dict[str, np.ndarray]) -> None:
    assert of_models(session) == {"bad": 2}
    assert session.complete("disc0")
    session.take_back_from("bad")
    for name, before in accepted.items():
        np.testing.assert_array_equal(session.annotation(name), before)
        assert not session.complete(name)
        assert session.need_project().record(name).origin == ()
    assert session.origins == ()
    assert told.sentences[-1] == "Took back what was accepted from bad, in 2 pictures."


def test_it_can_still_be_done_after_the_project_was_closed(session: Session, accepted: dict[str, np.ndarray]) -> None:
    folder = session.need_project().folder
    session.close()
    again = Session(Engine())
    again.open_project(folder)
    again.take_back_from("bad")
    for name, before in accepted.items():
        np.testing.assert_array_equal(again.annotation(name), before)
    again.close()


def test_what_was_painted_since_stays(session: Session, accepted: dict[str, np.ndarray]) -> None:
    paint(session, "disc0", (slice(60, 70), slice(60, 70)), 77)
    session.take_back_from("bad")
    annotation = session.annotation("disc0")
    assert (annotation[60:70, 60:70] == 77).all()
    annotation = annotation.copy()
    annotation[60:70, 60:70] = accepted["disc0"][60:70, 60:70]
    np.testing.assert_array_equal(annotation, accepted["disc0"])


def test_what_another_model_gave_stays(session: Session, accepted: dict[str, np.ndarray]) -> None:
    session._active = "good"
    session.accept("disc1", (slice(60, 90), slice(0, 20)))
    kept = session.annotation("disc1")[60:90, 0:20].copy()
    session.take_back_from("bad")
    np.testing.assert_array_equal(session.annotation("disc1")[60:90, 0:20], kept)
    assert of_models(session) == {"good": 1}


def test_when_a_file_is_missing_nothing_is_changed(
    session: Session, told: Told, accepted: dict[str, np.ndarray]
) -> None:
    for path in Path(session.need_project().folder).glob("pictures/disc1/accepted/*"):
        path.unlink()
    before = session.annotation("disc0").copy()
    session.take_back_from("bad")
    _section, error = told.errors[-1]
    assert "cannot be read" in error.sentence
    np.testing.assert_array_equal(session.annotation("disc0"), before)
    assert of_models(session) == {"bad": 2}


def test_of_a_model_that_gave_nothing_there_is_nothing_to_take_back(session: Session, told: Told) -> None:
    session.take_back_from("nobody")
    assert "Nothing of nobody" in told.errors[-1][1].sentence
