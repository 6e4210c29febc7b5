"""One sentence in the section it belongs to: bad news with its details folded away, or good news."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QWidget

from napari_unet.core.errors import UnetError
from napari_unet.widgets.look import tag


class Message(QFrame):
    """Hidden until there is something to say; the person can put it away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = QLabel(wordWrap=True)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        tag(self.details, tone="quiet")
        self.unfold = _flat("details", "What an engineer wants to know.", self._toggle)
        self.remedy = _flat("", "", self._remedy)
        tag(self.remedy, flat=False, link="true")
        self.close_button = _flat("✕", "Put this message away.", self.clear)
        self._remedy_action: Callable[[], None] | None = None
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 5, 4, 5)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self.sentence, 0, 0, 1, 2)
        layout.addWidget(self.close_button, 0, 2, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.remedy, 1, 0)
        layout.addWidget(self.unfold, 1, 1, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.details, 2, 0, 1, 3)
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self.setVisible(False)

    def unsay(self, sentence: str) -> None:
        """Say this no more; what was said since stays."""
        if self.sentence.text() == sentence:
            self.clear()

    def say(self, sentence: str, remedy: str = "", action: Callable[[], None] | None = None) -> None:
        """Good news, or something worth knowing."""
        self._show("good", sentence, remedy, action)
        self.unfold.setVisible(False)

    def fail(self, error: UnetError, remedy: str = "", action: Callable[[], None] | None = None) -> None:
        """What went wrong, in the error's own sentence."""
        self._show("bad", error.sentence, remedy, action)
        self.details.setText(details_of(error))
        self.unfold.setVisible(True)

    def _show(self, tone: str, sentence: str, remedy: str, action: Callable[[], None] | None) -> None:
        tag(self, tone=tone)
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        self.details.setVisible(False)
        self._remedy_action = action
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self.setVisible(True)

    def _toggle(self) -> None:
        self.details.setVisible(self.details.isHidden())

    def _remedy(self) -> None:
        action = self._remedy_action
        self.clear()
        if action is not None:
            action()


def details_of(error: UnetError) -> str:
    """What an engineer wants to know: the kind, what the worker reported, and where it came from."""
    cause = error.__cause__
    came_from = "".join(traceback.format_exception(cause)) if cause is not None else ""
    parts = (type(error).__name__, *getattr(error, "__notes__", ()), came_from)
    return "\n".join(part.strip() for part in parts if part.strip())


def _flat(text: str, help: str, action: Callable[[], None]) -> QToolButton:  # noqa: A002  (the word used everywhere)
    button = QToolButton(text=text, toolTip=help)
    tag(button, flat="true")
    button.clicked.connect(lambda: action())
    return button
