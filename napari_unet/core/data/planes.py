"""The planes of a stack: those with labels, and each as a picture of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import UNLABELLED
from napari_unet.core.data.axes import behind
from napari_unet.core.data.sample import Sample

FLAT = 2
"""Axes of the annotation of a picture that is no stack."""

Place = tuple[int, ...]
"""Which plane of a stack: along ([T,] [Z]), counted from 0. Empty for a picture that is none."""


def letters_of(sample: Sample) -> str:
    """The letters of the axes of its annotation; where nobody has said, ([T,] Z, Y, X)."""
    return sample.axes or "TZYX"[-sample.annotation.ndim :]


def has_depth(sample: Sample) -> bool:
    """Whether it has focal planes: a 3-D network can look at nothing else."""
    return "Z" in letters_of(sample)


def labelled_places(sample: Sample) -> list[Place]:
    """The planes that something is painted on, in the order in which they are stored; all of a complete stack."""
    shape = sample.annotation.shape[:-FLAT]
    if sample.complete or not shape:
        return list(np.ndindex(shape))
    painted = (sample.annotation != UNLABELLED).any((-2, -1))
    return [tuple(int(at) for at in place) for place in np.argwhere(painted)]


def plane_of(sample: Sample, place: Place) -> Sample:
    """A plane as a picture of its own: complete where nothing on it is unlabelled."""
    if not place:
        return sample
    annotation = sample.annotation[place]
    return dataclasses.replace(
        sample,
        name=f"{sample.name} {place_words(place)}",
        image=sample.image[behind(place)],
        annotation=annotation,
        complete=sample.complete or bool((annotation != UNLABELLED).all()),
        axes="YX",
        origins=None if sample.origins is None else sample.origins[place],
    )


def planes_of(sample: Sample) -> Iterator[Sample]:
    """Each plane with labels as a picture of its own; a flat picture itself."""
    for place in labelled_places(sample):
        yield plane_of(sample, place)


def labelled_planes(sample: Sample, places: list[Place]) -> Sample:
    """A stack of these planes alone, (C, N, Y, X), complete where all of them is labelled; a flat picture itself."""
    if sample.annotation.ndim == FLAT:
        return sample
    annotation = gathered(sample.annotation, places)
    complete = sample.complete or bool((annotation != UNLABELLED).all())
    seen = np.broadcast_to(np.zeros((), sample.image.dtype), (len(sample.image), *annotation.shape))
    return dataclasses.replace(sample, image=seen, annotation=annotation, complete=complete)


def gathered(array: NDArray[np.integer], places: list[Place]) -> NDArray[np.integer]:
    """Some planes of an array (..., Y, X), as (N, Y, X)."""
    return np.stack([array[place] for place in places])


def place_words(place: Place) -> str:
    """Which plane, as a person counts: "plane 3", "time 2, plane 3"."""
    words = ("time", "plane")[-len(place) :]
    return ", ".join(f"{word} {at + 1}" for word, at in zip(words, place, strict=True))
