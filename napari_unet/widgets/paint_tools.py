"""A grid of buttons, one for each thing the brush can paint; the one in use is framed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPainter, QPixmap
from qtpy.QtWidgets import QGridLayout, QPushButton, QWidget

from napari_unet.widgets.tabbing import tab_again

SIDE = 14


@dataclass(frozen=True)
class Tool:
    """One button: its key, its words, a sentence of help, and the colour it paints ("" for none)."""

    key: str
    words: str
    help: str
    colour: str = ""


class PaintTools(QWidget):
    """Shows tools, so many side by side, and which of them is in use. `chosen` names the one a person picked."""

    chosen = Signal(str)

    def __init__(self, columns: int = 2) -> None:
        super().__init__()
        self._columns = columns
        self.setObjectName("body")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self.buttons: dict[str, QPushButton] = {}

    def set_tools(self, tools: Sequence[Tool], in_use: str) -> None:
        """Show these tools, and which of them is in use ("" for none)."""
        if list(self.buttons) != [tool.key for tool in tools]:
            self._rebuild(tools)
        for tool in tools:
            made = self.buttons[tool.key]
            made.setText(tool.words)
            made.setToolTip(tool.help)
            made.setAccessibleDescription(tool.help)
            made.setIcon(swatch(tool.colour))
            made.setChecked(tool.key == in_use)

    def _rebuild(self, tools: Sequence[Tool]) -> None:
        for old in self.buttons.values():
            self._grid.removeWidget(old)
            old.deleteLater()
        self.buttons = {}
        for index, tool in enumerate(tools):
            made = QPushButton()
            made.setCheckable(True)
            # Painting goes on with the keyboard: a click here must not take the keys away from the canvas.
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.clicked.connect(lambda _=False, key=tool.key: self.chosen.emit(key))
            self._grid.addWidget(made, index // self._columns, index % self._columns)
            self.buttons[tool.key] = made
        tab_again(self)


def swatch(colour: str) -> QIcon:
    """A square of this colour; nothing for ""."""
    if not colour:
        return QIcon()
    pixmap = QPixmap(SIDE, SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(1, 1, SIDE - 2, SIDE - 2, 3, 3)
    painter.end()
    return QIcon(pixmap)
