"""What is rehearsed on: pieces of pictures of one kind, and what is to be found in all of them.

What is to be found changes, so the network cannot know by the picture alone, and must learn to look at the strokes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.datasets import Dataset, dataset
from benchmarks.starting_models.lots import FORBIDDEN
from benchmarks.starting_models.shapes import make
from benchmarks.starting_models.shapes.slender import FAMILIES
from benchmarks.starting_models.steering.disguises import disguised
from benchmarks.starting_models.steering.pieces import (
    ODDS,
    SIDE,
    SOUGHT,
    WALLS,
    WHOLE,
    Chance,
    Image,
    Numbers,
    Piece,
    Pieces,
    sought,
    useful,
    window_of,
)

ALIKE = 5
"""So many pieces of one kind."""

SHARES = {
    "dsb2018": 0.35,
    "phc_t98g": 0.2,
    "phc_nist_colony": 0.12,
    "em_axon_sem": 0.23,
    "nuclei3d": 0.1,
}
"""How often pieces are of each set."""

ZOOMS = {
    "dsb2018": (0.8, 2.0),
    "phc_t98g": (0.4, 1.1),
    "phc_nist_colony": (0.9, 1.6),
    "em_axon_sem": (0.3, 1.1),
    "nuclei3d": (1.6, 2.5),
}
"""Pieces are so many times as large as the picture."""

FINENESS, AROUND = (0.7, 5.0), 3
"""What is bright or dark: a Gaussian of such a standard deviation in pixels, less one so many times as wide."""

NUCLEI = 0.15
"""Share of made-up pictures that are of the nucleus-like sort."""


def real(folder: Path, rng: Chance) -> Iterator[Pieces]:
    """Pieces of the real sets, without end. Raises Missing, and ValueError for a set that must not be used."""
    if set(SHARES) & set(FORBIDDEN):
        raise ValueError(f"{FORBIDDEN} must not be learned from.")
    sets = {name: dataset(folder, name) for name in SHARES}
    while True:
        name = str(rng.choice(list(SHARES), p=list(SHARES.values())))
        found = str(rng.choice(list(SOUGHT), p=ODDS))
        pieces = [_of_set(sets[name], rng) for _ in range(ALIKE)]
        disguise = disguised(rng)
        yield from useful([Piece(disguise(image), sought(name, mask, found)) for image, mask in pieces])


def lit(folder: Path, rng: Chance) -> Iterator[Pieces]:
    """Pieces of the real sets, where what is bright or dark beside its surroundings is to be found, without end: what
    no start knows, and no mask. Raises as `real` does.
    """
    for pieces in real(folder, rng):
        size, share, sign = np.exp(rng.uniform(*np.log(FINENESS))), rng.uniform(0.03, 0.3), rng.choice([-1, 1])
        shown = [sign * _beside_surroundings(piece.image, size) for piece in pieces]
        limit = np.quantile(shown, 1 - share)
        yield from useful([Piece(piece.image, one > limit) for piece, one in zip(pieces, shown, strict=True)])


def _beside_surroundings(image: Image, size: float) -> NDArray[np.floating]:
    """How much brighter a place is, of about that size in pixels, than what surrounds it."""
    grey = image.astype(np.float32) if image.ndim == 2 else image.mean(-1, dtype=np.float32)
    fine: NDArray[np.floating] = ndimage.gaussian_filter(grey, size) - ndimage.gaussian_filter(grey, AROUND * size)
    return fine


def made_up(_: Path, rng: Chance) -> Iterator[Pieces]:
    """Pieces of the shape world, without end."""
    while True:
        yield from _of_shapes("nuclei" if rng.random() < NUCLEI else "cells", rng)


def slender(_: Path, rng: Chance) -> Iterator[Pieces]:
    """Pieces of the shape world that show what is thin, small or ragged, without end."""
    while True:
        yield from _of_shapes("slender", rng)


SOURCES: dict[str, Callable[[Path, Chance], Iterator[Pieces]]] = {
    "real": real,
    "lit": lit,
    "made-up": made_up,
    "slender": slender,
}


STRANGERS = ("lit", "slender")
"""Those that no start knows."""


def _of_shapes(sort: str, rng: Chance) -> Iterator[Pieces]:
    """Pieces of one picture."""
    shape = make(sort, int(rng.integers(1 << 30)), int(rng.integers(1 << 30)))
    image = shape.image[0] if len(shape.image) == 1 else np.moveaxis(shape.image, 0, -1)
    odds = {"tiling": WALLS, **dict.fromkeys(FAMILIES, WHOLE)}.get(shape.family, ODDS)
    found = str(rng.choice(list(SOUGHT), p=odds))
    pieces = [window_of(image, shape.mask, SIDE, rng) for _ in range(ALIKE)]
    yield from useful([Piece(image, sought("shapes", mask, found)) for image, mask in pieces])


def _of_set(one: Dataset, rng: Chance) -> tuple[Image, Numbers]:
    """A piece of a picture of `train`, every category as often, at a random zoom."""
    entries = one.entries("train")
    category = rng.choice(sorted({entry.category for entry in entries}))
    same = [entry for entry in entries if entry.category == category]
    entry = same[rng.integers(len(same))]
    image, mask = pixels(one, entry.file)
    if mask.ndim == 3:
        plane = rng.integers(len(mask) // 6, len(mask) * 5 // 6)
        image, mask = image[plane], mask[plane]
    zoom = float(np.exp(rng.uniform(*np.log(ZOOMS[one.name]))))
    return window_of(image, mask, round(SIDE / zoom), rng)


@lru_cache(maxsize=200)
def pixels(one: Dataset, file: str) -> tuple[Image, Numbers]:
    """Picture and mask."""
    return one.pixels("images", file), one.pixels("masks", file)
