"""Asks what an axis is that a file does not name: focal planes, time points or channels. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import permutations

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_unet.core.errors import AxesError
from napari_unet.widgets.parts import boxed, button, flat, row, words

MEANINGS = {"Z": "Focal planes", "T": "Time points", "C": "Channels"}
ABREAST = 3
"""So many answers stand side by side where each names one axis; of more axes they are too long for that."""

HELP = "The file does not say it. Your answer is kept with the picture."

Answer = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """A picture that waits: what is not known, and what is done with the axes that a person says it has.

    `one_plane` takes the plane on show instead; None where there is none.
    """

    name: str
    error: AxesError
    answered: Answer
    one_plane: Callable[[], None] | None = None


class AxesQuestion(QWidget):
    """One question at a time; an answer is that of all waiting pictures with the same axes."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("body")
        self.waiting: list[Asked] = []
        self.question = words(tone="title")
        self.answers: dict[str, QWidget] = {}
        self._rows: list[QWidget] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.question)
        self.hide()

    def ask(self, asked: Asked) -> None:
        """Ask about one more picture."""
        self.waiting.append(asked)
        self._draw()

    def forget(self) -> None:
        """Ask nothing any more."""
        self.waiting.clear()
        self._draw()

    def answer(self, letters: str) -> None:
        """Take these letters for the axes without a name, of all pictures that have the same ones."""
        first = self.waiting[0].error
        same = [one for one in self.waiting if one.error.axes == first.axes]
        self.waiting = [one for one in self.waiting if one.error.axes != first.axes]
        self._draw()
        for one in same:
            one.answered(named(one.error.axes, letters))

    def _draw(self) -> None:
        for line in self._rows:
            line.setParent(None)
            line.deleteLater()
        self._rows, self.answers = [], {}
        self.setVisible(bool(self.waiting))
        if not self.waiting:
            return
        first = self.waiting[0]
        self.question.setText(question_words(first, len(self.waiting)))
        choices = [(letters, answer_words(letters)) for letters in possible(first.error.axes)]
        buttons = [button(text, HELP, partial(self.answer, letters)) for letters, text in choices]
        self.answers = dict(zip([letters for letters, _ in choices], buttons, strict=True))
        abreast = ABREAST if first.error.axes.count("?") == 1 else 1
        lines = [buttons[start : start + abreast] for start in range(0, len(buttons), abreast)]
        others = [flat("Only the plane on show", "", self._one_plane)] if first.one_plane else []
        for line in (*lines, [*others, flat("Do not add", "", self._skip)]):
            made = boxed(row(*line, None))
            self._rows.append(made)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(made)

    def _one_plane(self) -> None:
        take = self.waiting.pop(0).one_plane
        self._draw()
        assert take is not None
        take()

    def _skip(self) -> None:
        self.waiting.pop(0)
        self._draw()


def possible(axes: str) -> list[str]:
    """The meanings that the unnamed axes may have, in their order: each letter once, and none that is there already."""
    left = [letter for letter in MEANINGS if letter not in axes]
    return ["".join(letters) for letters in permutations(left, axes.count("?"))]


def named(axes: str, letters: str) -> str:
    """The axes with a letter for each "?"."""
    parts = iter(letters)
    return "".join(next(parts) if axis == "?" else axis for axis in axes)


def answer_words(letters: str) -> str:
    """What a button says: "Focal planes", or "Time points, then focal planes"."""
    first, *others = (MEANINGS[letter] for letter in letters)
    return ", then ".join([first, *(word.lower() for word in others)])


def question_words(asked: Asked, count: int) -> str:
    """The question: which picture, and how long its unnamed axes are."""
    sides = [str(side) for side, axis in zip(asked.error.shape, asked.error.axes, strict=True) if axis == "?"]
    more = f" ({count - 1} more to ask about)" if count > 1 else ""
    return f"{asked.name} holds {' x '.join(sides)} planes. What are they?{more}"
