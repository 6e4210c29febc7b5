"""Clicks on a cell of the labels: a double click takes it as right, a right click says that it is none."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.components import ViewerModel

from napari_unet.core.data.annotation import BACKGROUND
from napari_unet.core.data.object_classes import NONE
from napari_unet.core.data.pieces import Piece, piece_at, truth_of
from napari_unet.widgets.layers.canvas import Canvas

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
        piece = self._piece(place)
        if piece is None:
            return False
        assert self._session.project is not None
        layer = self._canvas.numbers("annotation")
        assert layer is not None
        number = truth_of(piece, np.asarray(layer.data), self._session.project.kind)
        if number is not None:
            self._write(piece, number)
        elif changes := self._class_of(piece, int(layer.data[tuple(along[0] for along in piece.where)])):
            self._canvas.watched.change("annotation", (), 0, changes)
        return True

    def reject(self, place: tuple[float, ...]) -> bool:
        """Let what is at a place of the world be background in the annotation; whether there was anything."""
        piece = self._piece(place)
        if piece is None:
            return False
        self._write(piece, BACKGROUND)
        return True

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

    def _piece(self, place: tuple[float, ...]) -> Piece | None:
        """What lies at a place of the world, while a click there can mean that."""
        labels, annotation = self._canvas.numbers("labels"), self._canvas.numbers("annotation")
        active, project = self._canvas.viewer.layers.selection.active, self._session.project
        if labels is None or annotation is None or project is None or not annotation.editable or not self._free():
            return None
        if not labels.visible or (active is not None and str(active.mode) != "pan_zoom"):
            return None
        if self._canvas.viewer.dims.ndisplay != 2:
            return None
        world = tuple(place[-labels.ndim :])
        at = tuple(round(float(part)) for part in labels.world_to_data(world))
        return piece_at(np.asarray(labels.data), at, project.kind)

    def _write(self, piece: Piece, number: int) -> None:
        """One step that can be undone, told to the session at once; a cell takes its class along."""
        layer = self._canvas.numbers("annotation")
        assert layer is not None
        self._canvas.stack.activate(layer)  # so that undo takes this back
        layer.visible = True
        self._canvas.watched.change("annotation", piece.where, number, self._class_of(piece, number))

    def _class_of(self, piece: Piece, number: int) -> dict[int, int]:
        """What changes in the classes of the annotation when what lies there in the labels gets this number."""
        name = self._session.current
        if name is None or number == BACKGROUND or not self._session.object_classes:
            return {}
        value = self._session.classes(name, "labels").get(piece.number, NONE)
        return {number: value} if value != self._session.classes(name, "annotation").get(number, NONE) else {}
