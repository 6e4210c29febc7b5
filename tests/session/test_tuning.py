"""What a setting of the clean-up changed is told after its labels."""

from __future__ import annotations

import dataclasses

import pytest

from napari_unet.core.metrics import Changes
from napari_unet.session import Session, tuning
from tests.session.conftest import Wait, correct, discs, give_probability


@pytest.fixture
def tuned(session: Session, wait: Wait) -> Session:
    """A picture with a square of 0.55 around one of 0.95, cleaned up."""
    session.add_picture(discs("a", 0)[0], None)
    give_probability(session, "a")
    wait(lambda: session.labels("a") is not None and not session.busy)
    return session


def move(session: Session, wait: Wait, **values: object) -> None:
    session.set_settings("postprocessing", dataclasses.replace(session.settings("postprocessing"), **values))
    wait(lambda: not session.busy)


def test_nothing_is_told_before_a_setting_was_moved(tuned: Session) -> None:
    assert tuned.changes("a") is None


def test_a_moved_setting_is_compared_with_before_it_was_moved(tuned: Session, wait: Wait) -> None:
    told: list[str] = []
    tuned.changes_counted.connect(told.append)
    move(tuned, wait, threshold=0.7)
    assert tuned.changes("a") == Changes(appeared=1, vanished=1, reshaped=0), "a small one instead of a large one"
    assert told == ["a"]
    move(tuned, wait, threshold=0.75)
    assert tuned.changes("a") == Changes(1, 1, 0), "the same slider still moves: it is told from where it began"
    move(tuned, wait, smallest=2000)
    assert tuned.changes("a") == Changes(0, 1, 0), "another one begins anew"


def test_a_slider_that_has_rested_begins_anew(tuned: Session, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "REST", 0.0)
    move(tuned, wait, threshold=0.7)
    move(tuned, wait, threshold=0.75)
    assert tuned.changes("a") == Changes(0, 0, 0)


def test_corrections_and_new_answers_are_no_changes_of_a_setting(tuned: Session, wait: Wait) -> None:
    move(tuned, wait, threshold=0.7)
    give_probability(tuned, "a")
    wait(lambda: not tuned.busy)
    assert tuned.changes("a") is None
    move(tuned, wait, threshold=0.5)
    correct(tuned, "a", (slice(2, 5), slice(2, 5)), 9)
    assert tuned.changes("a") is None


@pytest.mark.parametrize("end", ["accept", "discard"])
def test_after_corrections_nothing_is_told_of_a_setting_moved_before(tuned: Session, wait: Wait, end: str) -> None:
    move(tuned, wait, threshold=0.7)
    correct(tuned, "a", (slice(2, 5), slice(2, 5)), 9)
    if end == "accept":
        tuned.accept("a", None)
    else:
        tuned.discard_corrections()
    wait(lambda: not tuned.busy)
    assert not tuned.need_desk().corrected("a")
    assert tuned.changes("a") is None
