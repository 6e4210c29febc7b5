"""A quiet frame around a widget, to point at it. Mouse and keyboard go through it."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QEvent, QObject, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QWidget

from napari_unet.widgets.look import Look

ROOM, THICK, ROUND = 3, 2, 5
"""Pixels between the widget and the frame's outer edge, its thickness and the radius of its corners."""

FOLLOWED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Ring(QWidget):
    """Stands beside the widget in its parent and goes where it goes, also out of sight."""

    def __init__(self, around: QWidget, look: Callable[[], Look]) -> None:
        super().__init__(around.parentWidget())
        self.around, self._look = around, look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        around.installEventFilter(self)
        self._follow()

    def end(self) -> None:
        """Point at nothing any more."""
        self.around.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go where the widget goes."""
        if event.type() in FOLLOWED:
            self._follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, in the theme of the moment."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._look().good), THICK))
        half = THICK / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), ROUND, ROUND)
        painter.end()

    def _follow(self) -> None:
        """At the rim of its parent the frame lies on the widget's own edge, so that all of it can be seen."""
        above = self.parentWidget()
        assert above is not None
        self.setGeometry(self.around.geometry().adjusted(-ROOM, -ROOM, ROOM, ROOM).intersected(above.rect()))
        self.setVisible(not self.around.isHidden())
        self.raise_()
