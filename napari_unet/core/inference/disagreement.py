"""How far several answers to one question differ, pixel by pixel.

For objects it is the standard deviation of the probability that a pixel belongs to one. For regions it is the root of
half the variances of all classes added up, which is the same for two classes and does not fade with their number. In
both, 0 is agreement and 0.5 is half of the answers saying yes for certain and half saying no.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import Kind


class Disagreement:
    """Takes answers in one at a time and keeps none of them (Welford 1962)."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._count = 0
        self._mean = np.zeros(0, np.float32)
        self._squares = np.zeros(0, np.float32)

    def add(self, answer: NDArray[np.float32]) -> None:
        """Take in one answer: probability (K, [Z,] Y, X)."""
        told = answer if self._kind == "regions" else answer[:1]
        self._count += 1
        if self._count == 1:
            self._mean, self._squares = told.copy(), np.zeros(told.shape[1:], np.float32)
            return
        before = told - self._mean
        self._mean += before / self._count
        self._squares += (before * (told - self._mean)).sum(axis=0)

    def spread(self) -> NDArray[np.float32]:
        """How far the answers taken in differ: ([Z,] Y, X) float32, 0..0.5."""
        share = 2 if self._kind == "regions" else 1
        spread: NDArray[np.float32] = np.sqrt(self._squares.clip(min=0) / (share * max(1, self._count)))
        return spread
