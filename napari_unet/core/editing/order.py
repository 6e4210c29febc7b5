"""Going from object to object: in reading order, or the most doubtful first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.runs import sizes
from napari_unet.core.editing.edit import Labels

ODD = 0.25
"""How much an odd size counts beside doubt: so much for each halving or doubling of the median size."""

MOST_ODD = 0.5

DISPUTED = 0.5
"""How much an outline counts that two objects share where the network saw no border between them."""

SHARED = 0.25
"""A shared outline counts fully from this share of an object's own on; a circle's is taken for that."""


@dataclass(frozen=True)
class Found:
    """An object, a place inside it along ([Z,] Y, X), and how doubtful it is, 0 and more."""

    number: int
    place: tuple[int, ...]
    doubt: float = 0.0


def next_object(labels: Labels, number: int, by: int) -> Found | None:
    """The next object (`by` = 1) or the one before (-1) by number, round and round; None when there is none."""
    numbers = np.flatnonzero(sizes(labels))
    numbers = numbers[numbers > 0]
    if not len(numbers):
        return None
    at = int(np.searchsorted(numbers, number))
    there = at < len(numbers) and numbers[at] == number
    step = at + by if there or by < 0 else at
    chosen = int(numbers[step % len(numbers)])
    return Found(chosen, _inside(labels, chosen))


def ranked(
    labels: Labels,
    probability: NDArray[np.floating],
    contact: NDArray[np.floating] | None = None,
    spread: NDArray[np.floating] | None = None,
) -> list[Found]:
    """All objects, the most doubtful first.

    An object is doubtful where it is unsure whether its pixels are of one, where it ends at a neighbour and no border
    was seen between the two, and when it is much larger or smaller than others.

    Parameters
    ----------
    labels : ([T,] [Z,] Y, X), 0 = background.
    probability : like the labels, how probable it is that a pixel is of an object, 0..1; one half is least sure.
    contact : like the labels, how probable it is that two objects touch there, 0..1; None where nothing says that.
    spread : like the labels, how far several answers differ, 0..0.5; None where there was one.
    """
    top = int(labels.max(initial=0)) + 1
    areas = sizes(labels)
    there = np.flatnonzero(areas[1:]) + 1
    if not len(there):
        return []
    unsure = 1 - np.abs(2 * probability - 1)
    unsure = unsure if spread is None else np.maximum(unsure, 2 * spread)
    doubts = np.bincount(labels.ravel(), weights=unsure.ravel(), minlength=top)[there] / areas[there]
    odd = np.minimum(ODD * np.abs(np.log2(areas[there] / np.median(areas[there]))), MOST_ODD)
    doubts = doubts + odd + (0 if contact is None else DISPUTED * _disputed(labels, contact, areas)[there])
    order = np.argsort(-doubts, kind="stable")
    places = _all_inside(labels)
    return [Found(int(there[at]), places[int(there[at])], float(doubts[at])) for at in order]


def _disputed(labels: Labels, contact: NDArray[np.floating], areas: NDArray[np.intp]) -> NDArray[np.floating]:
    """For each number, how much of its outline it shares with others where no border was seen, 0..1."""
    missing = np.zeros(len(areas))
    for axis in (-2, -1):
        one, other = (np.moveaxis(labels, axis, 0)[part] for part in (slice(None, -1), slice(1, None)))
        near, far = (np.moveaxis(contact, axis, 0)[part] for part in (slice(None, -1), slice(1, None)))
        at = np.nonzero((one != other) & (one > 0) & (other > 0))
        unseen = 1 - np.maximum(near[at], far[at])
        for numbers in (one[at], other[at]):
            missing += np.bincount(numbers, weights=unseen, minlength=len(areas))
    outline = 2 * np.sqrt(np.pi * np.maximum(areas, 1))
    shared: NDArray[np.floating] = np.minimum(missing / (SHARED * outline), 1)
    return shared


def _inside(labels: Labels, number: int) -> tuple[int, ...]:
    """The pixel of an object that is nearest to its middle."""
    pixels = np.argwhere(labels == number)
    nearest = np.abs(pixels - pixels.mean(0)).sum(1).argmin()
    return tuple(int(at) for at in pixels[nearest])


def _all_inside(labels: Labels) -> dict[int, tuple[int, ...]]:
    places = {}
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if box is not None:
            inner = _inside((labels[box] == number).view(np.uint8), 1)
            places[number] = tuple(at + part.start for at, part in zip(inner, box, strict=True))
    return places
