"""The tries of a search: ranked in a table, and their scores over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from napari_unet.core.search.trials import ranked
from napari_unet.core.settings import Plan
from napari_unet.widgets.look import Look
from napari_unet.widgets.wording import duration

if TYPE_CHECKING:
    from napari_unet.core.search.report import TrialDone

AXIS = 30


class TriesTable(QTableWidget):
    """The best on top."""

    def __init__(self) -> None:
        super().__init__(0, 1)
        self.setAccessibleName("Settings that were tried, the best first")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalHeaderLabels(["Score"])
        vertical, horizontal = self.verticalHeader(), self.horizontalHeader()
        assert vertical is not None
        assert horizontal is not None
        vertical.hide()
        horizontal.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        horizontal.setStretchLastSection(True)
        self._tries: tuple[TrialDone, ...] = ()

    def best(self) -> int:
        """The number of the best try; 0 while there is none."""
        return ranked(self._tries)[0].number if self._tries else 0

    def set_tries(self, tries: Sequence[TrialDone]) -> None:
        """Show these tries."""
        if tuple(tries) == self._tries:
            return
        self._tries = tuple(tries)
        names = list(dict.fromkeys(name for one in tries for name in one.values))
        titles = {item.name: item.label for group in Plan.GROUPS.values() for item in group.options()}
        self.setColumnCount(4 + len(names))
        self.setHorizontalHeaderLabels(["Try", "Score", *(titles.get(name, name) for name in names), "Time", ""])
        self.setRowCount(len(tries))
        for row, one in enumerate(ranked(tries)):
            note = one.failed or ("given up early" if one.pruned else "")
            score = "–" if one.failed else f"{one.score:.3f}"
            values = (_shown(one.values.get(name)) for name in names)
            cells = [f"{one.number}", score, *values, duration(one.seconds), note]
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(note)
                if column < len(cells) - 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else "" if value is None else str(value)


class TriesPlot(QWidget):
    """The score of each try after each of its epochs; the best one stands out."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        import pyqtgraph  # only here: it takes half a second

        self._pyqtgraph, self._look = pyqtgraph, look
        self.setMinimumHeight(140)
        self.setToolTip("The score of each try after each of its epochs; the best one stands out.")
        view = pyqtgraph.GraphicsLayoutWidget()
        view.setBackground(look.background)
        self._box = pyqtgraph.ViewBox(enableMenu=False, enableMouse=False)
        self._box.setYRange(0.0, 1.0)
        view.addItem(self._box, row=0, col=1)
        for side, row, col in (("left", 0, 0), ("bottom", 1, 1)):
            axis = pyqtgraph.AxisItem(
                side, pen=pyqtgraph.mkPen(look.line), textPen=pyqtgraph.mkPen(look.quiet), maxTickLength=-4
            )
            axis.linkToView(self._box)
            if side == "left":
                axis.setWidth(AXIS)
            view.addItem(axis, row=row, col=col)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(view)
        self.lines: dict[int, Any] = {}

    def set_curves(self, curves: Mapping[int, Sequence[tuple[float, float]]], best: int) -> None:
        """Show these curves, by the numbers of the tries."""
        for number in [number for number in self.lines if number not in curves]:
            self._box.removeItem(self.lines.pop(number))
        for number, points in curves.items():
            if number not in self.lines:
                self.lines[number] = self._pyqtgraph.PlotDataItem()
                self._box.addItem(self.lines[number])
            colour, width = (self._look.good, 2.5) if number == best else (self._look.quiet, 1)
            self.lines[number].setPen(self._pyqtgraph.mkPen(colour, width=width))
            self.lines[number].setData([x for x, _ in points], [y for _, y in points])
