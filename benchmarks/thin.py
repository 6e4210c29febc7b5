"""Made-up pictures of what is small or thin: spots as of single molecules, and filaments, on uneven ground."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.annotator import Image, Mask

SIDE = 256
MARGIN = 4
"""No spot is nearer to the edge, in pixels."""

VISIBLE = 0.35
"""A spot reaches to where it is so bright; the brightest have 1.5."""

STEPS, BEND = 400, 0.08
"""A filament is at most so many pixels long, and turns so far from one to the next: radians, standard deviation."""

Plane = NDArray[np.floating]
Made = tuple[Plane, Mask]
Chance = np.random.Generator


def spots(count: int) -> Iterator[tuple[Image, Mask]]:
    """So many pictures (SIDE, SIDE) uint8 of 60 to 199 bright spots, and what is spot; the same ones every time."""
    return _pictures(_spotted, count)


def filaments(count: int) -> Iterator[tuple[Image, Mask]]:
    """The same of 8 to 19 filaments, 1 to 3 pixels wide."""
    return _pictures(_threaded, count)


def _pictures(make: Callable[[Chance], Made], count: int) -> Iterator[tuple[Image, Mask]]:
    for number in range(count):
        plane, truth = make(np.random.default_rng(number))
        yield (255 * (plane - plane.min()) / np.ptp(plane)).astype(np.uint8), truth


def _spotted(rng: Chance) -> Made:
    width, number = rng.uniform(1.2, 2.6), rng.integers(60, 200)
    light, rows, columns = np.zeros((SIDE, SIDE)), *np.ogrid[:SIDE, :SIDE]
    truth = np.zeros(light.shape, bool)
    for y, x in rng.uniform(MARGIN, SIDE - MARGIN, (number, 2)):
        spot = rng.uniform(0.5, 1.5) * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * width**2))
        light, truth = light + spot, truth | (spot > VISIBLE)
    return _seen(rng, light, 0.8 * _uneven(rng, 20), rng.uniform(0.05, 0.12)), truth


def _threaded(rng: Chance) -> Made:
    width, path = rng.uniform(0.7, 1.8), np.zeros((SIDE, SIDE), bool)
    for _ in range(rng.integers(8, 20)):
        place, way = rng.uniform(0, SIDE, 2), rng.uniform(0, 2 * np.pi)
        for turn in rng.normal(0, BEND, STEPS):
            if not ((place >= 0) & (place < SIDE)).all():
                break
            path[tuple(place.astype(int))] = True
            way += turn
            place += np.array([np.sin(way), np.cos(way)])
    truth = ndimage.distance_transform_edt(~path) <= width
    light = ndimage.gaussian_filter(truth.astype(float), 0.8)
    return _seen(rng, light, 0.7 * _uneven(rng, 15), rng.uniform(0.1, 0.25)), truth


def _uneven(rng: Chance, size: float) -> Plane:
    """Smooth, 0..1."""
    ground: Plane = ndimage.gaussian_filter(rng.standard_normal((SIDE, SIDE)), size)
    return (ground - ground.min()) / np.ptp(ground)


def _seen(rng: Chance, light: Plane, ground: Plane, noise: float) -> Plane:
    return light + ground + noise * rng.standard_normal(light.shape)
