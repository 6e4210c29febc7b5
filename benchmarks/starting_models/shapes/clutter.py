"""What lies about and is no object: specks, crumbs, lines, and things out of focus."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from benchmarks.starting_models.shapes.fields import Chance, Grid, Plane

OFTEN = 0.35
"""How often a picture has each of them."""


def clutter(grid: Grid, rng: Chance) -> Plane:
    """All of it together, brighter and darker than the surroundings."""
    plane = np.zeros(grid)
    for kind in (_specks, _crumbs, _lines, _ghosts):
        if rng.random() < OFTEN:
            plane += rng.choice([-1, 1]) * rng.uniform(0.2, 0.9) * kind(grid, rng)
    return plane


def _specks(grid: Grid, rng: Chance) -> Plane:
    return _dots(grid, rng.integers(5, 80), rng.uniform(0.6, 1.4), rng)


def _ghosts(grid: Grid, rng: Chance) -> Plane:
    return 0.5 * _dots(grid, rng.integers(1, 6), rng.uniform(8, 25), rng)


def _dots(grid: Grid, count: int, width: float, rng: Chance) -> Plane:
    """Soft dots, the brightest 1."""
    plane = np.zeros(grid)
    plane[tuple(rng.integers(0, grid, (count, 2)).T)] = rng.uniform(0.3, 1, count)
    plane = ndimage.gaussian_filter(plane, width)
    return plane / max(float(plane.max()), 1e-9)


def _crumbs(grid: Grid, rng: Chance) -> Plane:
    """Small ragged pieces of debris."""
    noise = ndimage.gaussian_filter(rng.normal(size=grid), rng.uniform(1, 2))
    high = noise > np.quantile(noise, rng.uniform(0.985, 0.998))
    return ndimage.gaussian_filter(high.astype(float), rng.uniform(0.3, 1))


def _lines(grid: Grid, rng: Chance) -> Plane:
    """Scratches and fibres across the picture."""
    rows, columns = np.indices(grid)
    plane = np.zeros(grid)
    for _ in range(rng.integers(1, 6)):
        angle, bend, width = rng.uniform(0, np.pi), rng.normal(0, 0.002), rng.uniform(0.6, 1.6)
        row, column = rng.uniform(0, grid)
        along = (rows - row) * np.sin(angle) + (columns - column) * np.cos(angle)
        across = (columns - column) * np.sin(angle) - (rows - row) * np.cos(angle)
        plane = np.maximum(plane, np.exp(-0.5 * ((across - bend * along**2) / width) ** 2))
    return plane
