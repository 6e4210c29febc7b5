"""Tissue packed with cells, of which only the membranes are wanted: as electron microscopy shows it, and dyed walls.

Cells of very different size lie side by side without gaps, run in bundles, and are full of what is no membrane of
theirs: mitochondria with folds, vesicles, grain. Planes are (Y, X); brightness in units of a full contrast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from benchmarks.starting_models.shapes.fields import Chance, Grid, Plane, smooth, stripes, texture, vesicles

RADII = (6.0, 45.0)
"""Of cells, in pixels."""

WIDTHS = (0.8, 4.0)
"""Half the width of a membrane, in pixels."""

THICKEST = 0.2
"""Of a cell's radius: half the width of its membrane is no more."""

NARROWEST = 5.0
"""Half the width of cells in a bundle, in pixels, and the radius of others where they are crowded."""

BESIDE = 0.8
"""A person's outline of a membrane is wider than what is dark, by so many pixels on each side."""

FAR = 2.0
"""So much farther out, membranes cannot be seen any more."""


def neuropil(grid: Grid, rng: Chance) -> tuple[Plane, NDArray[np.uint16]]:
    """The light, and the mask: 1 where there is a membrane."""
    radius = float(np.exp(rng.uniform(*np.log(RADII))))
    cells = _cells(grid, radius, rng)
    depth = _depth(cells)
    thick = min(float(np.exp(rng.uniform(*np.log(WIDTHS)))), THICKEST * radius)
    width = thick * np.exp(0.25 * smooth(grid, 15, rng))
    slant = _step(2 * (smooth(grid, rng.uniform(6, 15), rng) - rng.uniform(0.9, 2)))
    width = width * (1 + rng.uniform(0.5, 2.5) * slant)
    wall = _wall(depth, width, rng) * (1 - rng.uniform(0, 0.6) * slant)
    wall *= np.clip(1 + rng.uniform(0, 0.3) * smooth(grid, 10, rng), 0.3, 2)
    inside = _inside(cells, depth - width, rng)
    light = inside + (rng.uniform(0.5, 1.1) - rng.uniform(0, 1) * np.clip(inside, 0, None)) * wall
    light = light + _smudges(grid, depth, rng)
    return light * rng.choice([-1, 1], p=[0.75, 0.25]), (depth < width + BESIDE).astype(np.uint16)


def _cells(grid: Grid, radius: float, rng: Chance) -> NDArray[np.intp]:
    """Numbers of cells: a bundle of long ones beside round ones, some of them grown together."""
    first = _packed(grid, radius, 1, rng)
    if rng.random() < 0.4:
        return first
    long = max(radius * rng.uniform(1, 2.5), 2 * NARROWEST)
    bundle = _packed(grid, long, min(rng.uniform(2, 7), long / NARROWEST), rng)
    return np.where(smooth(grid, 80, rng) > rng.uniform(-0.5, 1), bundle + first.max() + 1, first)


def _packed(grid: Grid, radius: float, stretch: float, rng: Chance) -> NDArray[np.intp]:
    """Nearest of many places, whose density changes, in a plane that is stretched and bent."""
    crowd = np.maximum(radius * np.exp(rng.uniform(0.2, 0.9) * smooth(grid, 40, rng)), NARROWEST)
    places = np.argwhere(rng.random(grid) < 0.5 / (np.pi * crowd**2 / stretch))
    places = places if len(places) > 1 else rng.uniform(0, grid, (4, 2))
    bends = ((rng.uniform(0, 0.5), 1.2), (rng.uniform(0, 0.2), 0.4))
    bend = sum(radius * much * np.stack([smooth(grid, wide * radius, rng) for _ in range(2)]) for much, wide in bends)
    angle = rng.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [stretch * np.sin(angle), stretch * np.cos(angle)]])
    _, nearest = cKDTree(places @ turn.T).query((np.indices(grid) + bend).reshape(2, -1).T @ turn.T)
    return _grown_together(places, rng)[nearest].reshape(grid)


