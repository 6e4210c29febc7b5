"""Hands that count what they do, and how long a person would take: keystroke-level model, see `corrector`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from napari import Viewer
from napari.layers import Layer
from qtpy.QtCore import QCoreApplication, Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from benchmarks.corrector import PACE, POINT, PRESS
from napari_unet.journey.hands import Hands, Place

KEY, THINK = 0.28, 1.35
"""Seconds an average typist needs for a key, and of thought before an action."""

AGAIN, PATIENCE = 100, 100
"""Milliseconds between two looks for a dialog, and how many looks."""

DRAWN = 700
"""Milliseconds until a dialog that has opened takes what is typed."""


class Counting(Hands):
    """`actions` are clicks, strokes, keys, and words typed into a field; `person` are a person's seconds for them;
    `waited` are seconds in which the program was waited for.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer)
        self.actions, self.person, self.waited = 0, 0.0, 0.0

    def click(self, button: QWidget) -> None:
        """Click a button."""
        self._act(POINT + PRESS)
        super().click(button)

    def touch(self, layer: Layer, place: Place) -> None:
        """Click on a place of a layer."""
        self._act(POINT + PRESS)
        super().touch(layer, place)

    def stroke(self, layer: Layer, places: Sequence[Place]) -> None:
        """Draw."""
        steps = np.diff(np.array(places, float), axis=0)
        self._act(POINT + PRESS + float(np.hypot(*steps.T).sum()) / PACE)
        super().stroke(layer, places)

    def write(self, line: QLineEdit, text: str) -> None:
        """Replace what stands in a field."""
        self._act(POINT + PRESS + KEY * len(text))
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)

    def answer(self, button: QWidget, path: Path) -> None:
        """Click a button that asks for a file or folder, and type it into the dialog that opens."""
        tries = iter(range(PATIENCE))

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, QFileDialog) and dialog.isVisible():
                QTimer.singleShot(DRAWN, lambda: self._type_into(dialog, path))
            elif next(tries, None) is not None:
                QTimer.singleShot(AGAIN, look)

        QTimer.singleShot(AGAIN, look)
        self.click(button)  # returns when the dialog is closed

    def wait(self, until: Callable[[], Any], seconds: float, what: str) -> None:
        """Wait, and count for how long."""
        began = perf_counter()
        super().wait(until, seconds, what)
        self.waited += perf_counter() - began

    def _type_into(self, dialog: QFileDialog, path: Path) -> None:
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        self.write(line, str(path))
        QCoreApplication.processEvents()
        self._act(KEY)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def _act(self, seconds: float) -> None:
        self.actions += 1
        self.person += THINK + seconds
