"""The rows of the table of pictures, as Qt's tables want them: their words, how they are sorted, which are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt
from qtpy.QtWidgets import QWidget

from napari_unet.widgets.layers.counting import classes_words
from napari_unet.widgets.look import MARKS

if TYPE_CHECKING:
    from napari_unet.session.tabling import TableRow

COLUMNS = ("Picture", "State", "Objects", "Labelled", "Set", "Score", "Notes")
HELP = (
    "Its name in this project.",
    "Unlabelled, strokes (painted in part) or complete.",
    "How many are painted, and how many of each class.",
    "How much of it is painted; of a complete picture all.",
    "Training: learned from. Validation: kept for measuring models. Left out: nothing is painted.",
    "How good the active model is on it, where it has not learned from it (AP at IoU 0.5, or Dice).",
    "Where its labels came from, and which pictures are the same.",
)
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
        (one.notes, one.notes.lower()),
    )


def _objects(one: TableRow) -> str:
    classes = f" ({classes_words(one.classes)})" if any(one.classes) else ""
    return f"{one.picture.objects}{classes}" if one.picture.objects else ""


class Rows(QAbstractTableModel):
    """The pictures as Qt's tables want them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[TableRow, ...] = ()
        self._cells: list[tuple[tuple[str, Any], ...]] = []

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show these. Only other pictures lay the table out anew: what is selected stays selected."""
        anew = [one.picture.name for one in rows] != [one.picture.name for one in self.rows]
        if anew:
            self.beginResetModel()
        self.rows, self._cells = tuple(rows), [cells(one) for one in rows]
        if anew:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """How many pictures there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """How many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's words, what it is sorted by, or where it stands."""
        text, value = self._cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() in (2, 3, 5) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        found = {Qt.ItemDataRole.DisplayRole: text, Qt.ItemDataRole.ToolTipRole: text, SORT: value}
        return found.get(role)

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
        self._rows, self._text, self._state = rows, "", EVERY

    def look_for(self, text: str, state: str) -> None:
        """Show only what holds the text in any column and is in this state."""
        self._text, self._state = text.strip().lower(), state
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:
        """Whether the picture is shown."""
        one = self._rows.rows[source_row]
        if self._state not in (EVERY, one.picture.state):
            return False
        return any(self._text in text.lower() for text, _value in cells(one))
