"""When learning goes astray: back to the last good state, and on with smaller steps."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from napari_unet.core.errors import TrainingError
from napari_unet.core.training.optimising import Optimising
from napari_unet.core.training.report import Noticed
from napari_unet.core.training.schedule import Schedule

ASTRAY = 5
"""After this many steps in a row without a number, learning has gone astray."""

RETURNS = 3
"""It goes back so many times at most."""

SLOWER = 0.1
"""Each time, it goes on with this share of the rate."""


class Returning:
    """Remembers the last good state of what learns, and goes back to it."""

    def __init__(self, optimising: Optimising) -> None:
        self._optimising = optimising
        self.count, self._failed = 0, 0
        self._tensors: dict[str, Tensor] = {}
        self._values: dict[str, Any] = {}
        self.remember()

    def is_astray(self, loss: float) -> bool:
        """Whether this step was one too many without a number."""
        if math.isfinite(loss):
            self._failed = 0
        elif not self._optimising.is_excused:
            self._failed += 1
        return self._failed >= ASTRAY

    def is_good(self) -> bool:
        """Whether all weights are numbers."""
        values = self._optimising.network.state_dict().values()
        return all(bool(torch.isfinite(value).all()) for value in values if value.is_floating_point())

    def remember(self) -> None:
        """The state now is a good one."""
        self._tensors = {name: value.detach().clone() for name, value in self._optimising.tensors().items()}
        self._values = self._optimising.values()

    def go_back(self, schedule: Schedule, kept: int) -> Noticed:
        """To the last good state. Raises TrainingError when that has not helped before; `kept` is the best epoch."""
        if self.count >= RETURNS:
            best = f"The best model so far, of epoch {kept}, is kept." if kept else ""
            raise TrainingError(
                f"Learning went astray at step {schedule.step}: its numbers grew beyond all bounds. {best}".strip(),
                f"The learning rate was {schedule.rate:.2g}, after {RETURNS} returns to the last good state.",
                "Train again with a lower learning rate.",
            )
        self.count, self._failed = self.count + 1, 0
        self._optimising.restore(self._tensors, self._values)
        before = schedule.rate
        schedule.slow_down(SLOWER)
        return Noticed(
            "astray",
            f"At step {schedule.step} the numbers grew beyond all bounds (learning rate {before:.2g}): it went back to "
            f"the last good state and goes on with {schedule.rate:.2g}.",
        )
