"""One click finds the clean-up that agrees with what is painted."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from napari_unet.core.data import Picture
from napari_unet.core.data.cached import cache_folder
from napari_unet.core.errors import ProjectError
from napari_unet.core.fitting import score
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.engine.answers import write_answer
from napari_unet.session import Session
from napari_unet.session.fitting import MEANWHILE
from tests.session.conftest import Told, Wait, discs
from tests.workers import KeptEngine


@pytest.fixture
def session(quick_engine: KeptEngine, tmp_path: Path) -> Iterator[Session]:
    """A picture with a prediction that is right but unsure, so that the usual threshold finds nothing."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    picture, mask = discs("disc", 0)
    session.add_picture(picture, None)
    told = np.where(mask > 0, 0.45, 0.05)[np.newaxis].astype(np.float32)
    file = write_answer(cache_folder(session.need_project(), "disc"), told)
    session.need_desk().probabilities.take_file("disc", file)
    session.select("disc")
    yield session
    session.close()


def paint(session: Session, where: np.ndarray, value: int) -> None:
    annotation = session.annotation("disc")
    annotation[where] = value
    box = tuple(slice(0, side) for side in annotation.shape)
    session.painted("disc", "annotation", box, annotation.copy())


def paint_all(session: Session) -> None:
    mask = discs("disc", 0)[1]
    paint(session, mask > 0, 2)
    paint(session, mask == 0, 1)


def held(monkeypatch: pytest.MonkeyPatch, free: int) -> tuple[threading.Semaphore, list[float]]:
    """So many scores come at once, all others wait for the semaphore; beside it, the thresholds that were asked for."""
    tried, asked = threading.Semaphore(free), list[float]()

    def stuck(*given: Any) -> object:
        asked.append(given[3].threshold)
        tried.acquire()
        return score(*given)

    monkeypatch.setattr("napari_unet.core.fitting.score", stuck)
    return tried, asked


def test_the_sliders_move_to_where_labels_agree(session: Session, told: Told, wait: Wait) -> None:
    paint_all(session)
    session.fit_clean_up()
    wait(lambda: not session.fitting)
    assert session.settings("postprocessing").threshold == 0.4
    assert "Fitted to 1 picture" in told.sentences[-1]
    wait(lambda: session.labels("disc") is not None and session.labels("disc").any())
    session.fit_clean_up()
    wait(lambda: not session.fitting)
    assert "fit already" in told.sentences[-1]


