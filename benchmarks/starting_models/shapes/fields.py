"""Textures: planes (Y, X) of mean 0 and spread 1, of the many kinds that cells and their surroundings show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

Plane = NDArray[np.float64]
Grid = tuple[int, int]
Chance = np.random.Generator


def unit(plane: Plane) -> Plane:
    """The plane with mean 0 and spread 1; a flat one stays flat."""
    centred: Plane = plane - plane.mean()
    spread = float(centred.std())
    return centred / spread if spread > 1e-9 else centred


def clouds(grid: Grid, exponent: float, rng: Chance) -> Plane:
    """Noise whose strength falls with frequency to this power: 0 is grain, 1.5 is cytoplasm, 3 is weather."""
    rows, columns = fft.fftfreq(grid[0])[:, np.newaxis], fft.rfftfreq(grid[1])
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = 1
    spectrum = fft.rfft2(rng.normal(size=grid)) * frequency**-exponent
    spectrum[0, 0] = 0
    return unit(fft.irfft2(spectrum, grid))


def smooth(grid: Grid, width: float, rng: Chance) -> Plane:
    """Hills about `width` pixels wide."""
    return unit(ndimage.gaussian_filter(rng.normal(size=grid), width, mode="wrap"))


def flat(grid: Grid, rng: Chance) -> Plane:
    """Nothing."""
    return np.zeros(grid)


def fractal(grid: Grid, rng: Chance) -> Plane:
    """Clouds of any roughness."""
    return clouds(grid, rng.uniform(0.6, 2.2), rng)


def grain(grid: Grid, rng: Chance) -> Plane:
    """Fine grain, as in electron microscopy."""
    return smooth(grid, rng.uniform(0.4, 1.4), rng)


def stripes(grid: Grid, rng: Chance) -> Plane:
    """Stripes in one direction, bent a little."""
    rows, columns = np.indices(grid)
    angle, length = rng.uniform(0, np.pi), rng.uniform(3, 16)
    bend = clouds(grid, 2.2, rng) * rng.uniform(1, 8)
    return unit(np.sin(2 * np.pi * (rows * np.sin(angle) + columns * np.cos(angle) + bend) / length))


def spots(grid: Grid, rng: Chance) -> Plane:
    """Round spots of either sign, sparse or crowded."""
    return unit(ndimage.gaussian_filter(_points(grid, rng), rng.uniform(0.8, 2.8), mode="wrap")) * rng.choice([-1, 1])


def vesicles(grid: Grid, rng: Chance) -> Plane:
    """Small rings."""
    points, width = _points(grid, rng), rng.uniform(1, 2.5)
    near, far = (ndimage.gaussian_filter(points, width * factor, mode="wrap") for factor in (1, 1.7))
    return unit(far - 0.6 * near) * rng.choice([-1, 1])


def threads(grid: Grid, rng: Chance) -> Plane:
    """Ridges that wind about, as chromatin, folded membranes and filaments do."""
    return unit(-(np.abs(smooth(grid, rng.uniform(1.5, 5), rng)) ** 0.7)) * rng.choice([-1, 1])


def _points(grid: Grid, rng: Chance) -> Plane:
    shown: NDArray[np.bool_] = rng.random(grid) < 10 ** rng.uniform(-2.8, -1.4)
    return shown * rng.uniform(0.3, 1, grid)


KINDS: tuple[Callable[[Grid, Chance], Plane], ...] = (flat, fractal, grain, stripes, spots, vesicles, threads)
SHARES = (0.12, 0.3, 0.16, 0.07, 0.13, 0.1, 0.12)


def texture(grid: Grid, rng: Chance) -> Plane:
    """A texture of any kind, or two of them over each other."""
    first, second = (KINDS[kind](grid, rng) for kind in rng.choice(len(KINDS), 2, p=SHARES))
    return unit(first + rng.choice([0, 0, rng.uniform(0.2, 1)]) * second)
