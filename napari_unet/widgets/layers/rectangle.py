"""A rectangle the person draws once, on a layer that is there only while it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from napari.layers import Shapes
from numpy.typing import NDArray

from napari_unet.widgets.layers.canvas import Canvas
from napari_unet.widgets.layers.making import OWNER

Box = tuple[slice, slice]
THINNEST = 2
"""A rectangle thinner than this, in pixels, is a slip of the hand."""


class RectangleTool:
    """Asks for one rectangle; `drawn` is called with it in pixels, or with None when there was none."""

    def __init__(self, canvas: Canvas, drawn: Callable[[Box | None], None]) -> None:
        self._canvas, self._drawn = canvas, drawn
        self._layer: Shapes | None = None

    def start(self) -> None:
        """Put the layer to draw on over the others."""
        labels = self._canvas.numbers("labels")
        if labels is None:
            self._drawn(None)
            return
        self._layer = Shapes(
            ndim=2,
            name="rectangle to accept",
            edge_width=2,
            edge_color="white",
            face_color="#ffffff20",
            scale=labels.scale[-2:],
            units=labels.units[-2:],
            axis_labels=labels.axis_labels[-2:],
            metadata={OWNER: {"role": "rectangle"}},
        )
        self._canvas.stack.add(self._layer)
        self._canvas.stack.activate(self._layer)
        self._layer.mode = "add_rectangle"
        self._layer.events.data.connect(self._on_data)

    def cancel(self) -> None:
        """Call it off."""
        if self._layer is not None:
            self._put_away()

    def _on_data(self, event: Any) -> None:
        if self._layer is None or str(getattr(event, "action", "")) not in ("added", "ActionType.ADDED"):
            return
        labels = self._canvas.numbers("labels")
        box = None if labels is None else box_in(np.asarray(self._layer.data[-1]), labels.data.shape)
        self._put_away()
        self._drawn(box)

    def _put_away(self) -> None:
        layer, self._layer = self._layer, None
        if layer is not None:
            layer.events.data.disconnect(self._on_data)
        self._canvas.stack.remove("rectangle")
        if (labels := self._canvas.numbers("labels")) is not None:
            self._canvas.stack.activate(labels)


def box_in(corners: NDArray[np.floating], shape: tuple[int, ...]) -> Box | None:
    """The pixels (Y, X) inside a rectangle of corners (4, 2), cut to the picture; None when it is too thin."""
    low = np.maximum(np.ceil(corners.min(axis=0)), 0).astype(int)
    high = np.minimum(np.floor(corners.max(axis=0)) + 1, shape[-2:]).astype(int)
    if np.any(high - low < THINNEST):
        return None
    return slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1]))
