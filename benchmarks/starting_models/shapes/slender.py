"""What is thin, small or ragged: filaments, branches, meshes, spots, writing, and ground that differs from ground.

Each draws a mask (Y, X) of everything that is wanted; widths in pixels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.starting_models.shapes.fields import Chance, Grid, clouds, smooth

Mask = NDArray[np.bool_]
Places = NDArray[np.floating]

LONGEST = 300
"""Steps of a path, of one pixel each."""

THINNER = 0.75
"""So much thinner is a branch than what it branches off."""

LARGEST = 12
"""No spot has a larger radius."""


def filaments(grid: Grid, rng: Chance) -> Mask:
    """Fibres that lie over each other, all of one width; some bundled in one direction."""
    count, spread = int(_between(4, 60, rng)), rng.choice([np.pi, rng.uniform(0.1, 0.5)], p=[0.7, 0.3])
    begin = rng.uniform(0, grid, (count, 2))
    ways = rng.uniform(0, 2 * np.pi) + rng.uniform(-spread, spread, count)
    return _as_wide(_paths(begin, ways, rng.uniform(20, LONGEST), grid, rng), _between(0.5, 3.5, rng), grid)


def branches(grid: Grid, rng: Chance) -> Mask:
    """Vessels or neurites: from a few roots on, each generation thinner and more."""
    half, count, drawn = rng.uniform(1, 5), int(rng.integers(1, 6)), np.zeros(grid, bool)
    begin, length = rng.uniform(0, grid, (count, 2)), rng.uniform(80, LONGEST)
    for _ in range(int(rng.integers(2, 6))):
        paths = _paths(begin, rng.uniform(0, 2 * np.pi, len(begin)), length, grid, rng)
        drawn |= _as_wide(paths, max(half, 0.5), grid)
        begin = paths[rng.integers(len(paths), size=min(40, 3 * len(begin)))]
        half, length = half * THINNER, length * THINNER
    return drawn


def mesh(grid: Grid, rng: Chance) -> Mask:
    """Bands that wind, split and close, as organelles and foams do."""
    ground = smooth(grid, _between(2.5, 14, rng), rng) - rng.choice([0, rng.uniform(-0.5, 0.5)])
    return np.abs(ground) < np.quantile(np.abs(ground), rng.uniform(0.05, 0.4))


def spots(grid: Grid, rng: Chance) -> Mask:
    """Small round ones, nearly all alike or of any size."""
    radius, spread = _between(1, 5, rng), rng.uniform(0.05, 0.4)
    middles = rng.uniform(0, grid, (int(min(_between(15, 500, rng), 0.12 * np.prod(grid) / radius**2)), 2))
    drawn, reach = np.zeros(grid, bool), np.arange(-LARGEST, LARGEST + 1)
    radii = np.minimum(radius * np.exp(rng.normal(0, spread, len(middles))), LARGEST)
    for middle, own in zip(middles, radii, strict=True):
        rows, columns = (round(place) + reach for place in middle)
        rows, columns = rows[(rows >= 0) & (rows < grid[0])], columns[(columns >= 0) & (columns < grid[1])]
        drawn[np.ix_(rows, columns)] |= np.hypot(rows[:, np.newaxis] - middle[0], columns - middle[1]) <= min(
            own, LARGEST
        )
    return drawn


def writing(grid: Grid, rng: Chance) -> Mask:
    """Short bent strokes in rows, with gaps between words."""
    height = rng.uniform(6, 24)
    rows, columns = np.arange(height, grid[0], height * rng.uniform(1.5, 2.5)), np.arange(2, grid[1], height * 0.3)
    begin = np.stack(np.meshgrid(rows, columns, indexing="ij"), -1).reshape(-1, 2)
    begin = begin[rng.random(len(begin)) < rng.uniform(0.3, 0.8)]
    begin = begin + rng.uniform(-0.5, 0.5, begin.shape) * height
    ways = rng.integers(8, size=len(begin)) * np.pi / 4 + rng.normal(0, 0.1, len(begin))
    paths = _paths(begin, ways, height * rng.uniform(0.4, 1), grid, rng)
    return _as_wide(paths, max(0.5, height * rng.uniform(0.04, 0.12)), grid)


def grounds(grid: Grid, rng: Chance) -> Mask:
    """Ground beside other ground, with ragged edges and islands of every size."""
    weather = clouds(grid, rng.uniform(1.2, 2.4), rng)
    return weather > np.quantile(weather, rng.uniform(0.2, 0.9))


FAMILIES: dict[str, Callable[[Grid, Chance], Mask]] = {
    "filaments": filaments,
    "branches": branches,
    "mesh": mesh,
    "spots": spots,
    "writing": writing,
    "grounds": grounds,
}


def _paths(begin: Places, ways: Places, length: float, grid: Grid, rng: Chance) -> Places:
    """All places (N, 2) in the grid that paths from there (P, 2), in these directions (P,), go through."""
    bend = _between(0.01, 0.25, rng)
    ways = ways[:, np.newaxis] + np.cumsum(rng.normal(0, bend, (len(ways), max(2, int(length)))), axis=1)
    places = begin[:, np.newaxis] + np.cumsum(np.stack([np.sin(ways), np.cos(ways)], -1), axis=1)
    places = places.reshape(-1, 2)
    inside = places[((places >= 0) & (places < grid)).all(1)]
    return inside if len(inside) else np.array(grid)[np.newaxis] / 2


def _as_wide(places: Places, half: float, grid: Grid) -> Mask:
    """All that is no further than that from one of the places."""
    away = np.ones(grid, bool)
    away[tuple(places.astype(int).T)] = False
    return np.asarray(ndimage.distance_transform_edt(away) <= half)


def _between(low: float, high: float, rng: Chance) -> float:
    """Small ones as likely as large ones."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
