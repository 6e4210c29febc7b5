"""Spreading brightness over the whole range, so that what is faint is seen beside what is bright."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

TILE = 64
"""Side in pixels of the surroundings that brightness is spread in locally; the same in pictures of any size."""

CLIP = 0.01
"""No brightness may claim a larger share of its surroundings: else noise on an even ground would be blown up."""


def spread(plane: NDArray[np.float32], ends: tuple[float, float]) -> NDArray[np.float32]:
    """Histogram equalisation: each value becomes the share of pixels that are darker, or as dark; 0..1. Without bins,
    so that what is faint keeps its differences, and without need of the `ends`.
    """
    ranks = np.searchsorted(np.sort(plane, axis=None), plane, side="right")
    return (ranks / plane.size).astype(np.float32)


def spread_locally(plane: NDArray[np.float32], ends: tuple[float, float]) -> NDArray[np.float32]:
    """Contrast-limited adaptive histogram equalisation (Zuiderveld 1994, Graphics Gems IV, 474-485); 0..1."""
    from skimage.exposure import equalize_adapthist

    kernel = tuple(min(TILE, side) for side in plane.shape)
    even: NDArray[np.float32] = equalize_adapthist(_stretched(plane, ends), kernel, CLIP).astype(np.float32)
    return even


def _stretched(plane: NDArray[np.float32], ends: tuple[float, float]) -> NDArray[np.float32]:
    """The plane with two percentiles at 0 and 1, and nothing beyond: one hot pixel must not take all of the range."""
    low, high = np.percentile(plane, ends)
    if high <= low:
        low, high = plane.min(), plane.max()
    stretched: NDArray[np.float32] = ((plane - low) / max(high - low, np.finfo(np.float32).tiny)).astype(np.float32)
    return stretched.clip(0, 1)


Equaliser = Callable[..., NDArray[np.float32]]

EQUALISERS: dict[str, Equaliser] = {"histogram": spread, "clahe": spread_locally}
