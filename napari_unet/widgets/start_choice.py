"""What each start sees in the picture on show, side by side; a click on one chooses it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QIcon, QImage, QPixmap
from qtpy.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.look import tag

if TYPE_CHECKING:
    from napari_unet.session import Session
    from napari_unet.session.pointing import SeenStart

TILE = 190
"""Side of a small picture, in pixels of the screen."""

COLUMNS = 3

LEAD = "What each start sees in the middle of this picture, before anything is painted. Click the one that fits best."


class StartChoice(Dialog):
    """One button a start, with its small picture."""

    def __init__(self, starts: Sequence[SeenStart], session: Session, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare starts")
        self._session = session
        lead = QLabel(LEAD, wordWrap=True)
        tag(lead, tone="quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(lead)
        grid = QGridLayout()
        layout.addLayout(grid)
        self.buttons: dict[str, QToolButton] = {}
        for index, start in enumerate(starts):
            self.buttons[start.key] = made = self._button(start)
            grid.addWidget(made, index // COLUMNS, index % COLUMNS)

    def _button(self, start: SeenStart) -> QToolButton:
        made = QToolButton(text=start.words, toolTip=f"Start from {start.words}.")
        made.setAccessibleName(f"Start from {start.words}")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setIcon(QIcon(QPixmap.fromImage(_image(start.tile))))
        made.setIconSize(QSize(TILE, TILE))
        made.setCheckable(True)
        made.setChecked(start.key == self._session.start)
        made.clicked.connect(partial(self._choose, start.key))
        return made

    def _choose(self, key: str, *_: object) -> None:
        self._session.set_start(key)
        self.close()


def _image(tile: NDArray[np.uint8]) -> QImage:
    tile = np.ascontiguousarray(tile)
    height, width, _ = tile.shape
    return QImage(tile.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def show_starts(parent: QWidget, starts: Sequence[SeenStart], session: Session) -> StartChoice:
    """Show the choice beside `parent`."""
    dialog = StartChoice(starts, session, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog
