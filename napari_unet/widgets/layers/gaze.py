"""What part of the picture a person sees: it is answered first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from napari.components import ViewerModel
from qtpy.QtCore import QObject, QTimer

from napari_unet.widgets.layers.canvas import Canvas

if TYPE_CHECKING:
    from napari_unet.session import Session

REST = 150
"""Milliseconds for which the view must rest before it is told."""


class Gaze(QObject):
    """Tells the session when the camera or the plane on show has moved."""

    def __init__(self, viewer: ViewerModel, canvas: Canvas, session: Session) -> None:
        super().__init__()
        self._canvas, self._session = canvas, session
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._timer.timeout.connect(self._tell)
        self._events = (viewer.scene.camera.events, viewer.dims.events.point)
        for event in self._events:
            event.connect(self._moved)
        session.current_changed.connect(self._moved)

    def close(self) -> None:
        """Tell nothing any more."""
        self._timer.stop()
        for event in self._events:
            event.disconnect(self._moved)
        self._session.current_changed.disconnect(self._moved)

    def part(self) -> tuple[int, ...]:
        """Plane, top, bottom, left, right of what is on show, in pixels; empty where that is nothing, or a volume."""
        layer, viewer = self._canvas.numbers("annotation"), self._canvas.viewer
        if layer is None or viewer.dims.ndisplay != 2 or layer.ndim not in (2, 3):
            return ()
        (top, left), (bottom, right) = np.asarray(layer.corner_pixels, int)[:, -2:]
        plane = 0
        if layer.ndim > 2:
            plane = round(float(layer.world_to_data(viewer.dims.point[-layer.ndim :])[0]))
        return plane, int(top), int(bottom) + 1, int(left), int(right) + 1

    def _moved(self, _event: Any = None) -> None:
        self._timer.start()

    def _tell(self) -> None:
        self._session.look_at(self.part())
