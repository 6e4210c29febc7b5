"""Scrolling the panel to a part of it."""

from __future__ import annotations

from qtpy.QtWidgets import QScrollArea, QWidget

LAID_OUT = 50
"""Milliseconds until the panel has made room for what was just shown in it."""


def bring_into_sight(widget: QWidget) -> None:
    """Scroll until the widget can be seen, if it is in something that scrolls."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        above.ensureWidgetVisible(widget)
