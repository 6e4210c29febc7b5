"""How fast to learn when, and when to end: by steps, or by the clock when a time is set, so that either completes."""

from __future__ import annotations

import math
import time
from typing import Any

from napari_unet.core.settings import TrainingSettings

LONGEST = 3334
"""The warm-up's share is of so many steps at most: in a long training, too, 0.03 is over after 100 steps."""

END = 0.01
"""Share of the rate that is left at the end; it falls along a cosine (Loshchilov and Hutter 2017)."""

FLAT = 3
"""On a plateau, the rate falls after so many epochs without a better score."""

FALL = 0.3
"""It falls to this share of what it was."""

NEARLY = 0.95
"""From this share of the learning on, a cosine has fallen to less than 2 % of the rate. The last epoch may end a little
before 1: where patches are small at first, steps are worth shares that do not add up to whole epochs."""

RESERVED = 0.15
"""Share of the time limit kept for measuring at the end until it is known how long that takes."""

LITTLE, LONG = 10.0, 60.0
"""Each measuring at the end may take so many seconds, however short the training was; and at most, without a limit."""


class Schedule:
    """Counts steps and time of one training.

    Parameters
    ----------
    settings : epochs and minutes; whichever ends first counts. Also how the rate rises and falls.
    steps : steps that all epochs take.
    rate : the highest learning rate.
    begun : `time.monotonic()` when the training began.
    """

    def __init__(self, settings: TrainingSettings, steps: int, rate: float, begun: float) -> None:
        self.steps, self.step, self._begun = steps, 0, begun
        self._kind, self._warm, self._rate = settings.schedule, settings.warm, rate
        self._limit = settings.minutes * 60
        self._reserved = RESERVED * self._limit
        self._learning_since = time.monotonic()
        self._ahead, self._share, self._best, self._flat = 0.0, 1.0, -math.inf, 0

    @property
    def seconds(self) -> float:
        """Seconds since the training began; those before it was broken off count, too."""
        return time.monotonic() - self._begun

    @property
    def learning(self) -> float:
        """Seconds since the first step."""
        return time.monotonic() - self._learning_since

    @property
    def progress(self) -> float:
        """How much of the learning is done, 0..1, by steps or by time."""
        return min(1.0, max(self._by_steps(), self._by_time()))

    @property
    def has_annealed(self) -> bool:
        """Whether the rate has fallen to its end, as it does along a cosine, and on no other way for sure."""
        return self._kind == "cosine" and self.progress >= NEARLY

    @property
    def is_limited(self) -> bool:
        """Whether there is a time limit."""
        return self._limit > 0

    @property
    def out_of_time(self) -> bool:
        """Whether the time limit, less what measuring needs, has passed."""
        return self._by_time() >= 1

    def has_time_for(self, seconds: float) -> bool:
        """Whether so much of the time limit is left; always, without a limit."""
        return not self._limit or self._limit - self.seconds > seconds

    @property
    def seconds_for_measuring(self) -> float:
        """How long each measuring at the end may take: no longer than all before it took, but LITTLE at least."""
        fitting = max(LITTLE, self.seconds)
        return max(1.0, min(fitting, self._limit - self.seconds)) if self._limit else min(fitting, LONG)

    @property
    def seconds_left(self) -> float:
        """An estimate."""
        rest = self.learning * (1 - self.progress) / max(self.progress, 1e-3)
        return self.bounded(rest)

    def bounded(self, seconds: float) -> float:
        """So many seconds, or what is left of the time limit."""
        return min(seconds, max(0.0, self._limit - self.seconds)) if self._limit else seconds

    @property
    def expected_steps(self) -> int:
        """How many steps there will be, as it looks now."""
        if self._by_time() <= self._by_steps() and self._ahead >= 0:
            return self.steps - round(self._ahead)
        if not self.step:
            return self.steps
        return max(self.step, round(self.step / self.progress))

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        rise = 1.0
        if self._warm:
            by_steps = (self.step + 1) / (self._warm * LONGEST)
            rise = min(1.0, max(by_steps, (self.progress + 1 / self.steps) / self._warm))
        cosine = END + (1 - END) * (1 + math.cos(math.pi * self.progress)) / 2
        return self._rate * self._share * rise * (cosine if self._kind == "cosine" else 1.0)

    @property
    def left(self) -> float:
        """How many steps of full size are still to come, by number."""
        return self.steps - self.step - self._ahead

    @property
    def done(self) -> float:
        """How many steps of full size have been done."""
        return self.step + self._ahead

    def stepped(self, share: float) -> None:
        """One more step is done, which was worth this share of one of full size."""
        self.step += 1
        self._ahead -= 1 - share

    def slow_down(self, share: float) -> None:
        """From now on, all rates are this share of what they would have been."""
        self._share *= share

    def reached(self, merit: float) -> None:
        """What an epoch has reached: a plateau makes the rate fall, if that is how it falls."""
        self._flat = 0 if merit > self._best else self._flat + 1
        self._best = max(merit, self._best)
        if self._kind == "plateau" and self._flat >= FLAT:
            self.slow_down(FALL)
            self._flat = 0

    def stretch(self, factor: float) -> None:
        """From now on, so many times as many steps are needed for the same."""
        done = self._by_steps()
        self.steps = round(self.steps * factor)
        self._ahead = done * self.steps - self.step

    def reserve(self, seconds: float) -> None:
        """Keep this much of the time limit for measuring at the end; never more than a third of it."""
        self._reserved = min(seconds, self._limit / 3)

    def state(self) -> dict[str, Any]:
        """All that changes, as JSON values."""
        return {
            "step": self.step,
            "ahead": self._ahead,
            "share": self._share,
            "best": None if math.isinf(self._best) else self._best,
            "flat": self._flat,
            "reserved": self._reserved,
            "preparing": self._learning_since - self._begun,
            "learning": self.learning,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state; the time used until then counts."""
        self.step, self._ahead = state["step"], state["ahead"]
        self._share, self._flat, self._reserved = state["share"], state["flat"], state["reserved"]
        self._best = -math.inf if state["best"] is None else state["best"]
        preparing = self._learning_since - self._begun + state["preparing"]
        self._learning_since = time.monotonic() - state["learning"]
        self._begun = self._learning_since - preparing

    def _by_steps(self) -> float:
        return (self.step + self._ahead) / self.steps

    def _by_time(self) -> float:
        if not self._limit:
            return 0.0
        learning = self._limit - self._reserved - (self._learning_since - self._begun)
        return self.learning / max(learning, 1e-3)
