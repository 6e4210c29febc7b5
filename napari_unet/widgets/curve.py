"""The learning curve: loss falling, score rising, drawn while training runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_unet.widgets.look import Look

if TYPE_CHECKING:
    from napari_unet.session.job import Curve

HEIGHT = 134
AXIS_WIDTH = 30
DRAWN = 400
"""Loss is averaged down to this many points, so that drawing stays quick however long training runs."""


class CurvePlot(QWidget):
    """Shows a curve. pyqtgraph is imported when the first one is shown: it takes half a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.legend = QLabel()
        self._layout.addWidget(self.legend)
        self.setFixedHeight(HEIGHT)
        self.setVisible(False)
        self._view: Any = None
        self.loss: Any = None
        self.score: Any = None

    def prepare(self, look: Look) -> None:
        """Make the empty plot in these colours."""
        import pyqtgraph

        if self._view is not None:
            self._layout.removeWidget(self._view)
            self._view.deleteLater()
        self._view = pyqtgraph.GraphicsLayoutWidget()
        self._view.setBackground(look.background)
        self._view.ci.setContentsMargins(0, 4, 0, 0)
        # Bare boxes and axes: pyqtgraph's PlotWidget brings menus that outlive it.
        losses = self._box(pyqtgraph)
        scores = self._box(pyqtgraph)
        scores.setYRange(0.0, 1.0)
        scores.setXLink(losses)
        self._view.addItem(losses, row=0, col=1)
        self._view.scene().addItem(scores)
        losses.sigResized.connect(lambda: scores.setGeometry(losses.sceneBoundingRect()))
        for side, colour, box, row, col in (
            ("left", look.quiet, losses, 0, 0),
            ("right", look.good, scores, 0, 2),
            ("bottom", look.quiet, losses, 1, 1),
        ):
            axis = pyqtgraph.AxisItem(side, pen=pyqtgraph.mkPen(look.line), textPen=pyqtgraph.mkPen(colour))
            axis.setStyle(tickFont=self.font(), maxTickLevel=0, tickLength=-4)
            if side != "bottom":
                axis.setWidth(AXIS_WIDTH)
            axis.linkToView(box)
            self._view.addItem(axis, row=row, col=col)
        self.loss = pyqtgraph.PlotDataItem(pen=pyqtgraph.mkPen(look.quiet, width=1.5))
        self.score = pyqtgraph.PlotDataItem(
            pen=pyqtgraph.mkPen(look.good, width=2), symbol="o", symbolSize=5, symbolBrush=look.good, symbolPen=None
        )
        losses.addItem(self.loss)
        scores.addItem(self.score)
        self._layout.addWidget(self._view)

    def set_curve(self, curve: Curve, look: Look) -> None:
        """Show this curve; hidden while it has no point."""
        self.setVisible(bool(curve.steps))
        if not curve.steps:
            return
        if self._view is None:
            self.prepare(look)
        self.loss.setData(*thinned(curve.steps))
        self.score.setData(*thinned(curve.epochs))
        loss, score = _key(look.quiet, "loss (left)"), _key(look.good, f"{curve.score_name} (right)")
        self.legend.setText(f"{loss} &nbsp; {score if curve.epochs else ''}")
        self.setToolTip(
            "Loss: how wrong the model is on what it learns from; lower is better.\n"
            f"{curve.score_name}: how right it is on the pictures kept for measuring; higher is better, 1 is perfect."
        )

    def recolour(self, curve: Curve, look: Look) -> None:
        """Draw anew in other colours."""
        if self._view is not None:
            self.prepare(look)
            self.set_curve(curve, look)

    @staticmethod
    def _box(pyqtgraph: Any) -> Any:
        return pyqtgraph.ViewBox(enableMenu=False, enableMouse=False)


def _key(colour: str, words: str) -> str:
    return f'<span style="color:{colour}">━ {words}</span>'


def thinned(points: Sequence[tuple[float, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most `DRAWN` points, each the mean of its neighbours: (x, y)."""
    if not points:
        return np.empty(0), np.empty(0)
    array = np.asarray(points, dtype=np.float64)
    pieces = np.array_split(array, min(len(array), DRAWN))
    means = np.array([piece.mean(axis=0) for piece in pieces])
    return means[:, 0], means[:, 1]