def _grown_together(places: NDArray[np.generic], rng: Chance) -> NDArray[np.intp]:
    """A number for each place: some have that of their neighbour."""
    numbers, share = np.arange(len(places)), rng.uniform(0, 0.6)
    neighbour = cKDTree(places).query(places, k=2)[1][:, 1]
    joined: NDArray[np.intp] = np.where(rng.random(len(places)) < share, numbers[neighbour], numbers)
    return joined


def _depth(cells: NDArray[np.intp]) -> Plane:
    """How far from the border between two cells each pixel lies."""
    border = np.zeros(cells.shape, bool)
    border[:-1] |= cells[:-1] != cells[1:]
    border[:, :-1] |= cells[:, :-1] != cells[:, 1:]
    border[0, 0] |= not border.any()
    depth: Plane = ndimage.distance_transform_edt(~border)
    return depth


def _step(plane: Plane) -> Plane:
    """From 0 to 1 where the plane rises through 0."""
    return 1 / (1 + np.exp(-np.clip(2 * plane, -30, 30)))


def _wall(depth: Plane, width: Plane, rng: Chance) -> Plane:
    """How much of a pixel is membrane, now and then two lines with a cleft between them."""
    soft = rng.uniform(0.3, 0.8)
    wall = _step((width - depth) / soft)
    cleft = rng.choice([0, rng.uniform(0.2, 0.9)], p=[0.7, 0.3])
    return wall - cleft * _step((0.45 * width - depth) / soft)


def _inside(cells: NDArray[np.intp], room: Plane, rng: Chance) -> Plane:
    """What cells are filled with: each its own grey, a texture, vesicles in some places, and bodies."""
    grid = (cells.shape[0], cells.shape[1])
    own = rng.normal(0, rng.choice([0.04, rng.uniform(0, 0.25)]), int(cells.max()) + 1)[cells]
    plane = own + rng.uniform(0.02, 0.22) * texture(grid, rng)
    if rng.random() < 0.5:
        plane = plane + rng.uniform(0.05, 0.25) * vesicles(grid, rng) * _step(4 * smooth(grid, 20, rng))
    for _ in range(rng.integers(0, 14)):
        plane = _with_body(plane, cells, room, rng)
    return plane


def _with_body(plane: Plane, cells: NDArray[np.intp], room: Plane, rng: Chance) -> Plane:
    """A mitochondrion, a drop or a hole in one of the cells that have room: a skin, and folds or grain within."""
    short = float(np.exp(rng.uniform(np.log(3), np.log(18))))
    middles = np.argwhere(room > 0.8 * short + FAR)
    if not len(middles):
        return plane
    row, column = middles[rng.integers(len(middles))]
    angle, long = rng.uniform(0, np.pi), short * rng.uniform(1, 2.5)
    rows, columns = np.indices(cells.shape) - np.array([row, column])[:, None, None]
    along = (rows * np.sin(angle) + columns * np.cos(angle)) / long
    across = (columns * np.sin(angle) - rows * np.cos(angle)) / short
    inner = short * (1 - np.hypot(along, across) + 0.08 * smooth((cells.shape[0], cells.shape[1]), short / 2, rng))
    here = np.minimum(inner, room - rng.uniform(0.5, FAR)) * (cells == cells[row, column])
    filled, skin = _step(2 * here), np.exp(-0.5 * ((here - 1) / rng.uniform(0.6, 1.3)) ** 2) * (here > -2)
    grid = (cells.shape[0], cells.shape[1])
    grain = stripes(grid, rng) if rng.random() < 0.5 else texture(grid, rng)
    level = rng.choice([-1, 1], p=[0.2, 0.8]) * rng.uniform(0.05, 0.7)
    return (1 - filled) * plane + filled * (level + rng.uniform(0, 0.25) * grain) + rng.uniform(0, 0.6) * skin


def _smudges(grid: Grid, depth: Plane, rng: Chance) -> Plane:
    """Dark places on membranes, as synapses are."""
    plane, places = np.zeros(grid), np.argwhere(depth < 1)
    for row, column in places[rng.integers(len(places), size=rng.integers(0, 6))]:
        plane[row, column] = 1
    wide = rng.uniform(2, 5)
    return rng.uniform(0, 0.8) * 2 * np.pi * wide**2 * ndimage.gaussian_filter(plane, wide)
