"""Made-up pictures in which nothing but texture tells: two of them, of one mean brightness and contrast."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.annotator import Image, Mask

SIDE = 256
BLOBS, SHARE = 14.0, 0.3
"""What is to be found: smooth blobs of about so many pixels' width, so much of the picture."""

MEAN, CONTRAST = 120, 30

Plane = NDArray[np.floating]
Chance = np.random.Generator


def _grained(*size: float) -> Callable[[Chance], Plane]:
    return lambda rng: ndimage.gaussian_filter(rng.standard_normal((SIDE, SIDE)), size)


def _spotted(rng: Chance) -> Plane:
    spots: Plane = ndimage.gaussian_filter((rng.random((SIDE, SIDE)) > 0.98).astype(float), 1.5)
    return spots


def _ringed(rng: Chance) -> Plane:
    noise = rng.standard_normal((SIDE, SIDE))
    rings: Plane = ndimage.gaussian_filter(noise, 1.5) - ndimage.gaussian_filter(noise, 3)
    return rings


FINE, COARSE, LYING, STANDING = _grained(0.8, 0.8), _grained(2.5, 2.5), _grained(0.8, 5), _grained(5, 0.8)
PAIRS = ((FINE, COARSE), (LYING, STANDING), (_spotted, COARSE), (_ringed, COARSE), (FINE, _spotted))
"""What is to be found, and what is around it."""


def textures(count: int) -> Iterator[tuple[Image, Mask]]:
    """So many pictures (SIDE, SIDE) uint8 and what is to be found in them; the same ones every time."""
    for number in range(count):
        rng = np.random.default_rng(number)
        ground = ndimage.gaussian_filter(rng.standard_normal((SIDE, SIDE)), BLOBS)
        truth = ground > np.quantile(ground, 1 - SHARE)
        inside, around = (_levelled(make(rng)) for make in PAIRS[number % len(PAIRS)])
        yield (MEAN + CONTRAST * np.where(truth, inside, around)).clip(0, 255).astype(np.uint8), truth


def _levelled(plane: Plane) -> Plane:
    return (plane - plane.mean()) / plane.std()
