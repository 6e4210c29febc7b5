"""Sharing a model from the window: how is asked, then where to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QFileDialog

from napari_unet.core.settings import SharingSettings
from napari_unet.widgets.sections import TrainSection
from napari_unet.widgets.sessions import Bench
from napari_unet.widgets.sharing import SharingDialog
from tests.widgets.fake_session import FakeSession


@pytest.fixture
def section(bench: Bench, opened: FakeSession, qtbot: QtBot) -> TrainSection:
    """The section of training, over a project with a model."""
    opened.give_model("first", "AP 0.72 on 3 pictures")
    section = TrainSection(bench)
    qtbot.addWidget(section)
    section.show()
    return section


Answer = Callable[[Path | None], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """What the person chooses where a file's name is asked; nothing is cancelling."""

    def answering(file: Path | None) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("" if file is None else str(file), ""))

    return answering


def asked(section: TrainSection, target: str, author: str) -> None:
    """Click through the menu and the dialog."""
    (action,) = [one for one in section.models.menu().actions() if one.text() == "Share first…"]
    action.trigger()
    (dialog,) = section.findChildren(SharingDialog)
    dialog.form.set_value(SharingSettings(target=target, licence="MIT"))
    dialog.author.setText(author)
    dialog.go.click()


def test_a_model_is_shared_as_asked(section: TrainSection, opened: FakeSession, answer: Answer) -> None:
    answer(Path("/x/first.zip"))
    asked(section, "bioimageio", "Ada Lovelace, Grace Hopper")
    settings = SharingSettings(target="bioimageio", licence="MIT", overwrite=True)
    authors = ("Ada Lovelace", "Grace Hopper")
    assert opened.calls[-1] == ("share_model", "first", Path("/x/first.zip"), settings, authors)


def test_a_name_without_its_ending_gets_it_and_then_replaces_nothing(
    section: TrainSection, opened: FakeSession, answer: Answer
) -> None:
    answer(Path("/x/my.model"))
    asked(section, "onnx", "")
    settings = SharingSettings(target="onnx", licence="MIT", overwrite=False)
    assert opened.calls[-1] == ("share_model", "first", Path("/x/my.model.onnx"), settings, ())


def test_who_names_no_file_shares_nothing(section: TrainSection, opened: FakeSession, answer: Answer) -> None:
    answer(None)
    before = list(opened.calls)
    asked(section, "torchscript", "")
    assert opened.calls == before
