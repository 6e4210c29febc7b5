"""What part of the picture a person sees: it is answered first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from napari.components import ViewerModel
from napari.layers import Labels
from qtpy.QtCore import QObject, QTimer

from napari_unet.core.data.planes import FLAT
from napari_unet.widgets.layers.canvas import Canvas

if TYPE_CHECKING:
    from napari_unet.session import Session

REST = 150
"""Milliseconds for which the view must rest before it is told."""


class Gaze(QObject):
    """Tells the session when the camera, the plane on show or the size of the window has changed."""

    def __init__(self, viewer: ViewerModel, canvas: Canvas, session: Session) -> None:
        super().__init__()
        self._canvas, self._session = canvas, session
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._timer.timeout.connect(self._tell)
        self._events = (viewer.scene.camera.events, viewer.dims.events.point, viewer.canvas.events.size)
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
        layer, plane = self._canvas.numbers("annotation"), self.plane()
        sides = () if layer is None or plane is None else seen(layer, self._canvas.viewer)
        if plane is None or not sides or any(side.start >= side.stop for side in sides):
            return ()
        return (plane, *(end for side in sides for end in (side.start, side.stop)))

    def place(self) -> tuple[int, ...] | None:
        """Which plane is on show, along ([T,] [Z]): empty of a flat picture, None where it is nothing, or a volume."""
        layer, viewer = self._canvas.numbers("annotation"), self._canvas.viewer
        if layer is None or viewer.dims.ndisplay != 2:
            return None
        at = layer.world_to_data(viewer.dims.point[-layer.ndim :])
        return tuple(
            int(np.clip(round(float(part)), 0, side - 1))
            for part, side in zip(at[:-2], layer.data.shape[:-2], strict=True)
        )

    def plane(self) -> int | None:
        """The same as one number, counted from 0 in the order in which planes are stored; 0 of a flat picture."""
        layer, place = self._canvas.numbers("annotation"), self.place()
        if layer is None or place is None:
            return None
        return int(np.ravel_multi_index(place, layer.data.shape[:-2])) if place else 0

    def _moved(self, _event: Any = None) -> None:
        self._timer.start()

    def _tell(self) -> None:
        self._session.look_at(self.part())


def seen(layer: Labels, viewer: ViewerModel) -> tuple[slice, ...]:
    """The rows and columns of a layer under the pixels of the screen; nothing where no plane of it is looked at.

    Not `layer.corner_pixels`: napari rounds outwards there, so that rows count which nobody sees.
    """
    axes, camera = tuple(viewer.dims.displayed), viewer.scene.camera
    if sorted(axes) != list(range(viewer.dims.ndim))[-FLAT:]:
        return ()
    size = np.array(viewer.canvas.viewbox_size(viewer.layers), float)
    away = (size - 1) / 2 / camera.zoom  # of the middle of the outermost pixels of the screen
    corners = []
    for side in (-away, away):
        place = np.array(viewer.dims.point, float)
        place[list(axes)] = np.array(camera.center[-FLAT:]) + side
        corners.append(layer.world_to_data(place[-layer.ndim :])[-FLAT:])
    low, high = (np.floor(edge(corners, axis=0) + 0.5).astype(int) for edge in (np.min, np.max))
    sides = zip(low.tolist(), high.tolist(), layer.data.shape[-FLAT:], strict=True)
    return tuple(slice(max(0, first), min(last + 1, side)) for first, last, side in sides)
