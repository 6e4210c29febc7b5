"""The table of pictures sorts, filters, and changes what is selected."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QInputDialog, QLineEdit, QMessageBox

from napari_unet.core.metrics.doubts import Doubt
from napari_unet.core.training.report import Unseen
from napari_unet.widgets.picture_table import PictureTable
from napari_unet.widgets.sections import PicturesSection
from napari_unet.widgets.sessions import Bench
from tests.widgets.conftest import a_picture
from tests.widgets.fake_session import FakeSession


@pytest.fixture
def table(bench: Bench, opened: FakeSession, qtbot: QtBot) -> PictureTable:
    """Pictures a, b and c, of which b is complete; a and c have scores."""
    opened.add_picture(a_picture("c"), None)
    opened._complete.add("b")
    opened.unseen = Unseen("first", "ap50", per_picture={"a": 0.9, "c": 0.25})
    made = PictureTable(bench)
    qtbot.addWidget(made)
    made.show()
    return made


def shown(table: PictureTable, column: int = 0) -> list[str]:
    return [table.sorted.index(row, column).data() for row in range(table.sorted.rowCount())]


def test_at_first_pictures_stand_as_they_were_added_and_sort_by_numbers(table: PictureTable) -> None:
    assert shown(table) == ["a", "b", "c"]
    assert shown(table, 5) == ["0.90", "", "0.25"]
    table.view.sortByColumn(5, Qt.SortOrder.DescendingOrder)
    assert shown(table) == ["a", "c", "b"]


def test_words_and_states_filter(table: PictureTable) -> None:
    table.state.setCurrentText("complete")
    assert shown(table) == ["b"]
    assert table.count.text().startswith("1 of 3 pictures")
    table.state.setCurrentIndex(0)
    table.text.setText("C")
    assert "b" in shown(table), "complete holds a c"
    table.text.setText("0.9")
    assert shown(table) == ["a"]


def test_what_is_selected_is_changed(table: PictureTable, opened: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(one.isEnabled() for one in table.buttons)
    table.view.selectAll()
    complete, keep, learn, test, leave, _right, _note, remove = table.buttons
    for one in (complete, keep, learn, test, leave):
        one.click()  # type: ignore[attr-defined]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    remove.click()  # type: ignore[attr-defined]
    assert opened.calls[-5:] == [
        ("set_all_complete", "a", "b", "c"),
        ("keep_all_for_measuring", True, "a", "b", "c"),
        ("keep_all_for_measuring", False, "a", "b", "c"),
        ("set_aside", "test", "a", "b", "c"),
        ("set_aside", "left out", "a", "b", "c"),
    ]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    remove.click()  # type: ignore[attr-defined]
    assert opened.calls[-1] == ("remove_all", "a", "b", "c")


def test_a_selection_outlives_a_change(table: PictureTable, opened: FakeSession) -> None:
    table.view.selectRow(1)
    assert table.selected() == ["b"]
    opened._complete.add("a")
    opened.pictures_changed.emit()
    assert table.selected() == ["b"]
    assert shown(table, 1)[0].endswith("complete")
    opened.add_picture(a_picture("d"), None)
    assert table.selected() == ["b"], "the table was laid out anew"


def test_it_opens_from_the_list_and_opens_a_picture(bench: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    section = PicturesSection(bench)
    qtbot.addWidget(section)
    section.show()
    section.table.click()
    (table,) = section.findChildren(PictureTable)
    table._open(table.sorted.index(1, 0))
    assert opened.current == "b"
    table.close()


def test_a_click_flies_to_what_is_suspicious_and_the_next_click_to_the_next(
    table: PictureTable, opened: FakeSession, bench: Bench
) -> None:
    assert opened.doubts_wanted
    opened.doubts_of = {"b": (Doubt("joined", 3, (10, 20), 90), Doubt("crumb", 7, (30, 50), 2)), "a": ()}
    opened.doubts_changed.emit()
    assert shown(table, 6) == ["", "1 joined, 1 tiny", ""]
    assert table.count.text().endswith("Looked through 2 of 3 for mistakes so far.")
    table.doubted.click()
    assert shown(table) == ["b"]
    table._on_click(table.sorted.index(0, 6))
    assert opened.current == "b"
    assert table.count.text() == (
        "b: cell 3 has a narrow neck: two objects under one number? (1 of 2; click again for the next)"
    )
    ring = bench.canvas.layer("place")
    np.testing.assert_array_equal(ring.data, [[10, 20]])
    table._on_click(table.sorted.index(0, 6))
    np.testing.assert_array_equal(bench.canvas.layer("place").data, [[30, 50]])
    table.view.selectAll()
    table.buttons[5].click()  # type: ignore[attr-defined]
    assert opened.calls[-1] == ("clear_doubts", "b")
    table.close()
    assert not opened.doubts_wanted


def test_what_is_unseen_is_told_of_the_last_answer_whoever_gave_it(table: PictureTable, opened: FakeSession) -> None:
    opened.doubts_of = {"b": (Doubt("unseen", 3, (10, 20), 90),)}
    opened.doubts_changed.emit()
    table._on_click(table.sorted.index(1, 6))
    assert table.count.text().startswith("b: cell 3 lies where the last answer says background: is it one?")


def test_notes_are_written_in_the_table_and_for_several_at_once(
    table: PictureTable, opened: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = table.sorted.index(1, 7)
    assert note.flags() & Qt.ItemFlag.ItemIsEditable
    assert not table.sorted.index(1, 0).flags() & Qt.ItemFlag.ItemIsEditable
    assert table.sorted.setData(note, "out of focus")
    assert opened.notes == {"b": "out of focus"}
    table.text.setText("focus")
    assert shown(table) == ["b"]
    table.text.clear()
    table.view.selectAll()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: ("plate 3", True))
    table.buttons[6].click()  # type: ignore[attr-defined]
    assert set(opened.notes.values()) == {"plate 3"}
    assert len(opened.notes) == 3


def test_a_note_that_is_being_written_survives_a_change_elsewhere(table: PictureTable, opened: FakeSession) -> None:
    table.view.edit(table.sorted.index(1, 7))
    (editor,) = table.view.viewport().findChildren(QLineEdit)
    editor.setText("half a no")
    opened._complete.add("a")
    opened.pictures_changed.emit()
    assert editor.text() == "half a no"
    assert shown(table, 1)[0].endswith("complete")


def test_a_small_picture_stands_beside_the_name_once_it_is_made(table: PictureTable, opened: FakeSession) -> None:
    first, decoration = table.rows.index(0, 0), Qt.ItemDataRole.DecorationRole
    assert table.rows.data(first, decoration) is None
    changed: list[tuple[int, int]] = []
    table.rows.dataChanged.connect(lambda top, bottom, *_: changed.append((top.row(), bottom.column())))
    opened.thumbnails["a"] = np.full((30, 48, 3), 200, np.uint8)
    opened.thumbnail_made.emit("a")
    assert changed == [(0, 0)]
    drawn = table.rows.data(first, decoration).toImage()
    assert (drawn.width(), drawn.height()) == (48, 30)
    assert abs(drawn.pixelColor(5, 5).red() - 200) < 256 / 2**5, "a screen of 16 bits has five of them for red"
    assert table.rows.data(table.rows.index(0, 1), decoration) is None
