"""Which numbers the objects of a part get in a mask of the whole: those they had there, or new ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer]


@dataclass(frozen=True)
class Surroundings:
    """What a mask holds where a part goes.

    Parameters
    ----------
    old : ([T,] [Z,] h + 2, w + 2), the place itself and one pixel around it; 0 beyond the picture.
    """

    old: Numbers

    @property
    def inside(self) -> Numbers:
        """The place itself, ([T,] [Z,] h, w)."""
        return self.old[..., 1:-1, 1:-1]

    def seams(self, part: Numbers) -> Iterable[tuple[Numbers, Numbers]]:
        """The rims of a part, each with the pixels that lie across the seam."""
        old = self.old
        yield part[..., 0, :], old[..., 0, 1:-1]
        yield part[..., -1, :], old[..., -1, 1:-1]
        yield part[..., :, 0], old[..., 1:-1, 0]
        yield part[..., :, -1], old[..., 1:-1, -1]


def renumbered(part: Numbers, around: Surroundings, highest: int) -> tuple[NDArray[np.uint32], int]:
    """The labels of a part as a mask of the whole has them, and the highest number there from now on.

    An object that lies on one of the mask keeps its number, if most of the smaller of both is shared. One that goes on
    beyond the part keeps it only where the object still reaches the seam: no number is in two pieces that do not meet.
    Where the mask knows nothing inside, an object takes the number of what it touches across the seam. All others get
    numbers behind the highest.

    Parameters
    ----------
    part : ([T,] [Z,] h, w), 0 = background.
    """
    own = [int(number) for number in np.unique(part) if number]
    taken = _matched(part, around)
    fresh = iter(range(highest + 1, highest + 1 + len(own)))
    names = {number: taken[number] if number in taken else next(fresh) for number in own}
    table = np.zeros(max(own, default=0) + 1, np.uint32)
    table[own] = [names[number] for number in own]
    return table[part], max([highest, *names.values()])


def _matched(part: Numbers, around: Surroundings) -> dict[int, int]:
    """The numbers of the mask that objects of the part keep: each goes to the one that shares most with it."""
    shared, areas, known = _pairs(part, around.inside), _counts(part), _counts(around.inside)
    touching: Counter[tuple[int, int]] = Counter()
    for rim, across in around.seams(part):
        touching.update(_pairs(rim, across))
    beyond = {number for _, across in around.seams(part) for number in np.unique(across).tolist()}
    fitting = {
        (own, old): count
        for (own, old), count in shared.items()
        if 2 * count > min(areas[own], known[old]) and (old not in beyond or (own, old) in touching)
    }
    fitting |= {(own, old): count for (own, old), count in touching.items() if old not in known}
    found: dict[int, int] = {}
    for (own, old), _ in sorted(fitting.items(), key=lambda pair: (-pair[1], pair[0])):
        if own not in found and old not in found.values():
            found[own] = old
    return found


def _pairs(one: Numbers, other: Numbers) -> Counter[tuple[int, int]]:
    """How often two numbers, both of objects, lie at the same place."""
    both = (one > 0) & (other > 0)
    pairs: NDArray[Any] = np.stack([one[both].astype(np.int64), other[both].astype(np.int64)], -1)
    unique, counts = np.unique(pairs, axis=0, return_counts=True)
    return Counter({(int(own), int(old)): int(count) for (own, old), count in zip(unique, counts, strict=True)})


def _counts(labels: Numbers) -> dict[int, int]:
    numbers, counts = np.unique(labels, return_counts=True)
    return {int(number): int(count) for number, count in zip(numbers, counts, strict=True) if number}
