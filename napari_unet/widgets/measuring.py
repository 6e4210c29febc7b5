"""The measurements of the picture on show: a plot, and from a bar or point of it to the objects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from napari_unet.core.measuring import Measurements
from napari_unet.core.wording import counted
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.layers.features import Features
from napari_unet.widgets.parts import row, words
from napari_unet.widgets.placing import beside
from napari_unet.widgets.scatter import Scatter

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench

HOW_MANY = "how many"
LETTERS = 18
"""That a box with quantities has room for: it is empty when first shown, and the panel's style overrules widths."""

WAITING = "Measuring…"
NO_LABELS = "Segment this picture first; its objects can then be measured."
HINT = "Click a bar or a point to go to the object."

HELP = "Size, shape and brightness of every object, as a plot that leads to them; also shown under the mouse."


class MeasuringWindow(Dialog):
    """One quantity as a histogram, or over another. Measures while it is open, and follows the labels."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Measurements")
        self.resize(520, 430)
        self._bench, self._session = bench, bench.session
        self._measured: Measurements | None = None
        self._rows: NDArray[np.intp] = np.empty(0, np.intp)
        self._at = -1
        self.features = Features(bench.canvas, bench.session)
        self.across, self.up = QComboBox(), QComboBox()
        self.across.setAccessibleName("Quantity")
        self.up.setAccessibleName("Over which")
        for box in (self.across, self.up):
            box.setMinimumContentsLength(LETTERS)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.currentIndexChanged.connect(self._draw)
        self.plot = Scatter(bench.look)
        self.plot.clicked.connect(self._take)
        self.line = words(WAITING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addLayout(row(self.up, words("over"), self.across, None))
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.line)
        for signal, slot in (
            (self._session.measured, self._on_measured),
            (self._session.current_changed, self._on_current),
            (self._session.labels_changed, self._on_labels),
        ):
            signal.connect(slot)
            self.destroyed.connect(partial(signal.disconnect, slot, missing_ok=True))
        self._session.set_measuring(True)

    def closeEvent(self, event: object) -> None:
        """Measure no more."""
        self._session.set_measuring(False)
        self.features.close()
        super().closeEvent(event)

    def _on_current(self) -> None:
        self._measured = None
        self.features.clear()
        self._draw()  # what was drawn is of another picture
        self.line.setText(WAITING)

    def _on_labels(self, name: str) -> None:
        """The numbers may mean other objects now: better no table than a wrong one."""
        if name == self._session.current:
            self.features.clear()

    def _on_measured(self, _name: str) -> None:
        name = self._session.current
        self._measured = None if name is None else self._session.measurements(name)
        self.features.refresh()
        self._fill()
        self._draw()

    def _fill(self) -> None:
        """Offer what is measured; what was chosen stays, where it is still there."""
        if self._measured is None:
            return
        names = [name for name in self._measured.columns if name != "label"]
        for box, first in ((self.across, []), (self.up, [""])):
            chosen = box.currentData()
            box.blockSignals(True)
            box.clear()
            for name in (*first, *names):
                box.addItem(self._measured.titles[name] if name else HOW_MANY, name)
            at = box.findData(chosen) if chosen else -1
            box.setCurrentIndex(at if at >= 0 else 0 if first else self._usual(names))
            box.blockSignals(False)

    @staticmethod
    def _usual(names: list[str]) -> int:
        """The size, in the picture's unit where there is one."""
        return max(place for place, name in enumerate(names) if name.startswith(("area", "volume")))

    def _draw(self) -> None:
        self._rows, self._at = np.empty(0, np.intp), -1
        measured = self._measured
        if measured is None or not len(measured):
            self.plot.show_histogram(np.empty(0), "")
            self.line.setText(NO_LABELS if measured is None else "No object was found.")
            return
        x, up = measured.columns[self.across.currentData()].astype(float), self.up.currentData()
        title = self.across.currentText()
        if up:
            self.plot.show_points(x, measured.columns[up].astype(float), (title, self.up.currentText()))
        else:
            self.plot.show_histogram(x, title)
        middle = f"median {np.nanmedian(x):.4g}{_unit(title)}" if np.isfinite(x).any() else ""
        self.line.setText(" · ".join(filter(None, (counted(len(measured), "object"), middle, HINT))))

    def _take(self, rows: NDArray[np.intp]) -> None:
        """Go to the first of the objects that were clicked on, and with each further click to the next."""
        if self._measured is None or not len(rows):
            return
        if not np.array_equal(rows, self._rows):
            self._rows, self._at = rows, -1
        self._at = (self._at + 1) % len(rows)
        self._go(int(rows[self._at]))

    def _go(self, index: int) -> None:
        measured = self._measured
        assert measured is not None
        self.features.go_to(measured, index)
        x, up = measured.columns[self.across.currentData()], self.up.currentData()
        self.plot.mark(float(x[index]), float(measured.columns[up][index]) if up else None)
        of = f" ({self._at + 1} of {len(self._rows)} here; click again for the next)" if len(self._rows) > 1 else ""
        value = f"{self.across.currentText()} {float(x[index]):.4g}"
        self.line.setText(f"Object {measured.numbers[index]}: {value}{of}")


def _unit(title: str) -> str:
    """The unit that stands in brackets behind the name of a quantity, to stand behind its number."""
    _name, bracket, unit = title.rpartition("(")
    return f" {unit.rstrip(')')}" if bracket else ""


def show_measurements(bench: Bench, parent: QWidget) -> MeasuringWindow:
    """Show the measurements; there is one such window."""
    return beside(MeasuringWindow, bench, parent)
