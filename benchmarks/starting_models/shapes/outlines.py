"""Objects that are set down one by one: each a function that says how far (pixels) inside a place lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.starting_models.shapes.fields import Chance, Grid, Plane

Inside = Callable[[Plane, Plane], Plane]
"""From the distances (y, x) to the object's middle to how deep inside its outline; negative outside."""

MOST = 220
"""Objects in a picture."""

TRIES = 6
"""Places that are tried for an object before it is given up."""


@dataclass(frozen=True)
class Crowd:
    """How objects lie: their radius in pixels and its spread, the share of the picture they cover, how far apart they
    keep (in pixels; negative: each may lie over others), and whether the next goes over or under those before it.
    """

    radius: float
    spread: float
    cover: float
    gap: float
    over: bool


def draw_crowd(low: float, high: float, rng: Chance) -> Crowd:
    """A crowd of radius between `low` and `high`, small ones as likely as large ones."""
    radius = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    gap = float(rng.choice([-0.4 * radius, -0.15 * radius, 0, 1, rng.uniform(1, 6)]))
    return Crowd(radius, rng.uniform(0.03, 0.35), rng.uniform(0.12, 0.75), gap, bool(rng.random() < 0.5))


def ellipse(radius: float, rng: Chance) -> Inside:
    """An oval, up to twice as long as wide."""
    long, angle = np.sqrt(rng.uniform(1, 2)), rng.uniform(0, np.pi)

    def inside(rows: Plane, columns: Plane) -> Plane:
        along = (rows * np.sin(angle) + columns * np.cos(angle)) / long
        across = (columns * np.sin(angle) - rows * np.cos(angle)) * long
        return radius - np.hypot(along, across)

    return inside


def blob(radius: float, rng: Chance) -> Inside:
    """A smooth outline with bays and bulges."""
    orders = np.arange(1, 8)
    waves = rng.normal(size=7) * rng.uniform(0.1, 0.5) / orders**1.1 * np.exp(1j * rng.uniform(0, 2 * np.pi, 7))
    long, turn = rng.uniform(1, 1.6), rng.uniform(0, np.pi)

    def inside(rows: Plane, columns: Plane) -> Plane:
        along = (rows * np.sin(turn) + columns * np.cos(turn)) / long
        across = (columns * np.sin(turn) - rows * np.cos(turn)) * long
        far = np.hypot(along, across)
        heading = (along + 1j * across) / np.maximum(far, 1e-9)
        return radius * np.clip(1 + np.polyval([*waves[::-1], 0], heading).real, 0.35, 1.8) - far

    return inside


def rod(radius: float, rng: Chance) -> Inside:
    """A rod or a fibre, straight or bent, of one width."""
    length, bend, angle = radius * rng.uniform(1.5, 2.2), rng.normal(0, 0.35), rng.uniform(0, 2 * np.pi)
    half = max(2.0, radius * rng.uniform(0.15, 0.45))
    steps = np.linspace(-1, 1, 25) * length
    heading = angle + bend * steps / length
    middle = np.cumsum(np.stack([np.sin(heading), np.cos(heading)]), axis=1) * (steps[1] - steps[0])
    middle -= middle[:, 12:13]

    def inside(rows: Plane, columns: Plane) -> Plane:
        far = np.full(rows.shape, np.inf)
        for row, column in middle.T:
            np.minimum(far, (rows - row) ** 2 + (columns - column) ** 2, out=far)
        return half - np.sqrt(far)

    return inside


def scatter(grid: Grid, crowd: Crowd, outline: Callable[[float, Chance], Inside], rng: Chance) -> NDArray[np.int32]:
    """Objects of one outline, numbered; where one lies over another, the picture shows the upper one."""
    labels = np.zeros(grid, np.int32)
    wanted = min(MOST, max(1, int(crowd.cover * labels.size / (np.pi * crowd.radius**2))))
    for number in range(1, wanted + 1):
        for _ in range(TRIES):
            if _set_down(labels, number, crowd, outline, rng):
                break
    return labels


def _set_down(
    labels: NDArray[np.int32], number: int, crowd: Crowd, outline: Callable[[float, Chance], Inside], rng: Chance
) -> bool:
    """Try one place for an object; whether there was room."""
    radius = max(2.5, crowd.radius * float(np.exp(rng.normal(0, crowd.spread))))
    place = rng.uniform(-0.3 * radius, np.array(labels.shape) + 0.3 * radius)
    middle = tuple(np.clip(place, 0, np.array(labels.shape) - 1).astype(int))
    if labels[middle]:
        return False  # seen at a glance
    window = tuple(slice(max(0, int(at - 2.3 * radius)), max(0, int(at + 2.3 * radius) + 1)) for at in place)
    rows, columns = np.ogrid[window[0].start : labels.shape[0], window[1].start : labels.shape[1]]
    part = labels[window]
    rows, columns = rows[: part.shape[0]] - place[0], columns[:, : part.shape[1]] - place[1]
    deep = outline(radius, rng)(*np.broadcast_arrays(rows, columns))
    mine, taken = deep > 0, part > 0
    if not mine.any() or _too_near(deep, taken, crowd.gap):
        return False
    part[mine if crowd.over else mine & ~taken] = number
    return True


def _too_near(deep: Plane, taken: NDArray[np.bool_], gap: float) -> bool:
    """Whether others come closer than the gap; with a negative one, deeper into the object than that."""
    return bool((taken & (deep > -gap)).any())
