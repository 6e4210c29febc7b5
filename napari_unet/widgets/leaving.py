"""Closing the window: a question that says what ends and what is kept, in place of napari's, which knows neither.

napari asks whether one is sure whenever a layer is open. Layers of ours are on the disk, or it is said that they are
not; so where there are no others nothing else is asked. Where there are, and nothing of ours is running or unwritten,
the question is napari's own.
"""

from __future__ import annotations

import weakref
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, QTimer
from qtpy.QtWidgets import QDialogButtonBox, QVBoxLayout, QWidget

from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.layers.making import role_of
from napari_unet.widgets.look import tag
from napari_unet.widgets.parts import words
from napari_unet.widgets.style import stylesheet

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench

OTHERS = "Layers that are not of this project are not saved."
WIDE = 420


class LeavingDialog(Dialog):
    """One sentence and two buttons; Enter goes on working."""

    def __init__(self, sentence: str, window: QWidget, bench: Bench) -> None:
        super().__init__(window)
        self.setWindowTitle("Close the window?")
        self.setObjectName("body")
        self.setStyleSheet(stylesheet(bench.look))
        self.setMinimumWidth(WIDE)
        self.sentence = words(sentence, "")
        buttons = QDialogButtonBox()
        self.stay = buttons.addButton("Keep the window open", QDialogButtonBox.ButtonRole.RejectRole)
        self.end = buttons.addButton("Close anyway", QDialogButtonBox.ButtonRole.AcceptRole)
        self.enter = self.stay
        tag(self.stay, now="true")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.sentence)
        layout.addWidget(buttons)
        self.stay.setFocus()  # else the first button of the row would have the keyboard


class Leaving(QObject):
    """Is asked before a window closes, by its title bar or by napari's menu, for as long as the bench lives."""

    def __init__(self, window: Any, bench: Bench) -> None:
        super().__init__(bench)
        self._window, self._bench = weakref.ref(window), bench
        window.installEventFilter(self)
        # napari's menu asks its question before any event tells of closing; it asks by calling this in Python.
        window.close = self.close

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The title bar's button, or the system that ends its programs."""
        if event.type() == QEvent.Type.Close and event.spontaneous() and self._settles(quit_app=False):
            event.ignore()  # it is closed from here
            return True
        return False

    def close(self, **how: bool) -> Any:
        """What napari's window does in its menu's Close and Exit, with our question, or none."""
        asks = how.get("confirm_need", False) and self._settles(quit_app=how.get("quit_app", False))
        return None if asks else self._close(**how)

    def let_go(self) -> None:
        """The window closes as it did before."""
        window = self._window()
        with suppress(RuntimeError):  # Qt has deleted it
            if window is not None:
                window.removeEventFilter(self)
                vars(window).pop("close", None)

    def _settles(self, *, quit_app: bool) -> bool:
        """Ask what is to be asked, or close without a question; False where asking is up to napari."""
        window, ends = self._window(), self._bench.session.leaving()
        foreign = any(role_of(layer) is None for layer in self._bench.viewer.layers)
        if window is None or (not ends and (foreign or _is_busy(window))):
            return False
        if ends:
            self._ask(f"{ends} {OTHERS}" if foreign else ends, window, quit_app=quit_app)
        else:
            QTimer.singleShot(0, partial(self._close, quit_app=quit_app))
        return True

    def _ask(self, sentence: str, window: QWidget, *, quit_app: bool) -> None:
        if window.findChildren(LeavingDialog):
            return
        dialog = LeavingDialog(sentence, window, self._bench)
        dialog.finished.connect(dialog.deleteLater)
        dialog.accepted.connect(partial(self._close, quit_app=quit_app))
        dialog.open()

    def _close(self, **how: bool) -> Any:
        window = self._window()
        return None if window is None else type(window).close(window, **how)


def _is_busy(window: Any) -> bool:
    """Whether another plugin has told napari of work that closing ends: then the question is napari's."""
    tasks = getattr(getattr(window, "_window", None), "_task_status_manager", None)
    return tasks is not None and bool(tasks.is_busy())
