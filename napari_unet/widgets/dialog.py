"""What every dialog of ours is: Enter presses the button that it is for, or none."""

from __future__ import annotations

from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QDialog, QPushButton


class Dialog(QDialog):
    """Left alone, Qt has Enter press the first button of a dialog, were it one that browses, or takes something back.

    `enter` is the button that Enter presses, unless the keyboard is on another; None where it presses none.
    """

    enter: QPushButton | None = None

    def showEvent(self, event: QShowEvent) -> None:
        """Decide for all buttons, wherever they were put in."""
        for one in self.findChildren(QPushButton):
            one.setAutoDefault(self.enter is not None)
        if self.enter is not None:
            self.enter.setDefault(False)  # of a button that was not in the dialog yet, Qt would not notice
            self.enter.setDefault(True)
        super().showEvent(event)
