"""Hands for a window: they click and paint with real mouse events, wait, and take pictures of what is to be seen.

The journey without a screen and the tests of the real window use the same hands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QAbstractSpinBox, QApplication, QListWidget, QScrollArea, QWidget

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Layer

LEFT = Qt.MouseButton.LeftButton
SETTLE = 0.15
"""Seconds in which a window draws what has changed."""

FRAME = 60
"""Milliseconds between two places of a moving mouse: napari looks at it at most once a frame."""

Place = tuple[float, float]
"""A place in a picture, (y, x) in its pixels."""


class Hands:
    """The hands of a person at this viewer."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    @property
    def canvas(self) -> QWidget:
        """The widget pictures are drawn on."""
        native: QWidget = self.viewer.window._qt_viewer.canvas.native
        return native

    def wait(self, until: Callable[[], Any], seconds: float, what: str) -> None:
        """Let the window live until something is so. Raises TimeoutError, which says what was waited for."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise TimeoutError(f"After {seconds:g} s still waiting for {what}.")
            QTest.qWait(20)

    def settle(self, seconds: float = SETTLE) -> None:
        """Let the window draw."""
        QTest.qWait(int(seconds * 1000))

    def click(self, button: QWidget) -> None:
        """Click the middle of a button, after scrolling to it as a person would."""
        self.reveal(button)
        if not button.isEnabled():
            raise ValueError(f"The button {button.property('text')!r} cannot be pressed now.")
        QTest.mouseClick(button, LEFT, pos=button.rect().center())
        self.settle()

    def choose(self, rows: QListWidget, text: str) -> None:
        """Click the row of a list that says `text`."""
        item = rows.findItems(text, Qt.MatchFlag.MatchExactly)[0]
        self.reveal(rows)
        rows.scrollToItem(item)
        QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualItemRect(item).center())
        self.settle()

    def type(self, box: QAbstractSpinBox, number: float) -> None:
        """Type a number into a box and leave it."""
        self.reveal(box)
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, f"{number:g}")
        QTest.keyClick(box, Qt.Key.Key_Return)
        self.settle()

    def reveal(self, widget: QWidget) -> None:
        """Scroll the panel until the widget is in sight."""
        above = widget.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
            self.settle()

    def stroke(self, layer: Layer, places: Sequence[Place]) -> None:
        """Press the mouse at the first place of a layer, drag it over the others, and let go at the last."""
        points = [self._point(layer, place) for place in places]
        self._come_to(points[0])
        QTest.mousePress(self.canvas, LEFT, pos=points[0])
        for point in points[1:]:
            self._drag_to(point)
            QTest.qWait(FRAME)
        QTest.mouseRelease(self.canvas, LEFT, pos=points[-1])
        self.settle()

    def touch(self, layer: Layer, place: Place) -> None:
        """Click on a place of a layer."""
        point = self._point(layer, place)
        self._come_to(point)
        QTest.mouseClick(self.canvas, LEFT, pos=point)
        self.settle()

    def press(self, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
        """Press a key over the picture, with others held."""
        modifiers = Qt.KeyboardModifier.NoModifier
        for one in held:
            modifiers |= one
        QTest.keyClick(self.canvas, key, modifiers)
        self.settle()

    def picture(self, path: Path) -> Path:
        """Save what the whole window shows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.wave_away()
        self.settle()
        self.viewer.screenshot(str(path), canvas_only=False, flash=False)
        return path

    def wave_away(self) -> None:
        """Close the notices that napari shows over the picture."""
        for widget in self.viewer.window._qt_window.findChildren(QWidget):
            if type(widget).__name__ == "NapariQtNotification":
                widget.close()

    def _come_to(self, point: QPoint) -> None:
        """Move the mouse there and rest: where it was before must have been heard of before a button is pressed."""
        QTest.mouseMove(self.canvas, point)
        self.settle()

    def _drag_to(self, point: QPoint) -> None:
        """Move with the left button held, as a real mouse tells it: Qt's test tools do not say which one is."""
        at, on_screen = QPointF(point), QPointF(self.canvas.mapToGlobal(point))
        still, none = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, at, on_screen, none, LEFT, still)
        QApplication.sendEvent(self.canvas, event)

    def _point(self, layer: Layer, place: Place) -> QPoint:
        """Where a place of a layer is on the canvas, by the camera."""
        camera, size = self.viewer.scene.camera, self.canvas.size()
        world, zoom = layer.data_to_world(place)[-2:], camera.zoom
        y, x = (zoom * (float(side) - float(middle)) for side, middle in zip(world, camera.center[-2:], strict=True))
        return QPoint(round(size.width() / 2 + x), round(size.height() / 2 + y))
