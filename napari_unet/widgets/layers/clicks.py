"""Clicks on a cell of the labels: a double click takes it as right, a right click says that it is none."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.components import ViewerModel
from napari.layers import Labels

from napari_unet.widgets.layers.canvas import Canvas
from napari_unet.widgets.layers.given import say

if TYPE_CHECKING:
    from napari_unet.session import Session

RIGHT = 2
STILL = 3
"""A mouse that moves further than this between press and release, in pixels of the screen, drags."""

CLICKS = (
    ("Double click", "Take the cell under the mouse as right"),
    ("Right click", "The cell under the mouse is none: background"),
)
"""For the list of keys; both while the picture can be moved, and the labels are on show."""


class CellClicks:
    """Listens to the canvas while the hand is `free`. Where a click hits no cell, napari does what it always does."""

    def __init__(self, viewer: ViewerModel, canvas: Canvas, session: Session, free: Callable[[], bool]) -> None:
        self._canvas, self._session, self._free = canvas, session, free
        self._theirs = list(viewer.mouse_double_click_callbacks)
        viewer.mouse_double_click_callbacks[:] = [self._on_double_click]
        viewer.mouse_drag_callbacks.append(self._on_press)

    def close(self, viewer: ViewerModel) -> None:
        """Give the mouse back."""
        viewer.mouse_double_click_callbacks[:] = self._theirs
        if self._on_press in viewer.mouse_drag_callbacks:
            viewer.mouse_drag_callbacks.remove(self._on_press)

    def accept(self, place: tuple[float, ...]) -> bool:
        """Take what is at a place of the world into the annotation as truth; whether there was anything."""
        return self._say(place, True)

    def reject(self, place: tuple[float, ...]) -> bool:
        """Let what is at a place of the world be background in the annotation; whether there was anything."""
        return self._say(place, False)

    def _on_double_click(self, viewer: ViewerModel, event: Any) -> None:
        if event.button != RIGHT and not event.modifiers and self.accept(event.position):
            return  # napari would zoom in
        for callback in self._theirs:
            callback(viewer, event)

    def _on_press(self, viewer: ViewerModel, event: Any) -> Generator[None, None, None]:
        if event.button != RIGHT or event.modifiers:
            return
        began, moved = np.array(event.pos, float), 0.0
        yield
        while event.type == "mouse_move":
            moved = max(moved, float(np.abs(np.array(event.pos) - began).max()))
            yield
        if max(moved, float(np.abs(np.array(event.pos) - began).max())) <= STILL:
            self.reject(event.position)

    def _say(self, place: tuple[float, ...], right: bool) -> bool:
        labels, annotation = self._canvas.numbers("labels"), self._canvas.numbers("annotation")
        if labels is None or annotation is None or not self._means_something(labels, annotation):
            return False
        self._canvas.stack.activate(annotation)  # so that undo takes this back
        at = tuple(round(float(part)) for part in labels.world_to_data(tuple(place[-labels.ndim :])))
        return say(self._canvas, self._session, at, right)

    def _means_something(self, labels: Labels, annotation: Labels) -> bool:
        """Whether a click can mean a cell now."""
        active = self._canvas.viewer.layers.selection.active
        if not annotation.editable or not labels.visible or not self._free():
            return False
        return (active is None or str(active.mode) == "pan_zoom") and self._canvas.viewer.dims.ndisplay == 2
