"""The list of pictures: a mark and a word for the state of each, what was found in it, and what it is kept for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qtpy.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from qtpy.QtGui import QColor, QFont, QPainter
from qtpy.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from napari_unet.core.wording import counted
from napari_unet.widgets.look import MARKS, Look

if TYPE_CHECKING:
    from napari_unet.session.job import PictureRow

ROW, GAP = 26, 12
SHOWN = 8
"""The list grows with its pictures up to this many, then scrolls."""

DATA = Qt.ItemDataRole.UserRole

KEPT = {"validation": "kept for measuring", "test": "kept for testing", "left out": "left out"}
"""What a picture is kept for, in its tooltip."""


class PictureList(QListWidget):
    """Rows of pictures. `chosen` names the picture a person picked; `set_rows` shows what is there."""

    chosen = Signal(str)

    def __init__(self, look: Callable[[], Look], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.setItemDelegate(_Delegate(look, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setAccessibleName("Pictures")
        self.itemClicked.connect(self._picked)
        self.itemActivated.connect(self._picked)

    def set_rows(self, rows: Sequence[PictureRow], current: str | None, noun: str) -> None:
        """Show these pictures; `current` is the one on the canvas, `noun` what is counted in them."""
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        while self.count() < len(rows):
            self.addItem(QListWidgetItem())
        for index, one in enumerate(rows):
            self._fill(self.item(index), one, one.name == current, noun)
        self.setFixedHeight(max(1, min(len(rows), SHOWN)) * ROW + 2)

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts of the panel and of napari, not a search."""

    def _fill(self, item: QListWidgetItem, one: PictureRow, current: bool, noun: str) -> None:
        item.setData(DATA, (one, current, noun))
        text = ", ".join(part for part in (one.name, one.state, found_words(one, noun)) if part)
        item.setText(one.name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        item.setToolTip(", ".join(part for part in (text, KEPT.get(_set_of(one), "")) if part))
        if current and one.name != self._shown:
            self._shown = one.name
            self.setCurrentItem(item)  # once: the keyboard may have moved on since

    def _picked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(DATA)[0].name)


def _set_of(one: PictureRow) -> str:
    """What a picture is kept for; empty when it is learned from."""
    return one.aside or ("validation" if one.validation else "")


def found_words(one: PictureRow, noun: str) -> str:
    """What was painted or found in a picture."""
    if one.objects and noun:
        return counted(one.objects, noun)
    return "predicted" if one.predicted else ""


def row_words(one: PictureRow, noun: str) -> tuple[str, ...]:
    """What a row says beside the name, from the longest to the shortest; the mark and the tooltip always say all."""
    found = found_words(one, noun)
    return (f"{one.state} · {found}", found) if found else (one.state,)


class _Delegate(QStyledItemDelegate):
    """Draws a row: mark, name, state, count, and a tag for a picture that is not learned from."""

    def __init__(self, look: Callable[[], Look], parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        data = index.data(DATA)
        if data is None:
            return
        one, current, noun = data
        look, area = self._look(), option.rect
        painter.save()
        self._background(painter, option, current, look)
        area = area.adjusted(8, 0, -8, 0)
        painter.setPen(QColor(look.state(one.state)))
        painter.drawText(area, _LEFT, MARKS[one.state])
        area.setLeft(area.left() + 20)
        if tag := _set_of(one):
            area = self._tag(painter, area, tag, look)
        painter.setPen(QColor(look.quiet))
        words = self._that_fit(painter, area.width(), one, noun)
        width = painter.fontMetrics().horizontalAdvance(words)
        painter.drawText(area, _RIGHT, words)
        self._name(painter, area.adjusted(0, 0, -width - GAP, 0), one.name, current, look)
        painter.restore()

    @staticmethod
    def _that_fit(painter: QPainter, room: int, one: PictureRow, noun: str) -> str:
        metrics = painter.fontMetrics()
        free = room - metrics.horizontalAdvance(one.name) - GAP
        choices = row_words(one, noun)
        return next((words for words in choices if metrics.horizontalAdvance(words) <= free), choices[-1])

    def _background(self, painter: QPainter, option: QStyleOptionViewItem, current: bool, look: Look) -> None:
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if current or hover:
            painter.fillRect(option.rect, QColor(look.hover if current else look.raised))
        if current or focus:
            edge = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
            painter.fillRect(edge, QColor(look.good if focus else look.accent))

    def _name(self, painter: QPainter, area: QRect, name: str, current: bool, look: Look) -> None:
        font = QFont(painter.font())
        font.setBold(current)
        painter.setFont(font)
        painter.setPen(QColor(look.text))
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, max(area.width(), 20))
        painter.drawText(area, _LEFT, elided)

    def _tag(self, painter: QPainter, area: QRect, text: str, look: Look) -> QRect:
        width = painter.fontMetrics().horizontalAdvance(text) + 10
        box = QRect(area.right() - width, area.center().y() - 8, width, 17)
        painter.setPen(QColor(look.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(look.quiet))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return area.adjusted(0, 0, -width - 8, 0)


_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
