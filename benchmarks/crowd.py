"""Pictures full of synthetic objects: as many as wished, equally large, on a grid."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

SIDE = 2048
"""Pixels along each axis."""

FILLED = 0.42
"""The radius of an object, as a share of the grid's step: neighbours nearly touch."""

Place = tuple[int, int]


class Crowd:
    """So many discs. They stand as dense as `dense` of them would, so that a few are no larger than many.

    `labels` is (SIDE, SIDE) uint16, its objects numbered from 1; `image` like it, uint8.
    """

    def __init__(self, count: int, dense: int) -> None:
        self._across = math.ceil(math.sqrt(dense))
        self.step = SIDE // self._across
        self._every = dense // count
        self.labels = np.zeros((SIDE, SIDE), np.uint16)
        for index in range(count):
            y, x = self.middle(index)
            self.labels[y - self.step // 2 :, x - self.step // 2 :][: self.step, : self.step][self._disc()] = index + 1

    @property
    def image(self) -> NDArray[np.uint8]:
        """What a camera would see: bright objects on dark noise."""
        noise = np.random.default_rng(0).integers(0, 40, self.labels.shape)
        return (np.where(self.labels > 0, 150, 20) + noise).astype(np.uint8)

    def middle(self, index: int) -> Place:
        """Where the object number `index` + 1 stands, (y, x)."""
        row, column = divmod(index * self._every, self._across)
        return row * self.step + self.step // 2, column * self.step + self.step // 2

    def across(self, index: int) -> list[Place]:
        """A line from above an object to below it."""
        y, x = self.middle(index)
        return [(y - self.step // 2, x), (y + self.step // 2, x)]

    def _disc(self) -> NDArray[np.bool_]:
        y, x = np.mgrid[: self.step, : self.step] - (self.step - 1) / 2
        return np.asarray(y**2 + x**2 < (FILLED * self.step) ** 2)
