"""The learning curve: loss falling, score rising, drawn while training runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_unet.widgets.look import Look

if TYPE_CHECKING:
    from napari_unet.session.job import Curve

HEIGHT = 128
DRAWN = 400
"""Loss is averaged down to this many points, so that drawing stays quick however long training runs."""


class CurvePlot(QWidget):
    """Shows a curve. pyqtgraph is imported when the first one is shown: it takes half a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setFixedHeight(HEIGHT)
        self.setVisible(False)
        self._plot: Any = None
        self._score_view: Any = None
        self._loss: Any = None
        self._score: Any = None

    def prepare(self, look: Look) -> None:
        """Make the empty plot in these colours."""
        import pyqtgraph

        if self._plot is not None:
            self._layout.removeWidget(self._plot)
            self._plot.deleteLater()
        self._plot = pyqtgraph.PlotWidget(background=look.background)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        item = self._plot.getPlotItem()
        item.showAxis("right")
        for side in ("left", "right", "bottom"):
            axis = item.getAxis(side)
            axis.setPen(pyqtgraph.mkPen(look.line))
            axis.setTextPen(pyqtgraph.mkPen(look.quiet))
            axis.setStyle(tickFont=self.font(), maxTickLevel=0)
        item.getAxis("left").setTextPen(pyqtgraph.mkPen(look.quiet))
        item.getAxis("right").setTextPen(pyqtgraph.mkPen(look.good))
        self._loss = item.plot(pen=pyqtgraph.mkPen(look.quiet, width=1.5))
        self._score_view = pyqtgraph.ViewBox()
        self._score_view.setMouseEnabled(x=False, y=False)
        item.scene().addItem(self._score_view)
        item.getAxis("right").linkToView(self._score_view)
        self._score_view.setXLink(item)
        self._score_view.setYRange(0.0, 1.0)
        self._score = pyqtgraph.PlotDataItem(
            pen=pyqtgraph.mkPen(look.good, width=2), symbol="o", symbolSize=5, symbolBrush=look.good, symbolPen=None
        )
        self._score_view.addItem(self._score)
        item.vb.sigResized.connect(lambda: self._score_view.setGeometry(item.vb.sceneBoundingRect()))
        self._layout.addWidget(self._plot)

    def set_curve(self, curve: Curve, look: Look) -> None:
        """Show this curve; hidden while it has no point."""
        self.setVisible(bool(curve.steps))
        if not curve.steps:
            return
        if self._plot is None:
            self.prepare(look)
        self._loss.setData(*thinned(curve.steps))
        steps, scores = thinned(curve.epochs)
        self._score.setData(steps, scores)
        score = f"{curve.score_name} on pictures kept for measuring"
        self.setToolTip(f"Grey, left: loss (lower is better). Blue, right: {score} (higher is better).")

    def recolour(self, curve: Curve, look: Look) -> None:
        """Draw anew in other colours."""
        if self._plot is not None:
            self.prepare(look)
            self.set_curve(curve, look)


def thinned(points: Sequence[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """At most `DRAWN` points, each the mean of its neighbours: (x, y), float64."""
    if not points:
        return np.empty(0), np.empty(0)
    array = np.asarray(points, dtype=np.float64)
    pieces = np.array_split(array, min(len(array), DRAWN))
    means = np.array([piece.mean(axis=0) for piece in pieces])
    return means[:, 0], means[:, 1]
