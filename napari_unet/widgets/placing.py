"""Where a window beside the main one opens: at its foot, so that the middle of the picture stays in sight."""

from __future__ import annotations

from qtpy.QtWidgets import QDialog, QWidget

MARGIN = 12
"""Pixels between the two windows' edges."""


def at_the_foot(dialog: QDialog, parent: QWidget) -> None:
    """Move a dialog to the lower left corner of the window that its parent is in."""
    around = parent.window().frameGeometry()
    top = around.bottom() - dialog.height() - MARGIN
    dialog.move(around.left() + MARGIN, max(top, around.top()))
