"""How well objects agree with their classes: an object is right when it overlaps a true one and has its class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.runs import overlaps, sizes
from napari_unet.core.metrics.scores import ClassScores

NONE = 0

Classes = Mapping[int, int]
"""Number of an object -> its class, from 1."""


def classed(
    labels: NDArray[np.integer],
    truth: NDArray[np.integer],
    found: Classes,
    true: Classes,
    class_names: Sequence[str],
) -> dict[str, ClassScores]:
    """The scores of each class at an IoU of 0.5, by its name.

    True objects without a class say nothing about classes: they are left out, and so are those found in their place.

    Parameters
    ----------
    labels, truth : ([Z,] Y, X) integers of one shape, 0 = background; every object has its own number.
    found, true : the classes of their objects.
    """
    partners = _partners(labels, truth)
    known = {number: value for number in _numbers(truth) if (value := true.get(number, NONE)) != NONE}
    there, right = Counter[int](), Counter[int]()
    for number in _numbers(labels):
        partner, value = partners.get(number), found.get(number, NONE)
        if partner is None or partner in known:
            there[value] += 1
            right[value] += partner is not None and known[partner] == value
    wanted = Counter(known.values())
    return {name: ClassScores(there[value], wanted[value], right[value]) for value, name in enumerate(class_names, 1)}


def _partners(labels: NDArray[np.integer], truth: NDArray[np.integer]) -> dict[int, int]:
    """The true object of each found one whose IoU with it is above one half: there is one at most."""
    ones, others, shared = overlaps(labels, truth)
    areas, true_areas = sizes(labels), sizes(truth)
    both = (ones > 0) & (others > 0)
    ones, others, shared = ones[both], others[both], shared[both]
    same = 2 * shared > areas[ones] + true_areas[others] - shared
    return dict(zip(ones[same].tolist(), others[same].tolist(), strict=True))


def _numbers(labels: NDArray[np.integer]) -> list[int]:
    there = np.flatnonzero(sizes(labels))
    return [int(number) for number in there if number]
