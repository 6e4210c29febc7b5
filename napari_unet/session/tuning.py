"""What a setting of the clean-up changes: the labels now, against those before its slider was touched."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.metrics import Changes, changes
from napari_unet.core.settings import Settings
from napari_unet.session.looker import Looker

Labels = NDArray[np.integer]

REST = 2.0
"""Seconds after which a slider that moves again is compared with where it has rested, and not with where it began."""


class Tuning:
    """Compares in a thread of its own, after the labels are shown: no slider waits for it.

    `told` is what the setting that was moved last has changed; None before that is known.
    """

    def __init__(self) -> None:
        self._looker = Looker[Changes]()
        self._name = ""
        self._before: Labels | None = None
        self._moving: set[str] = set()
        self._when = 0.0
        self.told: Changes | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is being compared."""
        return self._looker.idle

    def moved(self, old: Settings, new: Settings, name: str, labels: Labels | None) -> None:
        """Settings have changed while these labels of the picture `name` are on show."""
        values, now = new.to_json(), time.monotonic()
        moving = {option for option, value in old.to_json().items() if value != values[option]}
        goes_on = moving == self._moving and name == self._name and now - self._when < REST
        self._moving, self._when = moving, now
        if not goes_on or self._before is None:
            self._name, self._before, self.told = name, labels, None

    def cleaned(self, name: str, labels: Labels) -> None:
        """The settings have led to these labels."""
        if self._before is not None and name == self._name and labels.shape == self._before.shape:
            self._looker.ask("changes", name, partial(changes, self._before, labels))

    def collect(self) -> bool:
        """Take what was compared since the last call; whether there was anything."""
        made = [result.made for result in self._looker.results() if result.name == self._name]
        if self._before is None or not made:
            return False
        self.told = made[-1]
        return True

    def forget(self) -> None:
        """The labels are others for another reason: there is nothing to compare with."""
        self._looker.forget()
        self._before = self.told = None

    def close(self) -> None:
        """End the thread."""
        self._looker.close()
