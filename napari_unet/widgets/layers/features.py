"""What is measured of the objects, as the features table of our labels layer: napari shows it under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_unet.core.measuring import Measurements
from napari_unet.widgets.layers.canvas import Canvas
from napari_unet.widgets.layers.pointer import Pointer

if TYPE_CHECKING:
    from napari_unet.session import Session

NUMBER = "index"
"""The column by which napari finds the object's row."""


class Features:
    """Keeps the table of the labels layer as new as the measurements, and goes to an object of it."""

    def __init__(self, canvas: Canvas, session: Session) -> None:
        self._canvas, self._session = canvas, session
        self._pointer = Pointer(canvas)

    def refresh(self) -> None:
        """Give the labels layer what is measured now; an empty table while nothing is."""
        layer = self._canvas.numbers("labels")
        if layer is None:
            return
        name = self._session.current
        measured = None if name is None else self._session.measurements(name)
        layer.features = {} if measured is None else table_of(measured)
        if name is not None:
            self._canvas.look.draw(layer, "labels", name)

    def go_to(self, measured: Measurements, row: int) -> None:
        """Take an object in the hand and bring it into sight: its plane, and a ring around its place."""
        layer = self._canvas.numbers("labels")
        if layer is None:
            return
        layer.selected_label = int(measured.numbers[row])
        self._pointer.show(tuple(round(float(at)) for at in measured.places()[row]))

    def close(self) -> None:
        """Take the table and the ring away."""
        self._pointer.hide()
        self.clear()

    def clear(self) -> None:
        """Take the table away: what it says is not known to be true any more."""
        if (layer := self._canvas.numbers("labels")) is not None:
            layer.features = {}
            if self._session.current is not None:
                self._canvas.look.draw(layer, "labels", self._session.current)


def table_of(measured: Measurements) -> dict[str, Any]:
    """The columns as napari wants them, by their titles; the number of each object is its index."""
    columns = {measured.titles[name]: np.asarray(column) for name, column in measured.columns.items()}
    columns.pop("number")
    return {NUMBER: measured.numbers, **columns}
