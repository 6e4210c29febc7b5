"""One picture of the shape world: the same for the same seed and index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.starting_models.shapes.camera import Image, grey, stained
from benchmarks.starting_models.shapes.clutter import clutter
from benchmarks.starting_models.shapes.fields import Chance, Grid, Plane, texture
from benchmarks.starting_models.shapes.light import body_of, shine
from benchmarks.starting_models.shapes.neuropil import neuropil
from benchmarks.starting_models.shapes.outlines import blob, draw_crowd, ellipse, rod, scatter
from benchmarks.starting_models.shapes.slender import FAMILIES
from benchmarks.starting_models.shapes.tissues import SMALLEST, in_one_piece, patches, tiling

GRID: Grid = (256, 256)
COLOURED = 0.2
"""So many pictures are stained sections."""

BESIDE = 0.35
"""So many pictures of what is slender show something else, too."""

SORTS = {
    "nuclei": {"ellipses": 0.5, "blobs": 0.5},
    "cells": {"ellipses": 0.14, "blobs": 0.28, "rings": 0.12, "tiling": 0.24, "rods": 0.13, "patches": 0.09},
    "membranes": {"neuropil": 0.75, "ellipses": 0.05, "blobs": 0.1, "rods": 0.05, "patches": 0.05},
    "slender": {
        "filaments": 0.22,
        "branches": 0.12,
        "mesh": 0.16,
        "spots": 0.28,
        "writing": 0.1,
        "grounds": 0.12,
    },
}
"""Which families of shapes there are, and how often."""

SIZES = {"nuclei": (5.0, 35.0), "cells": (4.0, 60.0)}
"""Radius in pixels."""


@dataclass(frozen=True)
class Shape:
    """A picture (C, Y, X) and its mask (Y, X), 0 is background and 1, 2, ... are objects."""

    family: str
    image: Image
    mask: NDArray[np.uint16]


def make(sort: str, seed: int, index: int) -> Shape:
    """The picture of that index; `sort` is one of SORTS."""
    rng = np.random.default_rng([seed, index])
    family = str(rng.choice(list(SORTS[sort]), p=list(SORTS[sort].values())))
    if family == "neuropil":
        return _tissue(rng)
    look = "cells" if sort == "membranes" or family == "grounds" else sort
    mask = _slender(family, rng) if family in FAMILIES else _filled(family, look, rng)
    body = body_of(mask, rng.uniform(0.4, 1.2))
    objects, around = shine(body, look, family == "rings", rng)
    if sort == "membranes":
        mask = np.zeros_like(mask)  # there are none
    around = around + (_beside_slender(rng) if sort == "slender" else clutter(GRID, rng))
    if rng.random() < COLOURED:
        weight, rest = body.cover, 1 - body.cover
        return Shape(family, stained(weight * (objects + 0.6), rest * (around + 0.3) + 0.4 * weight, rng), mask)
    return Shape(family, grey(body.cover * objects + (1 - body.cover) * around, rng), mask)


def _slender(family: str, rng: Chance) -> NDArray[np.uint16]:
    """Each piece that hangs together is an object of its own."""
    return np.asarray(ndimage.label(FAMILIES[family](GRID, rng), np.ones((3, 3)))[0], np.uint16)


def _beside_slender(rng: Chance) -> Plane:
    """Now and then round things of any size, brighter or darker than the ground: clutter would look like what is
    wanted.
    """
    if rng.random() > BESIDE:
        return np.zeros(GRID)
    round_ones = scatter(GRID, draw_crowd(*SIZES["nuclei"], rng), blob, rng) > 0
    light = ndimage.gaussian_filter(round_ones.astype(float), rng.uniform(0.5, 3))
    return rng.choice([-1, 1]) * rng.uniform(0.2, 0.9) * light


def _tissue(rng: Chance) -> Shape:
    """Only the membranes of cells that fill the picture are wanted."""
    light, membranes = neuropil(GRID, rng)
    if rng.random() < COLOURED / 2:
        dye = light - np.percentile(light, 1)
        return Shape("neuropil", stained(dye, 0.3 + rng.uniform(0, 0.3) * texture(GRID, rng), rng), membranes)
    return Shape("neuropil", grey(light, rng), membranes)


def _filled(family: str, sort: str, rng: Chance) -> NDArray[np.uint16]:
    """The mask of a family, drawn again in the rare case that nothing is left of it."""
    while True:
        mask = in_one_piece(_labels(family, sort, rng), SMALLEST)
        if mask.any():
            return mask


def _labels(family: str, sort: str, rng: Chance) -> NDArray[np.int32]:
    low, high = SIZES[sort]
    if family == "tiling":
        return tiling(GRID, float(np.exp(rng.uniform(np.log(7), np.log(50)))), rng)
    if family == "patches":
        return patches(GRID, rng.uniform(15, high), rng)
    outline = {"ellipses": ellipse, "blobs": blob, "rings": blob, "rods": rod}[family]
    return scatter(GRID, draw_crowd(2.5 * low if family in ("rods", "rings") else low, high, rng), outline, rng)
