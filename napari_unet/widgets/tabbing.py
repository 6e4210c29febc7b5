"""The order in which the Tab key goes through controls: as they are read, whenever they were made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLayout, QWidget

ORDERED = "tabbed"
"""The property of a widget that is put in order as a whole."""


def tab_as_read(widget: QWidget) -> None:
    """Let Tab go through everything in a widget in the order of its layouts. Qt's own is that of making."""
    widget.setProperty(ORDERED, True)
    _put_in_order(widget)


def tab_again(widget: QWidget) -> None:
    """Controls in a widget were made anew, which puts them last: put all around them in order."""
    around: QWidget | None = widget
    while around is not None and not around.property(ORDERED):
        around = around.parentWidget()
    _put_in_order(around or widget)


class Returning:
    """Gives the keyboard back to the control that began a job: disabled meanwhile, it would lose it to anywhere.

    Meanwhile `stop` has it, unless the mouse began the job: who paints on would stop it with the space bar.
    """

    def __init__(self, around: QWidget, stop: QWidget) -> None:
        self._around, self._stop = around, stop
        self._from: QWidget | None = None

    def through(self, change: Callable[[], None]) -> None:
        """Make a change that may disable what has the keyboard, or enable it again."""
        had = self._around.window().focusWidget()
        change()
        if had is None:
            return
        if self._around.isAncestorOf(had) and not had.isEnabled() and not had.underMouse() and self._stop.isVisible():
            self._from = had
            self._stop.setFocus()
        elif had is self._stop and self._from is not None and self._from.isEnabled():
            self._from.setFocus()
            self._from = None


def _put_in_order(widget: QWidget) -> None:
    leaves = [leaf for leaf in _leaves(widget) if leaf.focusPolicy() != Qt.FocusPolicy.NoFocus]
    for one, other in pairwise(leaves):
        QWidget.setTabOrder(one, other)


def _leaves(widget: QWidget) -> Iterator[QWidget]:
    """The widgets without a layout of their own, as they are read."""
    layout = widget.layout()
    if layout is None:
        yield widget
    else:
        yield from _inside(layout)


def _inside(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield from _leaves(widget)
        elif (inner := item.layout()) is not None:
            yield from _inside(inner)
