"""What a learner says about a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Answer:
    """Probability and labels of one picture.

    Parameters
    ----------
    probability : float32, 0..1. Objects: ([T,] [Z,] Y, X), of being part of an object. Regions: (K, [T,] [Z,] Y, X),
        background first.
    labels : ([T,] [Z,] Y, X) whole numbers. Objects: 0 is background, each object has its own number. Regions: the
        class.
    """

    probability: NDArray[np.float32]
    labels: NDArray[np.unsignedinteger]
