"""What a cross-validation found: a line, and a table with every picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_unet.core.wording import MEANING, counted
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.look import tag

if TYPE_CHECKING:
    from napari_unet.core.training.report import CrossValidated

SCORES = {"dice": "Dice", "ap50": "AP"}
"""What is shown of the scores, and what it is called."""


def crossed_line(crossed: CrossValidated) -> str:
    """How good the settings are: "Dice 0.86 ± 0.05 over 9 pictures, each measured by a model that never saw it."."""
    parts = []
    for key, title in SCORES.items():
        if key in crossed.scores:
            spread = crossed.scores.get(f"{key}_spread")
            parts.append(f"{title} {crossed.scores[key]:.2f}" + (f" ± {spread:.2f}" if spread is not None else ""))
    pictures = counted(len(crossed.per_picture), "picture")
    found = ", ".join(parts) or "Nothing could be measured"
    return f"Cross-validation: {found} over {pictures}, each measured by a model that never saw it."


class PicturesTable(Dialog):
    """One row a picture, the worst first: that is where to look."""

    def __init__(self, crossed: CrossValidated, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Cross-validation")
        self.resize(420, 360)
        keys = [key for key in SCORES if any(key in scores for scores in crossed.per_picture.values())]
        pictures = sorted(crossed.per_picture.items(), key=lambda item: item[1].get(keys[-1], 0.0) if keys else 0.0)
        lead = QLabel(crossed_line(crossed), wordWrap=True)
        tag(lead, tone="quiet")
        self.table = QTableWidget(len(pictures), 1 + len(keys))
        self.table.setHorizontalHeaderLabels(["Picture", *(SCORES[key] for key in keys)])
        self.table.verticalHeader().hide()
        for column, key in enumerate(keys, 1):
            self.table.horizontalHeaderItem(column).setToolTip(MEANING[SCORES[key]])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for index, (name, scores) in enumerate(pictures):
            self.table.setItem(index, 0, QTableWidgetItem(name))
            for column, key in enumerate(keys, 1):
                item = QTableWidgetItem(f"{scores[key]:.2f}" if key in scores else "")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(index, column, item)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.addWidget(lead)
        layout.addWidget(self.table, 1)


def show_pictures(parent: QWidget, crossed: CrossValidated) -> PicturesTable:
    """Show the table beside `parent`."""
    dialog = PicturesTable(crossed, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog
