"""Objects that fill the picture together: tilings of cells with walls between them, and patches of growth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from benchmarks.starting_models.shapes.fields import Chance, Grid, clouds, smooth

SMALLEST = 14
"""Pixels; a smaller piece is nothing that a person would outline."""


def tiling(grid: Grid, radius: float, rng: Chance) -> NDArray[np.int32]:
    """Cells side by side; a wall of varying width parts them, and some places are empty."""
    places = _places(grid, radius, rng)
    bend = np.stack([smooth(grid, rng.uniform(0.3, 1) * radius, rng) for _ in range(2)]) * radius * rng.uniform(0, 0.3)
    where = (np.indices(grid) + bend).reshape(2, -1).T
    distance, nearest = cKDTree(places).query(where, k=2)
    width = rng.choice([0.7, rng.uniform(1, 3), rng.uniform(2, 0.4 * radius + 2)])
    walls = width * np.exp(rng.uniform(0, 0.5) * clouds(grid, 1.8, rng)).ravel()
    cells = np.where(distance[:, 1] - distance[:, 0] > walls, nearest[:, 0] + 1, 0)
    empty = rng.random(len(places) + 1) < rng.choice([0, 0.1, 0.5])
    return np.where(empty[cells], 0, cells).reshape(grid).astype(np.int32)


def _places(grid: Grid, radius: float, rng: Chance) -> NDArray[np.float64]:
    """The cells' middles: a grid that was shaken, little for a honeycomb, much for a mess."""
    step = 1.8 * radius
    rows, columns = (np.arange(-step, side + step, step) for side in grid)
    middles = np.stack(np.meshgrid(rows, columns, indexing="ij"), -1)
    middles[::2, :, 1] += step / 2
    spread = rng.uniform(0.08, 0.4) * step
    return (middles + rng.normal(0, spread, middles.shape)).reshape(-1, 2)


def patches(grid: Grid, radius: float, rng: Chance) -> NDArray[np.int32]:
    """Islands of growth that have run together, with ragged edges."""
    ground = smooth(grid, radius * 0.6, rng) + rng.uniform(0, 0.25) * clouds(grid, 1.6, rng)
    grown = ndimage.binary_opening(ground > np.quantile(ground, rng.uniform(0.3, 0.75)), iterations=2)
    numbers: NDArray[np.int32] = ndimage.label(grown)[0]
    return numbers


def in_one_piece(labels: NDArray[np.int32], smallest: int) -> NDArray[np.uint16]:
    """Each object's largest piece, numbered 1, 2, ... without gaps; pieces below `smallest` pixels are gone."""
    kept, count = np.zeros(labels.shape, np.uint16), 0
    for number, window in enumerate(ndimage.find_objects(labels), 1):
        if window is None:
            continue
        pieces, _ = ndimage.label(labels[window] == number)
        sizes = np.bincount(pieces.ravel())[1:]
        if sizes.max() >= smallest:
            count += 1
            kept[window][pieces == sizes.argmax() + 1] = count
    return kept
