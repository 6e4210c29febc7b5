"""Which pictures look alike.

A set of 200 dim squares and 10 stained sections is two kinds of picture, and the model has to learn both: pictures of
rare kinds are drawn more often.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND
from napari_unet.core.data.sample import Sample

Look = tuple[int, int, bool, bool]

SATURATED = 0.08
"""A picture is coloured when its channels differ by more than this share of its brightness range."""


def look_of(sample: Sample) -> Look:
    """What pictures that look alike share: size, channels, whether coloured, whether bright around the objects."""
    pixels = sample.annotation.size
    every = max(1, round(math.sqrt(pixels / 65536)))
    window = (slice(None, None, every),) * sample.annotation.ndim
    image = sample.image[(slice(None), *window)].astype(np.float32)
    return (
        round(math.log2(pixels)),
        len(image),
        _is_coloured(image),
        _is_bright(image.mean(0), sample.annotation[window]),
    )


def draw_weights(looks: Sequence[Look]) -> NDArray[np.float64]:
    """How often to draw each picture, summing to 1: a kind of n pictures is drawn as often as sqrt(n) says."""
    sizes = Counter(looks)
    weights = np.array([1 / math.sqrt(sizes[look]) for look in looks])
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def _is_coloured(image: NDArray[np.float32]) -> bool:
    spread = (image.max(0) - image.min(0)).mean()
    return bool(spread > SATURATED * max(float(np.ptp(image)), 1e-6))


def _is_bright(grey: NDArray[np.float32], annotation: NDArray[np.integer]) -> bool:
    """Whether the surroundings are brighter than what was painted, or, with nothing to compare, than the middle."""
    painted = grey[annotation > BACKGROUND]
    around = grey[annotation <= BACKGROUND]
    if painted.size and around.size:
        return bool(np.median(around) > np.median(painted))
    return bool(np.median(grey) > (grey.max() + grey.min()) / 2)
