"""What training says while it runs. Plain values, no torch: they cross to the window as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Started:
    """Training begins: on which device, with how many samples to learn from and to measure on."""

    device: str
    learned: int
    measured: int
    parameters: int
    note: str = ""


@dataclass(frozen=True)
class Stepped:
    """One learning step is done. `step` counts from 1; `steps` is the expected total; `seconds_left` is an estimate."""

    step: int
    steps: int
    epoch: int
    loss: float
    labelled_pixels: int
    seconds_left: float


@dataclass(frozen=True)
class EpochDone:
    """One epoch is done. `scores` of the validation pictures ("dice", and "ap50" for objects); empty without any."""

    epoch: int
    epochs: int
    loss: float
    scores: dict[str, float] = field(default_factory=dict)
    best: bool = False


@dataclass(frozen=True)
class Finished:
    """Training ended and the best model is in `folder`. `stopped` says why: "done", "time", "patience", "asked"."""

    folder: str
    epochs: int
    seconds: float
    scores: dict[str, float]
    stopped: str = "done"
    note: str = ""


@dataclass(frozen=True)
class Estimated:
    """How long all of the training will take, and how much memory the process needs at most.

    `seconds` and `memory` (bytes). Before the first epoch it is computed from the network's shape (`measured` False),
    after it, from what was seen.
    """

    seconds: float
    memory: float
    measured: bool = False


@dataclass(frozen=True)
class Noticed:
    """Something a person should know, as a sentence: what was noticed, and what was done about it or can be.

    memory: there was too little, so batch or patch was halved. astray: the numbers grew beyond all bounds, and learning
    went back to the last good state. idle: nothing is being learned. overfitting: the model learns by heart. labels:
    labels contradict each other. classes: a class without pixels. validation: what the score can and cannot tell.
    """

    kind: Literal["memory", "astray", "idle", "overfitting", "labels", "classes", "validation"]
    sentence: str


@dataclass(frozen=True)
class Closing:
    """The learning is done; `doing` says in words what follows it, and `done` (0..1), where that is known, how far."""

    doing: str
    done: float = 0.0


@dataclass(frozen=True)
class Standing:
    """How one model did in a comparison; `merit` is the one number that decides."""

    folder: str
    name: str
    merit: float
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """The new model beside the one it started from and the best of the project, on the same pictures and clean-up.

    `standings` has the new model first. `better` is the folder of the model that should be active. `pictures` is how
    many decided; 0 when there was nothing to compare on, and then the new one counts as the better. `sentence` says by
    how much the new one is better or worse and, when worse, why that may be.
    """

    standings: tuple[Standing, ...]
    better: str
    pictures: int
    sentence: str


@dataclass(frozen=True)
class FoldDone:
    """One fold of a cross-validation is trained and measured. `fold` counts from 1; `scores` as in `EpochDone`."""

    fold: int
    folds: int
    folder: str
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class CrossValidated:
    """All folds are done: every picture was measured once, by a model that has not learned from it.

    `scores` are means over all pictures, with "..._spread" for how far pictures differ (standard deviation) and
    "pictures" for how many there are; `per_picture` has the scores of each. `folders` holds the models of the folds.
    """

    scores: dict[str, float]
    per_picture: dict[str, dict[str, float]]
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unseen:
    """How good a model is on pictures, and parts of pictures, that it has not learned from.

    Parameters
    ----------
    folder : the model's.
    measure : "ap50" (of objects, at an IoU of 0.5) or "dice"; empty when there is nothing to measure on.
    score : the mean over pictures; `low` and `high` are its 95 % interval, both equal to it where too few pictures
        tell none.
    per_picture : each picture's score.
    parts : so many of them are measured on a part only: what was accepted or kept out of learning there.
    strokes : only strokes are compared, so that it is not known whether objects are told apart.
    tuned : on so many it was measured while it learned, so that its best moment and its clean-up were chosen by them.
    own : so many were left out because their labels are the model's own, accepted as they were.
    test : these are the pictures that a person keeps to test with; what the others score is `beside` it.
    """

    folder: str
    measure: str
    score: float = 0.0
    low: float = 0.0
    high: float = 0.0
    per_picture: dict[str, float] = field(default_factory=dict)
    parts: int = 0
    strokes: bool = False
    tuned: int = 0
    own: int = 0
    test: bool = False
    beside: dict[str, float] = field(default_factory=dict)


Report = (
    Started
    | Estimated
    | Noticed
    | Stepped
    | EpochDone
    | Closing
    | Compared
    | Finished
    | FoldDone
    | CrossValidated
    | Unseen
)
