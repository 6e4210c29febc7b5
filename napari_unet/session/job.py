"""What the window shows of work in progress and of what is in the project. Plain values, made fresh at each look."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from napari_unet.core.data.record import SetAside

LEARNING = ("train", "compare", "cross", "search")
"""The kinds of jobs that belong to the section of training."""

TELLING = 0.02
"""So much of something must be done before it tells how long the rest takes."""

Beside = Literal["add", "look", "fit", "starts", "place", "examples"]
"""The kinds of jobs that a person waits for while the long one, of which there is one at a time, may go on."""


@dataclass(frozen=True)
class Job:
    """A job that takes a while: what it does, how far it is (`done`, 0..1), how long still (seconds; 0 = not known)."""

    kind: Literal["train", "compare", "cross", "search", "segment", "export"] | Beside
    text: str
    done: float = 0.0
    seconds_left: float = 0.0
    can_stop: bool = True


class Pace:
    """How long the rest of something takes, from how long its first part took."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def left(self, done: float) -> float:
        """Seconds for the rest, once `done` (0..1) of it is done; 0 while that cannot be told."""
        return (time.monotonic() - self._begun) * (1 - done) / done if done > TELLING else 0.0


@dataclass
class Curve:
    """The learning curve of the running or last training: (step, loss) and (step, score) points."""

    steps: list[tuple[float, float]] = field(default_factory=list)
    epochs: list[tuple[float, float]] = field(default_factory=list)
    score_name: str = "Dice"


@dataclass(frozen=True)
class PictureRow:
    """One line of the picture list."""

    name: str
    state: Literal["unlabelled", "strokes", "complete"]
    predicted: bool
    objects: int
    validation: bool
    aside: SetAside = ""


@dataclass(frozen=True)
class ModelRow:
    """One model of the project and how good it was, in a line a biologist can read. `name` is its folder's.

    `came_along` when it is one of those that came with the package, and has learned nothing since.
    """

    name: str
    folder: Path
    title: str
    line: str
    active: bool
    came_along: bool = False


@dataclass(frozen=True)
class Verdict:
    """What comparing a new model with those before it came to. Models go by their folders' names.

    `worse` when an earlier model, `better`, is still the best and stayed active; `taken` once the person has taken the
    new one all the same. `sentence` says by how much and, when worse, why that may be.
    """

    new: str
    better: str
    sentence: str
    worse: bool
    taken: bool = False


@dataclass(frozen=True)
class BrokenOff:
    """A training that ended before its time and can go on where it was: `epoch` of `epochs` are done."""

    name: str
    start: str
    epoch: int
    epochs: int
