"""What was found in a folder, shown before it is taken: each picture, its mask, and why they belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_unet.core.data.read import shown_name
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.look import tag

if TYPE_CHECKING:
    from napari_unet.core.data.pairing import Pair


class PairsDialog(Dialog):
    """A table of pairs with a tick each; `value()` are the ticked ones."""

    def __init__(self, pairs: Sequence[Pair], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add these pictures?")
        self.resize(680, 420)
        self._pairs = tuple(pairs)
        with_mask = sum(pair.mask is not None for pair in pairs)
        lead = QLabel(
            f"{len(pairs)} pictures found, {with_mask} with a mask. A mask counts as a complete annotation.",
            wordWrap=True,
        )
        self.table = QTableWidget(len(pairs), 3)
        self.table.setHorizontalHeaderLabels(["Picture", "Mask", "Why"])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for index, pair in enumerate(pairs):
            self._fill(index, pair)
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.table.itemChanged.connect(lambda _: self._count())
        buttons = QDialogButtonBox()
        self.add = self.enter = buttons.addButton("Add", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        tag(self.add, now="true")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.addWidget(lead)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        self._count()

    def value(self) -> list[Pair]:
        """The pairs that are ticked."""
        ticks = (self.table.item(index, 0).checkState() == Qt.CheckState.Checked for index in range(len(self._pairs)))
        return [pair for pair, ticked in zip(self._pairs, ticks, strict=True) if ticked]

    def _fill(self, index: int, pair: Pair) -> None:
        picture = QTableWidgetItem(shown_name(pair.picture))
        picture.setFlags(picture.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        picture.setCheckState(Qt.CheckState.Checked)
        picture.setToolTip(str(pair.picture))
        mask = QTableWidgetItem("none" if pair.mask is None else shown_name(pair.mask))
        mask.setToolTip("" if pair.mask is None else str(pair.mask))
        for column, item in enumerate((picture, mask, QTableWidgetItem(pair.reason))):
            self.table.setItem(index, column, item)

    def _count(self) -> None:
        count = len(self.value())
        self.add.setText(f"Add {count} picture{'s' if count != 1 else ''}")
        self.add.setEnabled(count > 0)


def ask_pairs(parent: QWidget, pairs: Sequence[Pair], then: Callable[[list[Pair]], None]) -> PairsDialog:
    """Show the pairs beside `parent`; `then` is called with those the person takes."""
    dialog = PairsDialog(pairs, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: then(dialog.value()))
    dialog.open()
    return dialog
