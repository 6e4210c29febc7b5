"""Looking on while a model learns."""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from napari_unet.core.fitting import merit
from napari_unet.core.settings import Plan
from napari_unet.core.training.report import EpochDone, Noticed

PATIENT = 8
"""After so many epochs without anything learned it is said; in a short training after half of its epochs."""

LOWER = 0.97
"""Something is learned once the loss is below this share of what it was after the first epoch..."""

NOTHING = 0.02
"""...or the score above this."""

FALLING = 5
"""When over so many epochs the score sinks while the loss falls, the model learns by heart..."""

BELOW = 0.06
"""...if the mean score of those epochs is so far below the best mean of so many: less is the usual to and fro."""


class Epoch(NamedTuple):
    """What is remembered of an epoch."""

    loss: float
    merit: float


class Watch:
    """Looks on while a model learns, and says once each when nothing is learned, or when it learns by heart."""

    def __init__(self, plan: Plan) -> None:
        self._settings = plan.training
        self._first, self._lowest, self._best = math.nan, math.inf, -math.inf
        self._steady = -math.inf
        self._latest: deque[Epoch] = deque(maxlen=FALLING)
        self._said: set[str] = set()

    def after(self, report: EpochDone, learned_loss: float) -> list[Noticed]:
        """What is to be said after an epoch; `learned_loss` is the mean loss of its steps."""
        if math.isnan(self._first):
            self._first = learned_loss
        elif math.isfinite(learned_loss):
            self._lowest = min(self._lowest, learned_loss)
        found = []
        if "idle" not in self._said and self._is_idle(report):
            found.append(Noticed("idle", self._idle(report)))
        if report.scores:
            self._latest.append(Epoch(learned_loss, merit(report.scores)))
            if "overfitting" not in self._said and self._is_by_heart():
                found.append(Noticed("overfitting", _by_heart(self._best, self._latest)))
            self._best = max(self._best, self._latest[-1].merit)
            if len(self._latest) == FALLING:
                self._steady = max(self._steady, self._mean)
        self._said.update(noticed.kind for noticed in found)
        return found

    def _is_idle(self, report: EpochDone) -> bool:
        patient = min(PATIENT, max(2, self._settings.epochs // 2))
        score = max(self._best, merit(report.scores)) if report.scores else 0.0
        return report.epoch >= patient and self._lowest > LOWER * self._first and score < NOTHING

    def _idle(self, report: EpochDone) -> str:
        return (
            f"Nothing has been learned in {report.epoch} epochs: the loss is {self._lowest:.3g}, at first it was "
            f"{self._first:.3g}. Check that the masks belong to their pictures, and try a learning rate other than "
            f"{self._settings.rate:g}."
        )

    def _is_by_heart(self) -> bool:
        if len(self._latest) < FALLING:
            return False
        half = FALLING // 2
        epochs = list(self._latest)
        falls = _mean([one.loss for one in epochs[-half:]]) < _mean([one.loss for one in epochs[:half]])
        sinks = _mean([one.merit for one in epochs[-half:]]) < _mean([one.merit for one in epochs[:half]])
        return falls and sinks and self._steady - self._mean > BELOW

    @property
    def _mean(self) -> float:
        return _mean([one.merit for one in self._latest])


def _by_heart(best: float, latest: deque[Epoch]) -> str:
    return (
        f"The model begins to learn its pictures by heart: the loss still falls, but on the pictures it does not learn "
        f"from the score went from {best:.2f} to {latest[-1].merit:.2f}. The best model so far is kept. More labelled "
        "pictures or stronger random changes help, longer training does not."
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
