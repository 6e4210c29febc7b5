"""A plot of measurements: a histogram, or one quantity over another; a click on it names objects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_unet.widgets.look import Look

Values = NDArray[np.float64]

BARS = 40
POINT = 7
AXIS_WIDTH = 52
MOST_POINTS = 20_000
"""More are drawn as a part of them: the plot stays quick, and looks the same."""


class Scatter(QWidget):
    """Shows `x` as a histogram, or `y` over `x`. pyqtgraph is imported when the first one is shown.

    `clicked` carries the rows of the objects under the mouse: those of a bar, or of the points there.
    """

    clicked = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        import pyqtgraph

        self._pg: Any = pyqtgraph
        self._look = look
        self._x: Values = np.empty(0)
        self._edges: Values = np.empty(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.view = pyqtgraph.GraphicsLayoutWidget()
        self.view.setBackground(look.background)
        # A bare box and axes: pyqtgraph's PlotWidget brings menus that outlive it.
        self.box = pyqtgraph.ViewBox(enableMenu=False)
        self.view.addItem(self.box, row=0, col=1)
        self.axes = {side: self._axis(side, place) for side, place in (("left", (0, 0)), ("bottom", (1, 1)))}
        self.bars = pyqtgraph.BarGraphItem(
            x=[], height=[], width=1, brush=look.good, pen=pyqtgraph.mkPen(look.background)
        )
        self.points = pyqtgraph.ScatterPlotItem(
            size=POINT, pen=None, brush=pyqtgraph.mkBrush(look.good), hoverable=True, hoverBrush=look.notice
        )
        self.chosen = pyqtgraph.ScatterPlotItem(size=POINT + 5, brush=None, pen=pyqtgraph.mkPen(look.notice, width=2))
        for item in (self.bars, self.points, self.chosen):
            self.box.addItem(item)
        self.points.sigClicked.connect(self._on_points)
        self.view.scene().sigMouseClicked.connect(self._on_click)
        layout.addWidget(self.view)

    def show_histogram(self, x: Values, title: str) -> None:
        """How many objects have which value; objects without one are left out."""
        self._x = x
        finite = x[np.isfinite(x)]
        counts, self._edges = np.histogram(finite, bins=min(BARS, max(len(np.unique(finite)), 1)))
        width = np.diff(self._edges)
        self.bars.setOpts(x=self._edges[:-1] + width / 2, height=counts, width=width)
        self.points.setData([], [])
        self._show(title, "objects")

    def show_points(self, x: Values, y: Values, titles: tuple[str, str]) -> None:
        """One point an object."""
        self._x, self._edges = x, np.empty(0)
        rows = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        rows = rows[:: -(-len(rows) // MOST_POINTS) or 1]
        self.bars.setOpts(x=[], height=[], width=1)
        self.points.setData(x=x[rows], y=y[rows], data=rows)
        self._show(*titles)

    def mark(self, x: float, y: float | None) -> None:
        """Ring the point of an object; a histogram has none."""
        if y is None or not np.isfinite([x, y]).all():
            self.chosen.setData([], [])
        else:
            self.chosen.setData([x], [y])

    def rows_at(self, x: float) -> NDArray[np.intp]:
        """The rows of the objects in the bar over `x`."""
        bar = int(np.searchsorted(self._edges, x, side="right")) - 1
        if not 0 <= bar < len(self._edges) - 1:
            return np.empty(0, np.intp)
        last = bar == len(self._edges) - 2
        below = self._x <= self._edges[bar + 1] if last else self._x < self._edges[bar + 1]
        return np.flatnonzero((self._x >= self._edges[bar]) & below)

    def _show(self, bottom: str, left: str) -> None:
        self.chosen.setData([], [])
        for side, text in (("bottom", bottom), ("left", left)):
            self.axes[side].setLabel(text, color=self._look.text)
        self.box.enableAutoRange()

    def _axis(self, side: str, place: tuple[int, int]) -> Any:
        pen = self._pg.mkPen(self._look.line)
        axis = self._pg.AxisItem(side, pen=pen, textPen=self._pg.mkPen(self._look.quiet))
        axis.enableAutoSIPrefix(False)
        axis.setStyle(tickFont=self.font(), tickLength=-4)
        if side == "left":
            axis.setWidth(AXIS_WIDTH)
        axis.linkToView(self.box)
        self.view.addItem(axis, row=place[0], col=place[1])
        return axis

    def _on_points(self, _item: Any, points: Any, _event: Any) -> None:
        if len(points):
            self.clicked.emit(np.array([int(point.data()) for point in points], np.intp))

    def _on_click(self, event: Any) -> None:
        """A click into the column of a bar: low bars are hard to hit."""
        if len(self._edges) and self.box.sceneBoundingRect().contains(event.scenePos()):
            rows = self.rows_at(self.box.mapSceneToView(event.scenePos()).x())
            if len(rows):
                self.clicked.emit(rows)
