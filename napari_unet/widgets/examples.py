"""Random examples as the network gets them: a sheet of tiles with what was painted outlined."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import Qt
from qtpy.QtGui import QImage, QPixmap
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.look import tag

TILE, GAP = 150, 4
"""Side of a tile and room between two, in pixels of the screen."""

OUTLINE = (230, 159, 0)
"""Orange: seen on grey by everybody."""


class Examples(Dialog):
    """Shows examples, (N, C + 1, P, P) float32; the last plane is 1 on outlines."""

    def __init__(self, examples: NDArray[np.floating[Any]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("What the network learns from")
        lead = QLabel(
            f"{len(examples)} random examples, changed at random as in training. What was painted is outlined.",
            wordWrap=True,
        )
        tag(lead, tone="quiet")
        self.sheet = QLabel()
        self.sheet.setPixmap(QPixmap.fromImage(_image(sheet(examples))))
        self.sheet.setAccessibleName(lead.text())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(lead)
        layout.addWidget(self.sheet)


def sheet(examples: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """All tiles in rows, (Y, X, 3) uint8. Channels beyond red, green and blue are averaged into grey."""
    columns = max(1, math.ceil(math.sqrt(len(examples))))
    rows = max(1, math.ceil(len(examples) / columns))
    page = np.zeros((rows * (TILE + GAP) - GAP, columns * (TILE + GAP) - GAP, 3), np.uint8)
    page[:] = 60
    for index, example in enumerate(examples):
        y, x = (TILE + GAP) * (index // columns), (TILE + GAP) * (index % columns)
        page[y : y + TILE, x : x + TILE] = _tile(example)
    return page


def _tile(example: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    picture, outline = example[:-1], example[-1] > 0.5
    colours = picture if len(picture) == 3 else np.repeat(picture.mean(axis=0, keepdims=True), 3, axis=0)
    tile = np.moveaxis((np.clip(colours, 0, 1) * 255).astype(np.uint8), 0, -1).copy()
    side = tile.shape[0]
    places = np.arange(TILE) * side // TILE
    shown = tile[np.ix_(places, places)]
    # An outline is one pixel wide: of a larger tile, take it where any pixel that is left out has it.
    edges = np.zeros((TILE, TILE), bool)
    ys, xs = np.nonzero(outline)
    edges[ys * TILE // side, xs * TILE // side] = True
    shown[edges] = OUTLINE
    return shown


def _image(page: NDArray[np.uint8]) -> QImage:
    page = np.ascontiguousarray(page)
    height, width, _ = page.shape
    return QImage(page.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def show_examples(parent: QWidget, examples: NDArray[np.floating[Any]]) -> Examples:
    """Show the sheet beside `parent`."""
    dialog = Examples(examples, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog
