"""An axis without a name is asked about, once for all files of a kind, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QAbstractButton

from napari_unet.core.data.pairing import Pair
from napari_unet.core.errors import AxesError
from napari_unet.widgets.axes_question import Asked, AxesQuestion, named, possible
from napari_unet.widgets.sections import PicturesSection
from napari_unet.widgets.sessions import Bench
from tests.widgets.fake_session import FakeSession


def unnamed(*shape: int, axes: str) -> AxesError:
    return AxesError("It does not say what they are.", shape=shape, axes=axes)


@pytest.fixture
def question(qtbot: QtBot) -> AxesQuestion:
    made = AxesQuestion()
    qtbot.addWidget(made)
    return made


def texts(question: AxesQuestion) -> list[str]:
    return [button.text() for button in question.findChildren(QAbstractButton) if not button.isHidden()]


def press(question: AxesQuestion, text: str) -> None:
    next(button for button in question.findChildren(QAbstractButton) if button.text() == text).click()


def test_one_answer_counts_for_all_files_with_the_same_axes(question: AxesQuestion) -> None:
    told: list[tuple[str, str]] = []
    for name in ("a.tif", "b.tif"):
        question.ask(
            Asked(name, unnamed(20, 64, 64, axes="?YX"), lambda axes, name=name: told.append((name, axes)))  # type: ignore[misc]
        )
    question.ask(Asked("c.tif", unnamed(4, 20, 64, 64, axes="C?YX"), lambda axes: told.append(("c.tif", axes))))
    assert question.question.text() == "a.tif holds 20 planes. What are they? (2 more to ask about)"
    assert texts(question) == ["Focal planes", "Time points", "Channels", "Do not add"]
    press(question, "Time points")
    assert told == [("a.tif", "TYX"), ("b.tif", "TYX")]
    assert question.question.text() == "c.tif holds 20 planes. What are they?"
    press(question, "Focal planes")
    assert told[-1] == ("c.tif", "CZYX")
    assert question.isHidden()


def test_two_axes_are_asked_about_together(question: AxesQuestion) -> None:
    assert possible("??YX") == ["ZT", "ZC", "TZ", "TC", "CZ", "CT"]
    assert possible("T?YX") == ["Z", "C"]
    assert named("?C?YX", "TZ") == "TCZYX"
    question.ask(Asked("a.tif", unnamed(9, 20, 64, 64, axes="??YX"), print))
    assert "Time points, then focal planes" in texts(question)


def test_a_picture_can_be_left_out_or_taken_as_it_is_seen(question: AxesQuestion) -> None:
    seen: list[str] = []
    error = unnamed(20, 64, 64, axes="?YX")
    question.ask(Asked("a.tif", error, seen.append))
    press(question, "Do not add")
    question.ask(Asked("layer", error, seen.append, lambda: seen.append("plane")))
    press(question, "Only the plane on show")
    assert seen == ["plane"]
    assert question.isHidden()


def test_the_section_asks_and_adds_the_file_with_the_answer(bench: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    section = PicturesSection(bench)
    qtbot.addWidget(section)
    pair = Pair(Path("film.tif"), None, "added by hand")
    opened.axes_asked.emit(pair, unnamed(20, 64, 64, axes="?YX"))
    press(section.bringing.question, "Focal planes")
    assert opened.calls[-1] == ("add_pairs", replace(pair, axes="ZYX"))


def test_three_axes_without_a_name_can_be_answered(question: AxesQuestion) -> None:
    said: list[str] = []
    question.ask(Asked("film.npy", unnamed(9, 20, 5, 64, 64, axes="???YX"), said.append))
    press(question, "Time points, then focal planes, then channels")
    assert said == ["TZCYX"]
