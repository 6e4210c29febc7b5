"""All pictures in a table: sorted, filtered, and several changed at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QItemSelectionModel, QModelIndex, Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from napari_unet.core.wording import counted
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.layers.pointer import Pointer
from napari_unet.widgets.look import MARKS
from napari_unet.widgets.parts import button, row, words
from napari_unet.widgets.placing import beside
from napari_unet.widgets.style import stylesheet
from napari_unet.widgets.table_rows import DOUBTS, EVERY, NOTE, SUSPICIOUS, Rows, Sorted

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench

TALL = 52
"""Height of a row, in pixels: with a small picture in it."""

WIDTHS = (220, 110, 75, 85, 90, 65, 150, 160)
"""Of the columns but the last, which takes what is left, in pixels."""


class PictureTable(Dialog):
    """The table, what it is filtered by above it, and what can be done to the selected pictures below."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("All pictures")
        self.setStyleSheet(stylesheet(bench.look))
        self.resize(1150, 380)
        self._bench, self._session = bench, bench.session
        self.text = QLineEdit()
        self.text.setPlaceholderText("Look for words in any column")
        self.text.setClearButtonEnabled(True)
        self.state = QComboBox()
        self.state.setAccessibleName("State")
        self.state.addItems([EVERY, *MARKS])
        self.doubted = QCheckBox("Suspicious only")
        self.doubted.setToolTip("Only pictures in which something that is painted looks wrong.")
        session = self._session
        self.rows = Rows(self, lambda name, note: session.set_note([name], note), session.thumbnail)
        self._pointer, self._turn = Pointer(bench.canvas), 0
        self.sorted = Sorted(self.rows)
        self.view = self._make_view()
        self.count = words()
        self.buttons = self._make_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.addLayout(row(self.text, self.state, self.doubted))
        layout.addWidget(self.view, 1)
        layout.addWidget(self.count)
        layout.addLayout(row(*self.buttons, None))
        self.text.textChanged.connect(self._filter)
        self.state.currentTextChanged.connect(self._filter)
        self.doubted.toggled.connect(self._filter)
        self._session.want_doubts(True)
        self._listen()
        self.refresh()

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.sorted)
        view.setAccessibleName("All pictures")
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        edit = QAbstractItemView.EditTrigger
        writable = edit.DoubleClicked | edit.EditKeyPressed
        view.setEditTriggers(edit.NoEditTriggers if self._session.read_only else writable)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(TALL)
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        view.horizontalHeader().setStretchLastSection(True)
        view.setSortingEnabled(True)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # at first, as they were added
        for column, width in enumerate(WIDTHS):
            view.setColumnWidth(column, width)
        view.activated.connect(self._open)
        view.clicked.connect(self._on_click)
        view.selectionModel().selectionChanged.connect(lambda *_: self._draw_count())
        return view

    def _make_buttons(self) -> tuple[QWidget, ...]:
        session = self._session
        return (
            button(
                "Mark as complete",
                "Everything unpainted in the selected pictures is background.",
                lambda: self._do(session.set_all_complete),
            ),
            button(
                "Keep for measuring",
                "The selected complete pictures measure models and are not learned from.",
                lambda: self._do(lambda names: session.keep_all_for_measuring(names, True)),
            ),
            button(
                "Learn from them",
                "The selected complete pictures are learned from in the next training.",
                lambda: self._do(lambda names: session.keep_all_for_measuring(names, False)),
            ),
            button(
                "Keep for testing",
                "No model learns from the selected pictures or is chosen by them: they only say how good it is.",
                lambda: self._do(lambda names: session.set_aside(names, "test")),
            ),
            button(
                "Leave out",
                "No model learns from the selected pictures or is measured on them; what was painted stays.",
                lambda: self._do(lambda names: session.set_aside(names, "left out")),
            ),
            button(
                "Looks right",
                "You have looked at what is suspicious in the selected pictures: it is right, and is shown no more.",
                lambda: self._do(session.clear_doubts),
            ),
            button("Note…", "Writes the same note to all selected pictures.", self.ask_note),
            button("Remove…", "Takes the selected pictures out of the project.", self.ask_remove),
        )

    def _listen(self) -> None:
        session = self._session
        changes = session.project_changed, session.pictures_changed, session.craft_changed, session.model_changed
        for signal in (*changes, session.doubts_changed):
            signal.connect(self.refresh)
            self.destroyed.connect(partial(signal.disconnect, self.refresh, missing_ok=True))
        session.thumbnail_made.connect(self.rows.draw_thumbnail)
        self.destroyed.connect(partial(session.thumbnail_made.disconnect, self.rows.draw_thumbnail, missing_ok=True))

    def refresh(self) -> None:
        """Draw the pictures as they are now. What is selected stays selected, wherever it stands."""
        chosen = self.selected()
        self.rows.show_rows(self._session.table)
        self._select(name for name in chosen if name not in self.selected())
        self._draw_count()

    def _select(self, names: Iterable[str]) -> None:
        """Select these, too."""
        places = {one.picture.name: place for place, one in enumerate(self.rows.rows)}
        kind = QItemSelectionModel.SelectionFlag
        for name in names:
            if name in places:
                index = self.sorted.mapFromSource(self.rows.index(places[name], 0))
                self.view.selectionModel().select(index, kind.Select | kind.Rows)

    def selected(self) -> list[str]:
        """The names of the selected pictures that are shown."""
        chosen = self.view.selectionModel().selectedRows()
        return [self.rows.rows[self.sorted.mapToSource(index).row()].picture.name for index in chosen]

    def ask_note(self) -> None:
        """Ask for a note and write it to the selected pictures."""
        names = self.selected()
        notes = {one.note for one in self.rows.rows if one.picture.name in names}
        before = notes.pop() if len(notes) == 1 else ""
        note, given = QInputDialog.getText(self, "Note", f"A note for {counted(len(names), 'picture')}:", text=before)
        if given:
            self._session.set_note(names, note)

    def ask_remove(self) -> None:
        """Ask whether the selected pictures may leave the project."""
        names = self.selected()
        what = names[0] if len(names) == 1 else counted(len(names), "picture")
        question = f"Remove {what} and what was painted there? All of it moves to the project's trash folder."
        if QMessageBox.question(self, "Remove pictures", question) == QMessageBox.StandardButton.Yes:
            self._do(self._session.remove_all)

    def _do(self, action: Any) -> None:
        self._bench.canvas.flush()
        action(self.selected())

    def _on_click(self, index: QModelIndex) -> None:
        """Go to what is suspicious in a picture; at each further click to the next."""
        one = self.rows.rows[self.sorted.mapToSource(index).row()]
        if index.column() != SUSPICIOUS or not one.doubts:
            return
        self._turn = self._turn + 1 if self._session.current == one.picture.name else 0
        doubt = one.doubts[self._turn % len(one.doubts)]
        self._bench.select(one.picture.name)
        self._pointer.show(doubt.place)
        noun = self._session.project.class_names[0] if self._session.project is not None else "object"
        which = f"{self._turn % len(one.doubts) + 1} of {len(one.doubts)}"
        words = f"{one.picture.name}: {noun} {doubt.number} {DOUBTS[doubt.reason][1]}"
        self.count.setText(f"{words} ({which}; click again for the next)")

    def done(self, result: int) -> None:
        """Nobody looks any more."""
        self._session.want_doubts(False)
        self._pointer.hide()
        super().done(result)

    def _open(self, index: QModelIndex) -> None:
        if index.column() == NOTE:
            return  # it is being written
        self._bench.select(self.rows.rows[self.sorted.mapToSource(index).row()].picture.name)

    def _filter(self, *_: object) -> None:
        self.sorted.look_for(self.text.text(), self.state.currentText(), doubted=self.doubted.isChecked())
        self._draw_count()

    def _draw_count(self) -> None:
        shown, total, chosen = self.sorted.rowCount(), self.rows.rowCount(), len(self.selected())
        of = f"{shown} of {counted(total, 'picture')}" if shown != total else counted(total, "picture")
        told = f"{of} · {chosen} selected. Double-click a picture to open it."
        self.count.setText(" ".join(filter(None, (told, self._still_to_look_through()))))
        for one in self.buttons:
            one.setEnabled(chosen > 0 and not self._session.read_only)

    def _still_to_look_through(self) -> str:
        """How far looking for what is wrong is, as a sentence; empty once it is through, and where nobody looks."""
        project, rows = self._session.project, self.rows.rows
        known = sum(one.doubts is not None for one in rows)
        if project is None or project.kind != "objects" or known == len(rows):
            return ""
        return f"Looked through {known} of {len(rows)} for mistakes so far."


def show_table(bench: Bench, parent: QWidget) -> PictureTable:
    """Show the table of all pictures; there is one such window."""
    return beside(PictureTable, bench, parent)
