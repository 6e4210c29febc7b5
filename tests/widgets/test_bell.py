"""A person who looks at something else is told when a long job ends, and only then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from napari_unet.session.job import Job
from napari_unet.widgets import bell
from napari_unet.widgets.bell import Bell
from tests.widgets.fake_session import FakeSession


@pytest.fixture
def rung(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    sentences: list[str] = []
    monkeypatch.setattr(bell, "ring", sentences.append)
    monkeypatch.setattr(bell, "window_is_behind", lambda: True)
    listening = Bell(session)  # type: ignore[arg-type]
    yield sentences
    listening.close()


def run_a_job(session: FakeSession) -> None:
    session.give_job(Job("train", "Training", 0.1))
    session.give_job(Job("train", "Training", 0.9))
    session.give_job(None)


def test_a_long_job_rings_once(session: FakeSession, rung: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "LONG", -1.0)
    run_a_job(session)
    assert rung == ["Training has ended."]


def test_a_short_job_does_not(session: FakeSession, rung: list[str]) -> None:
    run_a_job(session)
    assert rung == []


def test_nobody_is_told_what_they_see(session: FakeSession, rung: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "LONG", -1.0)
    monkeypatch.setattr(bell, "window_is_behind", lambda: False)
    run_a_job(session)
    assert rung == []
