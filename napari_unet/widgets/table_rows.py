"""The rows of the table of pictures, as Qt's tables want them: their words, how they are sorted, which are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt
from qtpy.QtGui import QImage, QPixmap
from qtpy.QtWidgets import QWidget

from napari_unet.widgets.layers.counting import classes_words
from napari_unet.widgets.look import MARKS

if TYPE_CHECKING:
    from napari_unet.core.metrics.doubts import Reason
    from napari_unet.session.tabling import TableRow

COLUMNS = ("Picture", "State", "Objects", "Labelled", "Set", "Score", "Suspicious", "Note", "Where from")
NAME, SUSPICIOUS, NOTE = 0, 6, 7
HELP = (
    "A small picture of it, and its name in this project.",
    "Unlabelled, strokes (painted in part) or complete.",
    "How many are painted, and how many of each class.",
    "How much of it is painted; of a complete picture all.",
    (
        "Training: learned from. Validation: kept for measuring models while they learn, and for choosing the best.\n"
        "Test: kept from learning and choosing. Left out: nothing is painted, or you have left it out."
    ),
    "How good the active model is on it, where it has not learned from it (AP at IoU 0.5, or Dice).",
    "What looks wrong in what is painted. Click to go there, and again for the next.",
    "Your own words. Double-click to write.",
    "Where its labels came from, and which pictures are the same.",
)
DOUBTS: dict[Reason, tuple[str, str]] = {
    "joined": ("joined", "has a narrow neck: two objects under one number?"),
    "apart": ("far apart", "has a piece far from the rest: the same number twice?"),
    "crumb": ("tiny", "is, or has, a tiny fragment: a slip of the brush?"),
    "unseen": ("unseen", "lies where the last answer says background: is it one?"),
}
"""What a doubt is called in the table, and in a sentence about an object."""

EVERY = "every state"
SORT = Qt.ItemDataRole.UserRole


def cells(one: TableRow) -> tuple[tuple[str, Any], ...]:
    """What a row shows, and what each of it is sorted by."""
    picture = one.picture
    return (
        (picture.name, picture.name.lower()),
        (f"{MARKS[picture.state]} {picture.state}", list(MARKS).index(picture.state)),
        (_objects(one), picture.objects),
        (f"{one.labelled:.0%}", one.labelled),
        (one.set, one.set),
        ("" if one.score is None else f"{one.score:.2f}", -1.0 if one.score is None else one.score),
        _suspicious(one),
        (one.note, one.note.lower()),
        (one.origin, one.origin.lower()),
    )


def _objects(one: TableRow) -> str:
    classes = f" ({classes_words(one.classes)})" if any(one.classes) else ""
    return f"{one.picture.objects}{classes}" if one.picture.objects else ""


def _suspicious(one: TableRow) -> tuple[str, int]:
    """How often there is what, and how much there is; "…" while it is not known."""
    if one.doubts is None:
        return ("…" if one.picture.state != "unlabelled" else ""), -1
    counts = Counter(doubt.reason for doubt in one.doubts)
    return ", ".join(f"{counts[reason]} {DOUBTS[reason][0]}" for reason in DOUBTS if counts[reason]), len(one.doubts)


class Rows(QAbstractTableModel):
    """The pictures as Qt's tables want them."""

    def __init__(
        self,
        parent: QWidget,
        write_note: Callable[[str, str], None],
        thumbnail: Callable[[str], NDArray[np.uint8] | None],
    ) -> None:
        super().__init__(parent)
        self._write_note, self._thumbnail = write_note, thumbnail
        self.rows: tuple[TableRow, ...] = ()
        self._cells: list[tuple[tuple[str, Any], ...]] = []

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show these. Only other pictures lay the table out anew: what is selected stays selected."""
        anew = [one.picture.name for one in rows] != [one.picture.name for one in self.rows]
        if anew:
            self.beginResetModel()
        before, self.rows, self._cells = self._cells, tuple(rows), [cells(one) for one in rows]
        if anew:
            self.endResetModel()
            return
        for place, (old, new) in enumerate(zip(before, self._cells, strict=True)):
            if old != new:  # a note that is being written somewhere else stays as far as it is
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """How many pictures there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """How many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's words, what it is sorted by, where it stands, or its small picture."""
        if role == Qt.ItemDataRole.DecorationRole:
            return self._small(index) if index.column() == NAME else None
        text, value = self._cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() in (2, 3, 5) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        found = {Qt.ItemDataRole.DisplayRole: text, Qt.ItemDataRole.ToolTipRole: text, SORT: value}
        found[Qt.ItemDataRole.EditRole] = text
        return found.get(role)

    def _small(self, index: QModelIndex) -> QPixmap | None:
        """The small picture of a row; Qt asks for those of rows that are on show."""
        pixels = self._thumbnail(self.rows[index.row()].picture.name)
        if pixels is None:
            return None
        (height, width, _), data = pixels.shape, pixels.tobytes()  # Qt copies them, but not at once
        return QPixmap.fromImage(QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888))

    def draw_thumbnail(self, name: str) -> None:
        """There is a small picture of this one now."""
        for place, one in enumerate(self.rows):
            if one.picture.name == name:
                self.dataChanged.emit(self.index(place, NAME), self.index(place, NAME))

    def flags(self, index: QModelIndex) -> Any:
        """Only notes are written here."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NOTE else flags

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a note; the table is drawn anew once it is written."""
        if index.column() != NOTE or role != Qt.ItemDataRole.EditRole:
            return False
        if str(value).strip() != self.rows[index.row()].note:
            self._write_note(self.rows[index.row()].picture.name, str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A column's title and its sentence of help."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return HELP[section] if role == Qt.ItemDataRole.ToolTipRole else None


class Sorted(QSortFilterProxyModel):
    """The pictures whose words hold what is looked for, in the order asked for."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self.setSourceModel(rows)
        self.setSortRole(SORT)
        self._rows, self._text, self._state, self._doubted = rows, "", EVERY, False

    def look_for(self, text: str, state: str, *, doubted: bool) -> None:
        """Show what holds the text in any column and is in this state; `doubted`: and in which anything looks wrong."""
        self._text, self._state, self._doubted = text.strip().lower(), state, doubted
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:
        """Whether the picture is shown."""
        one = self._rows.rows[source_row]
        if self._state not in (EVERY, one.picture.state) or (self._doubted and not one.doubts):
            return False
        return any(self._text in text.lower() for text, _value in cells(one))
