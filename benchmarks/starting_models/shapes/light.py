"""What a microscope shows of objects: their level, texture, rim and relief. One of these always tells them apart.

All planes are (Y, X); brightness in units of a full contrast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.starting_models.shapes.fields import Chance, Plane, smooth, texture

CUES = ("level", "texture", "rim", "relief")
SHARES = {
    "cells": (0.46, 0.16, 0.24, 0.14),
    "nuclei": (0.88, 0.06, 0.06, 0.0),
    "slender": (0.96, 0.0, 0.04, 0.0),
}
"""How often each is what the objects are told by."""


@dataclass(frozen=True)
class Body:
    """Where the objects are: `labels`, how deep inside its own object and how far outside any a pixel lies (pixels),
    and `cover`, how much of a pixel is object (0 to 1).
    """

    labels: NDArray[np.uint16]
    depth: Plane
    outside: Plane
    cover: Plane


def body_of(labels: NDArray[np.uint16], softness: float) -> Body:
    """The distances that light is drawn by."""
    same = ndimage.maximum_filter(labels, 3) == ndimage.minimum_filter(labels, 3)
    depth = ndimage.distance_transform_edt(np.pad(same, 1, mode="edge"))[1:-1, 1:-1] * (labels > 0)
    outside = ndimage.distance_transform_edt(labels == 0) if labels.any() else np.full(labels.shape, 1e3)
    return Body(labels, depth, outside, ndimage.gaussian_filter((labels > 0).astype(float), softness))


def shine(body: Body, sort: str, walled: bool, rng: Chance) -> tuple[Plane, Plane]:
    """The light of objects and of what surrounds them, each (Y, X) and everywhere; `Body.cover` mixes them.

    `walled` objects are tubes cut across: a thick wall around a lumen, and a sheath around the wall.
    """
    cue = rng.choice(CUES, p=SHARES[sort])
    level = rng.choice([-1, 1]) * (rng.uniform(0.4, 1) if cue == "level" else rng.choice([0, rng.uniform(0, 0.3)]))
    inner, outer = rng.choice([0.03, rng.uniform(0, 0.3)], 2)
    if cue == "texture":
        inner, outer = rng.permutation([rng.uniform(0.3, 0.6), rng.uniform(0, 0.08)])
    fields = [texture(body.labels.shape, rng) for _ in range(2)]
    own = _each(body, rng.choice([0.05, 0.25]), rng)
    inside = _lumen(body, level, rng) if walled else _within(body, cue == "level", rng)
    objects = level * own + inner * fields[0] + inside
    edges = _edges(body, cue, rng)
    return objects + edges, outer * fields[1] + edges


def _edges(body: Body, cue: str, rng: Chance) -> Plane:
    """Rim and relief; either is weak or missing where the objects are told by something else."""
    rim = rng.uniform(0.5, 1.1) if cue == "rim" else rng.choice([0, 0, rng.uniform(0, 0.5)])
    relief = rng.uniform(0.5, 1) if cue == "relief" else rng.choice([0, 0.2], p=[0.9, 0.1])
    return _rim(body, rim, rng) + (relief * _relief(body, rng) if relief else 0)


def _each(body: Body, spread: float, rng: Chance) -> Plane:
    """A brightness of its own for each object, around 1."""
    own = np.exp(rng.normal(0, spread, int(body.labels.max()) + 1))
    return own[body.labels]


def _lumen(body: Body, level: float, rng: Chance) -> Plane:
    """A lumen that is nearly as the surroundings, or of a look of its own; now and then a line along the wall."""
    width = rng.uniform(0.25, 0.7)
    core = _step(_share(body) + 0.05 * smooth(body.labels.shape, 3, rng) - width, 25)
    look = rng.choice([0, 0, rng.uniform(-0.6, 0.6)]) + rng.uniform(0, 0.25) * texture(body.labels.shape, rng)
    line = rng.choice([0, rng.uniform(-0.6, 0.6)]) * np.exp(-0.5 * ((body.depth - 1) / rng.uniform(0.7, 1.5)) ** 2)
    return core * (look - level) + line


def _share(body: Body) -> Plane:
    """How far from its edge (0) to its deepest place (1) in its object a pixel lies."""
    deepest = ndimage.maximum(body.depth, body.labels, np.arange(int(body.labels.max()) + 1))
    return body.depth / np.maximum(deepest, 1)[body.labels]


def _step(plane: Plane, steepness: float) -> Plane:
    """From 0 to 1 where the plane rises through 0."""
    return 1 / (1 + np.exp(-np.clip(plane * steepness, -30, 30)))


def _within(body: Body, allowed: bool, rng: Chance) -> Plane:
    """What lies inside an object: a round shading towards the middle, a core or a lumen with a wall of its own."""
    share = _share(body)
    dome = rng.choice([0, 0, rng.uniform(-0.4, 0.6)]) * np.sqrt(share)
    if rng.random() > 0.35:
        return dome
    edge = share + 0.1 * smooth(body.labels.shape, 3, rng) - rng.uniform(0.35, 0.75)
    core = _step(edge, 25)
    strength = rng.uniform(0.2, 0.9 if allowed else 0.4) * rng.choice([-1, 1])
    return dome + core * (strength + rng.uniform(0, 0.3) * texture(body.labels.shape, rng))


def _rim(body: Body, strength: float, rng: Chance) -> Plane:
    """What edges do: a dark or bright line, a halo outside as in phase contrast, a stained shell, a sheath."""
    if not strength:
        return np.zeros(body.labels.shape)
    here = body.labels > 0
    far, width, sign = np.where(here, body.depth, body.outside), rng.uniform(0.8, 2.2), rng.choice([-1, 1])
    wide = width * rng.uniform(1.5, 4)
    kind = rng.integers(4)
    if kind == 0:
        return strength * sign * np.exp(-0.5 * (far / width) ** 2)
    if kind == 1:
        return strength * (np.exp(-far / wide) * ~here - rng.uniform(0.2, 0.8) * np.exp(-far / width) * here)
    if kind == 2:
        return strength * sign * np.exp(-((far / wide) ** 2)) * here
    sheath = here * _step(1.5 * wide - far, 2)
    return strength * sign * (sheath - 0.7 * np.exp(-0.5 * (far / width) ** 2))


def _relief(body: Body, rng: Chance) -> Plane:
    """Lit from one side, as in differential interference contrast."""
    height = ndimage.gaussian_filter(np.minimum(body.depth, rng.uniform(3, 12)) ** 0.7, rng.uniform(0.8, 2))
    height = height + rng.uniform(0, 0.3) * smooth(body.labels.shape, rng.uniform(2, 5), rng)
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.gradient(height)
    slope = np.sin(angle) * rows + np.cos(angle) * columns
    return slope / max(float(np.percentile(np.abs(slope), 99)), 1e-6)
