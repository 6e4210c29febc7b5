"""A sentence that stays until it is answered, with the answers beside it as words to click on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QWidget

from napari_unet.widgets.look import tag
from napari_unet.widgets.tabbing import tab_again

Tone = Literal["good", "notice", "bad"]


@dataclass(frozen=True)
class Answer:
    """One thing to click: its words, a sentence of help, and what it does."""

    words: str
    help: str
    action: Callable[[], object]


class Banner(QFrame):
    """Hidden until `ask` is called; `close_button` shows where it may be put away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = _flat("✕", "Put this away.")
        self.close_button.clicked.connect(lambda: self._put_away())
        self.buttons: dict[str, QToolButton] = {}
        self._away: Callable[[], object] | None = None
        self._shown: tuple[object, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 5, 4, 5)
        self._grid.setColumnStretch(2, 1)
        self._grid.addWidget(self.sentence, 0, 0, 1, 3)
        self._grid.addWidget(self.close_button, 0, 3, Qt.AlignmentFlag.AlignTop)
        self.setVisible(False)

    def ask(
        self, tone: Tone, sentence: str, answers: Sequence[Answer], away: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence and its answers; `away` is called when it is put away, which cannot be done without it."""
        self.setVisible(True)
        self._away = away
        self.close_button.setVisible(away is not None)
        tag(self, tone=tone)
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        if self._shown == tuple(answers):
            return  # the button that has the keyboard keeps it
        self._shown = tuple(answers)
        for old in self.buttons.values():
            self._grid.removeWidget(old)
            old.deleteLater()
        self.buttons = {answer.words: self._button(answer, column) for column, answer in enumerate(answers)}
        tab_again(self)

    def clear(self) -> None:
        """Ask nothing."""
        self.setVisible(False)

    def _button(self, answer: Answer, column: int) -> QToolButton:
        made = _flat(answer.words, answer.help)
        tag(made, flat=False, link="true")
        made.clicked.connect(lambda: answer.action())
        self._grid.addWidget(made, 1, column)
        return made

    def _put_away(self) -> None:
        if self._away is not None:
            self._away()


def _flat(text: str, help: str) -> QToolButton:  # noqa: A002  (the word used everywhere)
    made = QToolButton(text=text, toolTip=help)
    made.setAccessibleDescription(help)
    tag(made, flat="true")
    return made
