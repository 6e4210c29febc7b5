from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage


@dataclass(frozen=True)
class Scene:
    """A picture with strokes, and what is to be found."""

    image: NDArray[np.generic]
    truth: NDArray[np.bool_]
    strokes: NDArray[np.uint8]


def scene(seed: int, side: int = 160, bright: float = 60.0) -> Scene:
    """Smooth blobs on a noisy ground, a stroke in the largest and one beside it."""
    chance = np.random.default_rng(seed)
    ground = ndimage.gaussian_filter(chance.standard_normal((side, side)), 9)
    truth = ground > np.quantile(ground, 0.75)
    image = 100 + bright * truth + 12 * chance.standard_normal((side, side))
    strokes = np.zeros((side, side), np.uint8)
    for where, value in ((truth, 2), (~truth, 1)):
        depth = ndimage.distance_transform_edt(where)
        y, x = np.unravel_index(depth.argmax(), depth.shape)
        strokes[max(0, y - 1) : y + 2, max(0, x - 5) : x + 6] = value
    strokes[(strokes == 2) & ~truth] = 0
    return Scene(image.clip(0, 255).astype(np.uint8), truth, strokes)


def overlap(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return float((found & truth).sum() / (found | truth).sum())


@pytest.fixture
def one() -> Scene:
    return scene(0)


@pytest.fixture
def other() -> Scene:
    return scene(1)
