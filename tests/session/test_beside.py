"""What is asked for beside the long job says how far it is, and can be stopped."""

from __future__ import annotations

import pytest

from napari_unet.session.beside import BesideJobs
from napari_unet.session.events import Events


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def beside(changes: list[str]) -> BesideJobs:
    events = Events()
    events.beside_changed.connect(lambda: changes.append("changed"))
    return BesideJobs(events.beside_changed)


def test_it_says_how_far_it_is_and_how_long_still(beside: BesideJobs, changes: list[str]) -> None:
    assert beside.job("fit") is None
    beside.begin("fit", "Fitting the clean-up to 3 pictures", lambda: None)
    job = beside.job("fit")
    assert job is not None
    assert (job.text, job.done, job.seconds_left, job.can_stop) == (
        "Fitting the clean-up to 3 pictures",
        0.0,
        0.0,
        True,
    )
    beside.got_on("fit", 0.5)
    job = beside.job("fit")
    assert job is not None
    assert job.done == 0.5
    assert job.seconds_left > 0
    beside.got_on("fit", 0.5)
    assert len(changes) == 2, "nothing new is not told"
    assert beside.end("fit") is False
    assert beside.job("fit") is None
    assert len(changes) == 3


def test_it_is_stopped_once_and_stays_until_it_has_ended(beside: BesideJobs) -> None:
    stops: list[str] = []
    beside.begin("place", "Looking", lambda: stops.append("stop"))
    beside.stop("place")
    beside.stop("place")
    beside.got_on("place", 0.9)
    job = beside.job("place")
    assert job is not None
    assert not job.can_stop
    assert job.text == "Looking · stopping"
    assert stops == ["stop"]
    assert beside.end("place") is True


def test_what_comes_after_its_end_is_nobodys(beside: BesideJobs, changes: list[str]) -> None:
    beside.begin("starts", "Asking", lambda: None)
    beside.begin("examples", "Making", lambda: None)
    beside.forget()
    told = len(changes)
    beside.got_on("starts", 0.5)
    beside.stop("examples")
    assert beside.job("starts") is beside.job("examples") is None
    assert len(changes) == told
