"""Windows beside the main one: one of a kind, at its foot, so that the middle of the picture stays in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialog, QWidget

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench

MARGIN = 12
"""Pixels between the two windows' edges."""

Beside = TypeVar("Beside", bound=QDialog)


def beside(kind: type[Beside], bench: Bench, parent: QWidget) -> Beside:
    """Show the window of this class beside `parent`, or the one that is there already."""
    for shown in parent.findChildren(kind):
        shown.raise_()
        return shown
    dialog = kind(bench, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    at_the_foot(dialog, parent)
    dialog.show()
    return dialog


def at_the_foot(dialog: QDialog, parent: QWidget) -> None:
    """Move a dialog to the lower left corner of the window that its parent is in."""
    around = parent.window().frameGeometry()
    top = around.bottom() - dialog.height() - MARGIN
    dialog.move(around.left() + MARGIN, max(top, around.top()))
