"""How fast to learn when, and when to end: by steps, or by the clock when a time is set, so that either completes."""

from __future__ import annotations

import math
import time

from napari_unet.core.settings import TrainingSettings

WARM = 0.03
"""Share of the learning over which the rate rises, so that the first, blind steps do no harm."""

WARM_STEPS = 100
"""It rises over this many steps at most."""

END = 0.01
"""Share of the rate that is left at the end; it falls along a cosine (Loshchilov and Hutter 2017)."""

RESERVED = 0.15
"""Share of the time limit kept for measuring at the end until it is known how long that takes."""


class Schedule:
    """Counts steps and time of one training.

    Parameters
    ----------
    settings : epochs and minutes; whichever ends first counts.
    steps : steps that all epochs take.
    rate : the highest learning rate.
    begun : `time.monotonic()` when the training began.
    """

    def __init__(self, settings: TrainingSettings, steps: int, rate: float, begun: float) -> None:
        self.steps, self.step, self._rate, self._begun = steps, 0, rate, begun
        self._limit = settings.minutes * 60
        self._reserved = RESERVED * self._limit
        self._learning_since = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the training began."""
        return time.monotonic() - self._begun

    @property
    def progress(self) -> float:
        """How much of the learning is done, 0..1, by steps or by time."""
        by_steps = self.step / self.steps
        return min(1.0, max(by_steps, self._by_time()))

    @property
    def out_of_time(self) -> bool:
        """Whether the time limit, less what measuring needs, has passed."""
        return self._by_time() >= 1

    def has_time_for(self, seconds: float) -> bool:
        """Whether so much of the time limit is left; always, without a limit."""
        return not self._limit or self._limit - self.seconds > seconds

    @property
    def seconds_for_measuring(self) -> float:
        """How long the measuring at the end may take."""
        return max(1.0, self._limit - self.seconds) if self._limit else 60.0

    @property
    def seconds_left(self) -> float:
        """An estimate."""
        learning = time.monotonic() - self._learning_since
        rest = learning * (1 - self.progress) / max(self.progress, 1e-3)
        return min(rest, self._limit - self.seconds) if self._limit else rest

    @property
    def expected_steps(self) -> int:
        """How many steps there will be, as it looks now."""
        if self._by_time() <= self.step / self.steps:
            return self.steps
        return max(self.step, min(self.steps, round(self.step / self.progress)))

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        rise = min(1.0, max((self.step + 1) / WARM_STEPS, (self.progress + 1 / self.steps) / WARM))
        fall = END + (1 - END) * (1 + math.cos(math.pi * self.progress)) / 2
        return self._rate * rise * fall

    def reserve(self, seconds: float) -> None:
        """Keep this much of the time limit for measuring at the end; never more than a third of it."""
        self._reserved = min(seconds, self._limit / 3)

    def _by_time(self) -> float:
        if not self._limit:
            return 0.0
        learning = self._limit - self._reserved - (self._learning_since - self._begun)
        return (time.monotonic() - self._learning_since) / max(learning, 1e-3)
