"""Where the training set came from, in a window of its own: filtered, shown, weighed down, taken back."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QTreeWidgetItem

from napari_unet.core.data import Region
from napari_unet.core.settings import LossSettings
from napari_unet.session.origins import Given, Origin
from napari_unet.widgets.origins import THIS, OriginsDialog
from napari_unet.widgets.sections import SegmentSection
from napari_unet.widgets.sessions import Bench
from tests.widgets.fake_session import FakeSession

BOX = (10, 20), (30, 40)


@pytest.fixture
def dialog(bench: Bench, opened: FakeSession, qtbot: QtBot) -> OriginsDialog:
    """A view of a and an object of b from the model first; a mask that came along with b."""
    opened.give_model("first", "")
    accepted = Region(BOX, "accepted", "first", {"threshold": 0.4}, when="2026-11-25T18:03:12", part="view", id="one")
    piece = Region(BOX, "accepted", "first", when="2026-11-26T08:00:00", part="object", id="two")
    mask = Region(BOX, "hand", source="masks/b.tif", part="picture")
    opened.origins = (
        Origin("accepted", "first", (Given("a", accepted), Given("b", piece))),
        Origin("hand", "", (Given("b", mask),)),
    )
    made = OriginsDialog(bench)
    qtbot.addWidget(made)
    made.show()
    return made


def top(dialog: OriginsDialog, number: int) -> QTreeWidgetItem:
    return dialog.tree.topLevelItem(number)


def test_every_kind_and_model_is_a_line_with_its_parts_under_it(dialog: OriginsDialog) -> None:
    assert [top(dialog, 0).text(column) for column in range(3)] == [
        "Accepted as it was · first",
        "2 parts",
        "2 pictures",
    ]
    line = top(dialog, 0).child(0)
    assert [line.text(column) for column in (1, 2, 3)] == ["the part you see", "a", "2026-11-25 18:03"]
    assert "threshold: 0.4" in line.toolTip(1)
    assert top(dialog, 1).text(0) == "Brought along"


def test_a_line_is_taken_back_and_a_heading_takes_all_under_it(dialog: OriginsDialog, opened: FakeSession) -> None:
    assert not dialog.back.isEnabled()
    top(dialog, 0).child(1).setSelected(True)
    dialog.back.click()
    assert opened.calls[-1] == ("take_back_given", "two")
    top(dialog, 0).setSelected(True)
    dialog.back.click()
    assert opened.calls[-1] == ("take_back_given", "one", "two")


def test_what_a_person_brought_along_has_nothing_to_go_back_to(dialog: OriginsDialog) -> None:
    top(dialog, 1).setSelected(True)
    assert not dialog.back.isEnabled()
    assert dialog.go.isEnabled()


def test_words_and_the_picture_on_show_filter(dialog: OriginsDialog) -> None:
    dialog.text.setText("11-26")
    assert dialog.tree.topLevelItemCount() == 1
    assert top(dialog, 0).childCount() == 1
    dialog.text.clear()
    dialog.where.setCurrentText(THIS)
    assert [top(dialog, 0).child(0).text(2), top(dialog, 0).childCount()] == ["a", 1]


def test_the_layer_shows_the_selected_lines_or_all(dialog: OriginsDialog, opened: FakeSession, bench: Bench) -> None:
    opened.views["origins", "a"] = np.full((40, 60), 3, np.uint8)
    dialog.show_them.click()
    assert bench.canvas.layer("origins") is not None
    assert opened.calls[-1] == ("show_only", None)
    top(dialog, 0).child(0).setSelected(True)
    assert opened.calls[-1] == ("show_only", {"one"})
    dialog.close()
    assert "origins" not in opened.wanted


def test_a_kind_counts_less_in_training(dialog: OriginsDialog, opened: FakeSession) -> None:
    editor = dialog.editors["trust_accepted"]
    editor.box.setValue(0.3)  # type: ignore[attr-defined]
    loss = opened.settings("loss")
    assert isinstance(loss, LossSettings)
    assert (loss.trust_accepted, loss.trust_hand) == (0.3, 1.0)


def test_it_opens_from_the_step_that_accepts_and_goes_to_a_place(
    bench: Bench, opened: FakeSession, qtbot: QtBot, dialog: OriginsDialog
) -> None:
    section = SegmentSection(bench)
    qtbot.addWidget(section)
    section.show()
    section.accepting.origins.click()
    (another,) = section.findChildren(OriginsDialog)
    another.close()
    top(dialog, 0).child(1).setSelected(True)
    dialog.go.click()
    assert opened.current == "b"
    assert bench.canvas.layer("place") is not None