def test_it_says_how_far_it_is_and_takes_the_best_so_far_when_it_is_stopped(
    session: Session, told: Told, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first change that is tried is the one that helps; then somebody presses Stop."""
    monkeypatch.setattr("napari_unet.core.fitting.SPLITS", ())
    monkeypatch.setattr("napari_unet.core.fitting.SELDOM", ())
    (tried, _), seen = held(monkeypatch, 2), list[float]()
    paint_all(session)
    session.beside_changed.connect(lambda: seen.append(getattr(session.beside.job("fit"), "done", 1.0)))
    session.fit_clean_up()
    assert session.beside.job("fit") is not None
    wait(lambda: max(seen) > 0.15)  # the second of nine changes waits
    session.beside.stop("fit")
    tried.release()
    assert session.beside.job("fit") is None
    assert seen == sorted(seen)
    assert session.settings("postprocessing").threshold == 0.4
    assert told.sentences[-1].startswith("Stopped early. Fitted to 1 picture")


def change_settings(session: Session) -> None:
    session.set_settings("postprocessing", replace(session.settings("postprocessing"), smallest=77))


def open_another(session: Session) -> None:
    session.add_picture(discs("other", 1)[0], None)
    session.select("other")


def paint_more(session: Session) -> None:
    paint(session, np.s_[:3, :3], 1)


def say_it_is_complete(session: Session) -> None:
    session.set_complete("disc", True)


def accept(session: Session) -> None:
    session.accept("disc", None)


def answer_anew(session: Session) -> None:
    session.probability_changed.emit("disc")


@pytest.mark.parametrize("do", [change_settings, open_another, paint_more, say_it_is_complete, accept, answer_anew])
def test_what_was_fitted_is_said_only_while_it_is_true(
    session: Session, told: Told, wait: Wait, do: Callable[[Session], None]
) -> None:
    unsaid = list[str]()
    session.unsaid.connect(lambda section, sentence: unsaid.append(sentence))
    paint_all(session)
    session.fit_clean_up()
    wait(lambda: not session.fitting)
    assert told.sentences[-1].startswith("Fitted to")
    assert MEANWHILE not in told.sentences[-1]
    wait(lambda: session.labels("disc") is not None and session.labels("disc").any())
    session.set_settings("training", replace(session.settings("training"), epochs=3))
    session.select("disc")
    labels = session.labels("disc")
    session.painted("disc", "labels", np.s_[:1, :1], labels[:1, :1].copy())
    assert unsaid == [], "none of these moves the clean-up, leaves the picture or changes what was fitted to"
    do(session)
    assert unsaid == [sentence for sentence in told.sentences if sentence.startswith("Fitted to")]


def fit_while(session: Session, wait: Wait, monkeypatch: pytest.MonkeyPatch, do: Callable[[Session], None]) -> None:
    """Fit to its end; something is done while it looks."""
    tried, _ = held(monkeypatch, 0)
    paint_all(session)
    session.fit_clean_up()
    do(session)
    tried.release(1000)
    wait(lambda: not session.fitting)


def test_what_is_painted_while_it_looks_is_told_to_be_missing(
    session: Session, told: Told, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_while(session, wait, monkeypatch, paint_more)
    assert told.sentences[-1].startswith("Fitted to")
    assert told.sentences[-1].endswith(MEANWHILE)


def test_stop_is_heard_in_the_middle_of_a_setting(
    session: Session, told: Told, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One picture may take seconds: the best so far is taken at once, and the next fit begins as soon as it can."""
    monkeypatch.setattr("napari_unet.core.fitting.SPLITS", ())
    monkeypatch.setattr("napari_unet.core.fitting.SELDOM", ())
    tried, asked = held(monkeypatch, 2)
    paint_all(session)
    session.fit_clean_up()
    wait(lambda: len(asked) == 3)
    session.beside.stop("fit")
    assert session.beside.job("fit") is None
    assert session.settings("postprocessing").threshold == 0.4
    assert told.sentences[-1].startswith("Stopped early. Fitted to 1 picture")
    session.fit_clean_up()
    session.beside.stop("fit")
    assert told.sentences[-1] == "Stopped before any other setting was tried: nothing has changed."
    session.fit_clean_up()
    tried.release(100)
    wait(lambda: not session.fitting)
    assert "fit already" in told.sentences[-1] or told.sentences[-1].startswith("Fitted to")
    assert told.errors == []


def test_a_clean_up_that_is_changed_meanwhile_stays(
    session: Session, told: Told, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_while(session, wait, monkeypatch, change_settings)
    assert session.settings("postprocessing").threshold == 0.5
    assert session.settings("postprocessing").smallest == 77
    assert told.sentences[-1].startswith("The clean-up was changed meanwhile, and stays")


def test_stopped_before_anything_better_was_found_it_does_not_say_that_the_settings_fit(
    session: Session, told: Told, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, asked = held(monkeypatch, 1)
    paint_all(session)
    session.fit_clean_up()
    wait(lambda: len(asked) == 2)
    session.beside.stop("fit")
    tried.release(100)
    assert told.sentences[-1].startswith("Stopped early: nothing better was found so far. The settings stay (Dice 0.00")
    assert session.settings("postprocessing").threshold == 0.5


def test_without_anything_painted_it_says_what_is_needed(session: Session, told: Told) -> None:
    session.fit_clean_up()
    assert not session.fitting
    section, error = told.errors[-1]
    assert section == "segment"
    assert type(error) is ProjectError
    assert "painted" in error.sentence


def test_what_is_kept_for_testing_is_not_fitted_to(session: Session, told: Told) -> None:
    paint(session, discs("disc", 0)[1] > 0, 2)
    session.set_aside(["disc"], "test")
    session.fit_clean_up()
    assert not session.fitting
    assert "nothing to fit to" in told.errors[-1][1].sentence


def test_closing_gives_the_search_up(session: Session) -> None:
    paint(session, discs("disc", 0)[1] > 0, 2)
    session.fit_clean_up()
    assert session.fitting


def test_what_was_found_in_one_project_is_not_taken_in_the_next(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    paint(session, discs("disc", 0)[1] > 0, 2)
    paint(session, discs("disc", 0)[1] == 0, 1)
    session.fit_clean_up()
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    wait(lambda: not session.fitting)
    assert session.settings("postprocessing") == PostprocessingSettings()
    assert not [sentence for sentence in told.sentences if sentence.startswith("Fitted")]
    assert told.errors == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts otherwise")
def test_pictures_it_looks_at_are_not_left_open(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems allow a program 256 open files, and a project may have a thousand pictures with a large answer."""
    monkeypatch.setattr("napari_unet.core.data.cached.HELD", 0)
    for number in range(40):
        name = f"more{number}"
        session.add_picture(Picture(name, np.arange(256, dtype=np.uint8).reshape(1, 16, 16)), None)
        told = np.full((1, 16, 16), 0.4, np.float32)
        file = write_answer(cache_folder(session.need_project(), name), told)
        session.need_desk().probabilities.take_file(name, file)
        if number % 2:
            session.need_project().save_annotation(name, np.ones((16, 16), np.uint16))
    before = psutil.Process().num_fds()
    session.fit_clean_up()
    assert session.fitting
    assert psutil.Process().num_fds() - before < 8
