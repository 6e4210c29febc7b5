"""The classes of a project, of regions or of objects: their names and colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import (
    QColorDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.layers.colours import class_colour
from napari_unet.widgets.look import tag
from napari_unet.widgets.paint_tools import swatch

Chosen = Callable[[tuple[str, ...], tuple[str, ...]], object]


class ClassesDialog(Dialog):
    """Renames classes, adds new ones at the end, changes colours. Classes that may be painted are never dropped."""

    def __init__(self, names: Sequence[str], colours: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Classes")
        self.setMinimumWidth(320)
        self.lines: list[QLineEdit] = []
        self._colours: list[str] = []
        self._grid = QGridLayout()
        self.problem = QLabel(wordWrap=True)
        tag(self.problem, tone="bad")
        adding = QPushButton("Add a class")
        adding.clicked.connect(lambda: self.add(""))
        self.buttons = QDialogButtonBox()
        self.save = self.enter = self.buttons.addButton("Save", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        tag(self.save, now="true")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.addLayout(self._grid)
        layout.addWidget(adding, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        for name, colour in zip(names, colours, strict=False):
            self.add(name, colour)

    def value(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names and colours (as "#rrggbb")."""
        return tuple(line.text().strip() for line in self.lines), tuple(self._colours)

    def add(self, name: str, colour: str = "") -> None:
        """Add a row."""
        index = len(self.lines)
        self._colours.append(colour or class_colour(index))
        line = QLineEdit(name, placeholderText="name of the class")
        line.textChanged.connect(self._check)
        square = QPushButton(toolTip="Change the colour")
        square.setIcon(swatch(self._colours[index]))
        square.clicked.connect(lambda: self._ask_colour(index, square))
        self._grid.addWidget(square, index, 0)
        self._grid.addWidget(line, index, 1)
        self.lines.append(line)
        self._check()

    def _ask_colour(self, index: int, square: QPushButton) -> None:
        colour = QColorDialog.getColor(QColor(self._colours[index]), self, "Colour of the class")
        if colour.isValid():
            self._colours[index] = colour.name()
            square.setIcon(swatch(colour.name()))

    def _check(self, *_: object) -> None:
        names, _colours = self.value()
        bad = "Give every class a name." if not all(names) else ""
        bad = bad or ("Two classes have the same name." if len(set(names)) < len(names) else "")
        self.problem.setText(bad)
        self.problem.setVisible(bool(bad))
        self.save.setEnabled(not bad)


def ask_classes(parent: QWidget, names: Sequence[str], colours: Sequence[str], then: Chosen) -> ClassesDialog:
    """Ask beside `parent`; `then` is called with the names and colours the person saves."""
    dialog = ClassesDialog(names, colours, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: then(*dialog.value()))
    dialog.open()
    return dialog
