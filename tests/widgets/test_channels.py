"""Channels are chosen with a tick each, where there are several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from napari_unet.core.settings import PreprocessingSettings
from napari_unet.widgets.channels import ChannelRow
from napari_unet.widgets.editors import Word
from napari_unet.widgets.form import Form
from tests.widgets.fake_session import FakeSession

Offer = Callable[..., ChannelRow]


@pytest.fixture
def offer(qtbot: QtBot, opened: FakeSession) -> Offer:
    """The row while pictures have these channels."""
    row = ChannelRow(opened)  # type: ignore[arg-type]  # the fake has the session's face
    qtbot.addWidget(row)

    def offering(*words: str) -> ChannelRow:
        opened.channels_offered = words
        row.refresh(running=False)
        return row

    return offering


def ticked(row: ChannelRow) -> list[str]:
    return [word for word, tick in row.editor.ticks.items() if tick.isChecked()]


def chosen(session: FakeSession) -> str:
    settings: Any = session.settings("preprocessing")
    return str(settings.channels)


def test_where_there_is_nothing_to_choose_there_is_no_row(offer: Offer) -> None:
    assert offer().isHidden()
    assert offer("1").isHidden()
    assert not offer("DAPI", "GFP").isHidden()


def test_a_tick_taken_away_leaves_the_others_and_the_last_one_stays(offer: Offer, opened: FakeSession) -> None:
    row = offer("DAPI", "GFP", "TxRed")
    assert ticked(row) == ["DAPI", "GFP", "TxRed"]
    row.editor.ticks["GFP"].click()
    assert chosen(opened) == "DAPI,TxRed"
    row.editor.ticks["TxRed"].click()
    row.editor.ticks["DAPI"].click()
    assert (chosen(opened), ticked(row)) == ("DAPI", ["DAPI"])
    assert row.label.text().endswith("•")
    row.label.restore()
    assert (chosen(opened), ticked(row)) == ("", ["DAPI", "GFP", "TxRed"])


def test_what_is_chosen_stays_in_sight_when_no_picture_has_it(offer: Offer, opened: FakeSession) -> None:
    opened.set_settings("preprocessing", PreprocessingSettings(channels="Cy5"))
    row = offer("DAPI")
    assert not row.isHidden()
    assert (list(row.editor.ticks), ticked(row)) == (["DAPI", "Cy5"], ["Cy5"])
    row.refresh(running=True)
    assert not row.isEnabled()


def test_words_can_be_typed_where_there_are_none_to_tick(qtbot: QtBot) -> None:
    form = Form(PreprocessingSettings)
    qtbot.addWidget(form)
    editor = form.editors["channels"]
    assert isinstance(editor, Word)
    with qtbot.waitSignal(form.changed):
        editor.box.setText(" DAPI ")
        editor.box.editingFinished.emit()
    assert form.value() == PreprocessingSettings(channels="DAPI")
