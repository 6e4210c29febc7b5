"""Samples from the real sets and the shape world. What is in `train` is learned from, what is in `val` measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import Dataset, Entry, by_category, dataset, evenly
from benchmarks.starting_models.lots import FORBIDDEN, Lot
from benchmarks.starting_models.masks import halved, opened
from benchmarks.starting_models.shapes import make
from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.sample import Sample

MOST_MEASURED = 36
"""Pictures that measure: few enough that an epoch need not wait for them."""

HALVINGS = {"phc_t98g": 1, "em_axon_sem": 2}
"""Sets of large pictures: each is also learned from at half the size, so many times."""

EVERY = 4
"""Of a volume, every so many planes: those next to each other are nearly the same."""


def samples(folder: Path, lot: Lot, seed: int) -> tuple[Sample, ...]:
    """All that a lot learns from, and what measures it. Raises Missing."""
    sets = [_permitted(folder, name) for name in lot.sets]
    learned = [sample for one in sets for entry in one.entries("train") for sample in _of(one, entry)]
    return (*learned, *made_up(lot, seed), *_measured(sets))


def made_up(lot: Lot, seed: int) -> Iterator[Sample]:
    """Pictures of the shape world; the last ones measure, if the lot wants some to."""
    for index in range(lot.made_up + lot.measuring):
        shape = make(lot.sort, seed, index)
        name = f"shapes {index:04d}"
        measures = index >= lot.made_up
        yield Sample(name, shape.image, from_mask(shape.mask), True, measures, colour=len(shape.image) == 3)


def _permitted(folder: Path, name: str) -> Dataset:
    if name in FORBIDDEN:
        raise ValueError(f"{name} must not be learned from: its licence forbids to give such a model away.")
    return dataset(folder, name)


def _measured(sets: list[Dataset]) -> list[Sample]:
    """A few pictures that are kept out of learning, evenly spread over sets and categories."""
    entries = [(one, entry) for one in sets for entry in by_category(one.entries("val"))]
    chosen = evenly(entries, MOST_MEASURED)
    # As they are: the smaller copies of a picture would say the same again.
    return [replace(next(_of(one, entry)), validation=True) for one, entry in chosen]


def _of(one: Dataset, entry: Entry) -> Iterator[Sample]:
    """The samples that one file gives: the picture, smaller copies of a large one, planes of a volume."""
    image, mask = (one.pixels(part, entry.file) for part in ("images", "masks"))
    name = f"{one.name} {Path(entry.file).stem}"
    if mask.ndim == 3:
        for plane in range(0, len(mask), EVERY):
            yield from _flat(f"{name} {plane}", image[plane][np.newaxis], mask[plane], entry)
        return
    # Colours stand behind the picture's axes in the file.
    image = np.moveaxis(image, -1, 0) if image.ndim == 3 else image[np.newaxis]
    yield from _flat(name, image, mask, entry)
    for step in range(HALVINGS.get(one.name, 0)):
        image, mask = halved(image, mask)
        yield from _flat(f"{name} 1-{2 ** (step + 1)}", image, mask, entry)


def _flat(name: str, image: NDArray[np.generic], mask: NDArray[np.integer], entry: Entry) -> Iterator[Sample]:
    """One sample, unless it shows nothing at all."""
    if image.min() == image.max():
        return
    annotation = opened(mask) if entry.classes else from_mask(mask)
    # The set has a mask for every pixel; but where objects run together, nobody has said where one ends.
    yield Sample(name, image, annotation, not entry.classes, False, colour=len(image) == 3)
