"""What sections and dialogs are put together from: rows, buttons with a sentence of help, lines of text."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtGui import QPainter, QPaintEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStyleOption, QToolButton, QWidget

from napari_unet.widgets.look import tag

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def row(*widgets: QWidget | None, spacing: int = 6) -> QHBoxLayout:
    """Widgets side by side; None is room that grows."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget)
    return layout


def boxed(layout: QHBoxLayout) -> QWidget:
    """A row that can be hidden."""
    made = QWidget()
    made.setObjectName("body")
    made.setLayout(layout)
    return made


def button(words: str, help: str, action: Callable[[], object]) -> QPushButton:  # noqa: A002  (the word used everywhere)
    """A push button with a sentence of help."""
    made = QPushButton(words, toolTip=help)
    made.setAccessibleDescription(help)
    made.clicked.connect(lambda: action())
    return made


def flat(words: str, help: str, action: Callable[[], object] | None = None) -> QToolButton:  # noqa: A002
    """A quiet button with a sentence of help."""
    made = QToolButton(text=words, toolTip=help)
    made.setAccessibleDescription(help)
    tag(made, flat="true")
    if action is not None:
        made.clicked.connect(lambda: action())
    return made


def link(text: str, help: str, action: Callable[[], object] | None = None) -> QToolButton:  # noqa: A002
    """Words to click on, for what is offered but not urged."""
    made = flat(text, help, action)
    tag(made, flat=False, link="true")
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


class Line(QLabel):
    """A line of text without line breaks, which ends in … where there is no room for all of it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as there is room for."""
        option, room = QStyleOption(), self.contentsRect()
        option.initFrom(self)
        painter = QPainter(self)
        painter.setPen(option.palette.color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _LEFT, shown)
        painter.end()


def words(text: str = "", tone: str = "quiet", *, wrap: bool = True) -> QLabel:
    """Text; `tone` is "quiet", "title", "bad" or "empty". Without `wrap`, one line of it."""
    made = QLabel(text, wordWrap=True) if wrap else Line(text)
    tag(made, tone=tone)
    if not wrap:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return made
