"""What is rehearsed on: pieces of pictures of one kind, and what is to be found in all of them.

What is to be found changes: the objects, all but the objects, their rims, what is inside the rims. So the network
cannot know by the picture alone, and must learn to look at the strokes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.datasets import Dataset, dataset
from benchmarks.starting_models.lots import FORBIDDEN
from benchmarks.starting_models.shapes import make
from benchmarks.starting_models.steering.disguises import disguised

SIDE = 192
"""Of a piece, in pixels."""

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

LEAST, MOST = 0.02, 0.95
"""Of a piece, so much is to be found: else there is nothing to paint, or nothing else."""

NUCLEI = 0.15
"""Share of made-up pictures that are of the nucleus-like sort."""

Image = NDArray[np.generic]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.integer]
Chance = np.random.Generator


@dataclass(frozen=True)
class Piece:
    """A picture (SIDE, SIDE) or (SIDE, SIDE, 3), and where what is to be found is."""

    image: Image
    truth: Mask


Pieces = list[Piece]


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
        yield from _useful([Piece(disguise(image), sought(name, mask, found)) for image, mask in pieces])


def made_up(_: Path, rng: Chance) -> Iterator[Pieces]:
    """Pieces of the shape world, without end."""
    while True:
        sort = "nuclei" if rng.random() < NUCLEI else "cells"
        shape = make(sort, int(rng.integers(1 << 30)), int(rng.integers(1 << 30)))
        image = shape.image[0] if len(shape.image) == 1 else np.moveaxis(shape.image, 0, -1)
        odds = WALLS if shape.family == "tiling" else ODDS
        found = str(rng.choice(list(SOUGHT), p=odds))
        pieces = [_window(image, shape.mask, SIDE, rng) for _ in range(ALIKE)]
        yield from _useful([Piece(image, sought("shapes", mask, found)) for image, mask in pieces])


SOURCES: dict[str, Callable[[Path, Chance], Iterator[Pieces]]] = {"real": real, "made-up": made_up}


def sought(name: str, mask: Numbers, found: str) -> Mask:
    """Where what is to be found is, in a mask of that set."""
    if name == "em_axon_sem" and found in ("rim", "core"):
        return mask == (2 if found == "rim" else 1)  # myelin lies around the axon
    return SOUGHT[found](mask)


def _rim(mask: Numbers) -> Mask:
    edge = ndimage.maximum_filter(mask, 3) != ndimage.minimum_filter(mask, 3)
    return np.asarray(ndimage.binary_dilation(edge, iterations=2))


SOUGHT: dict[str, Callable[[Numbers], Mask]] = {
    "objects": lambda mask: mask > 0,
    "inverse": lambda mask: mask == 0,
    "rim": _rim,
    "core": lambda mask: (mask > 0) & ~_rim(mask),
}
ODDS = (0.79, 0.09, 0.06, 0.06)
WALLS = (0.4, 0.35, 0.2, 0.05)
"""Where cells fill a picture, walls are sought as often: membranes are such."""


def _useful(pieces: Pieces) -> Iterator[Pieces]:
    """Those that are of the same kind as the first, and not the same everywhere; none unless there are several."""
    kept = [piece for piece in pieces if piece.image.ndim == pieces[0].image.ndim and np.ptp(piece.image) > 0]
    kept = [piece for piece in kept if LEAST < piece.truth.mean() < MOST]
    if len(kept) > 1:
        yield kept


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
    return _window(image, mask, round(SIDE / zoom), rng)


@lru_cache(maxsize=200)
def pixels(one: Dataset, file: str) -> tuple[Image, Numbers]:
    """Picture and mask."""
    return one.pixels("images", file), one.pixels("masks", file)


def _window(image: Image, mask: Numbers, side: int, rng: Chance) -> tuple[Image, Numbers]:
    """A square of about that side, brought to SIDE."""
    side = min(side, *mask.shape)
    y, x = (int(rng.integers(whole - side + 1)) for whole in mask.shape)
    window = slice(y, y + side), slice(x, x + side)
    return _zoomed(image[window]), mask[window][np.ix_(*[_places(side)] * 2)]


def _places(side: int) -> NDArray[np.intp]:
    return np.minimum(((np.arange(SIDE) + 0.5) * side / SIDE).astype(int), side - 1)


def _zoomed(image: Image) -> Image:
    """The square image as large as a piece, smoothed first when it becomes smaller."""
    side = len(image)
    if side == SIDE:
        return image
    still = (0,) * (image.ndim - 2)
    fine = image.astype(np.float32)
    if side > SIDE:
        fine = ndimage.gaussian_filter(fine, (0.4 * side / SIDE,) * 2 + still)
    return ndimage.zoom(fine, (SIDE / side,) * 2 + (1,) * len(still), order=1, grid_mode=True, mode="nearest")
