"""Real pictures made strange, so that a starting model knows less of them than of those it learned from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Image = NDArray[np.generic]
Chance = np.random.Generator

BARE = 0.4
"""Share of pictures left as they are."""


def disguised(rng: Chance) -> Callable[[Image], Image]:
    """A change that is the same for all pictures of one kind: negative, dull, blurred, noisy, unevenly lit, striped."""
    if rng.random() < BARE:
        return lambda image: image
    negative, gamma, blur = rng.random() < 0.4, np.exp(rng.uniform(-0.9, 0.9)), rng.uniform(0, 2.5) ** 1.5 / 2.5
    noise, grain, uneven = rng.uniform(0, 0.5) ** 2, rng.uniform(0, 2), rng.uniform(-0.6, 0.6)
    stripes, pitch, angle = rng.uniform(0, 0.6) ** 2, rng.uniform(3, 20), rng.uniform(0, np.pi)

    def change(image: Image) -> Image:
        plane = image.astype(np.float32)
        low, high = np.percentile(plane, (0.5, 99.5))
        plane = np.clip((plane - low) / max(float(high - low), 1e-6), 0, 1.3)
        plane = (1.3 - plane if negative else plane) ** gamma
        still = (0,) * (plane.ndim - 2)
        plane = ndimage.gaussian_filter(plane, (blur, blur, *still))
        added = noise * _grain(plane.shape[:2], grain, rng) + _lit(plane.shape[:2], uneven, stripes, pitch, angle)
        return plane + (added if plane.ndim == 2 else added[..., None])

    return change


def _grain(shape: tuple[int, ...], size: float, rng: Chance) -> NDArray[np.floating]:
    field: NDArray[np.floating] = ndimage.gaussian_filter(rng.standard_normal(shape), size)
    return field / field.std()


def _lit(shape: tuple[int, ...], uneven: float, stripes: float, pitch: float, angle: float) -> NDArray[np.floating]:
    """A slope of light from one side to the other, and stripes along it."""
    y, x = np.indices(shape)
    along = y * np.sin(angle) + x * np.cos(angle)
    lit: NDArray[np.floating] = uneven * along / max(shape) + stripes * np.sin(2 * np.pi * along / pitch)
    return lit
