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


def ranked(labels: Labels, probability: NDArray[np.floating]) -> list[Found]:
    """All objects, the most doubtful first.

    Parameters
    ----------
    probability : like the labels, how probable it is that a pixel is of an object, 0..1. An object is doubtful where
        that is near one half, and when it is much larger or smaller than others.
    """
    top = int(labels.max(initial=0)) + 1
    areas = sizes(labels)
    there = np.flatnonzero(areas[1:]) + 1
    if not len(there):
        return []
    unsure = 1 - np.abs(2 * probability - 1)
    doubts = np.bincount(labels.ravel(), weights=unsure.ravel(), minlength=top)[there] / areas[there]
    odd = np.minimum(ODD * np.abs(np.log2(areas[there] / np.median(areas[there]))), MOST_ODD)
    order = np.argsort(-(doubts + odd), kind="stable")
    places = _all_inside(labels)
    return [Found(int(there[at]), places[int(there[at])], float(doubts[at] + odd[at])) for at in order]


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
