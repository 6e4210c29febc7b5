"""From the pieces of all blocks to objects: what belongs together is joined, judged as one, and numbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.large.joining import Joined, Place
from napari_unet.core.large.pieces import Pieces
from napari_unet.core.postprocessing.components import right_size
from napari_unet.core.postprocessing.shapes import ratio_of_axes
from napari_unet.core.settings import PostprocessingSettings

Table = NDArray[np.uint32]


@dataclass(frozen=True)
class Numbers:
    """What each piece of each block is called in the end.

    Parameters
    ----------
    tables : of each block, (pieces + 1,): the number of a piece, 0 where it is left out.
    sizes : pixels of each number, (highest + 1,); the background's 0 has none.
    likely : (highest + 1, classes) how much speaks for each class of each object; no columns where there are none.
    unseen : objects that go on beyond what some block has looked at: they may be cut at its edge.
    """

    tables: Mapping[Place, Table]
    sizes: NDArray[np.int64]
    likely: NDArray[np.float64]
    unseen: int

    @property
    def highest(self) -> int:
        """The highest number of all."""
        return len(self.sizes) - 1

    @property
    def count(self) -> int:
        """How many objects there are; of classes, how many that have pixels."""
        return int(np.count_nonzero(self.sizes))

    @property
    def covered(self) -> int:
        """Pixels that have a number."""
        return int(self.sizes.sum())

    @property
    def classes(self) -> dict[int, int]:
        """The class of each object by its number, from 1; empty where there are none."""
        if self.likely.shape[1] < 2:
            return {}
        return dict(enumerate((self.likely[1:].argmax(axis=1) + 1).tolist(), 1))


def number_objects(pieces: Mapping[Place, Pieces], settings: PostprocessingSettings) -> Numbers:
    """Objects numbered 1, 2, ... in reading order of their first pixels, as in a picture that is taken in one go.

    What was not parted is one wherever it is connected; what was is one where two blocks see the same object.
    """
    joined = Joined({place: each.sides for place, each in pieces.items()}, by_connection=not settings.split)
    objects = _Objects(list(pieces.values()), joined.group[1:])
    keep = objects.kept(settings)
    order = np.argsort(np.where(keep, objects.first, np.iinfo(np.int64).max), kind="stable")[: int(keep.sum())]
    number = np.zeros(len(keep), np.uint32)
    number[order] = np.arange(1, len(order) + 1)
    likely = objects.classes[order]
    return Numbers(
        _tables(pieces, joined, number[objects.which]),
        np.concatenate([[0], objects.sizes[order]]),
        np.concatenate([np.zeros((1, likely.shape[1])), likely]),
        sum(each.unseen for each in pieces.values()),
    )


def number_classes(pieces: Mapping[Place, Pieces], settings: PostprocessingSettings) -> Numbers:
    """The class of every part that is of an allowed size."""
    joined = Joined({place: each.sides for place, each in pieces.items()}, by_connection=True)
    objects = _Objects(list(pieces.values()), joined.group[1:])
    kinds = _together([each.sides.kinds[1:] for each in pieces.values()], np.uint32)
    keep = right_size(objects.sizes, settings)
    numbers = np.where(keep[objects.which], kinds, 0).astype(np.uint32)
    each = _together([one.sizes for one in pieces.values()], np.float64)
    sizes = np.bincount(numbers, each, minlength=1).astype(np.int64)
    sizes[0] = 0
    return Numbers(_tables(pieces, joined, numbers), sizes, np.zeros((len(sizes), 0)), 0)


class _Objects:
    """All objects, with what their pieces come to together. `which` (pieces,) says which object a piece is of."""

    def __init__(self, pieces: list[Pieces], group: NDArray[np.integer]) -> None:
        names, which = np.unique(group, return_inverse=True)
        self.which: NDArray[np.int64] = which.astype(np.int64)
        self._count = len(names)
        self._pieces = pieces
        self.sizes = np.rint(self._added("sizes")).astype(np.int64)
        self.first = np.full(self._count, np.iinfo(np.int64).max)
        first = _together([each.first for each in pieces], np.int64)
        np.minimum.at(self.first, self.which[: len(first)], first)

    @property
    def classes(self) -> NDArray[np.float64]:
        """The sums of each class over each object."""
        return self._added("classes")

    def kept(self, settings: PostprocessingSettings) -> NDArray[np.bool_]:
        """Which objects have an allowed size and shape."""
        keep = right_size(self.sizes, settings)
        if not settings.keep_cut:
            keep &= self._added("at_edge") == 0
        if settings.longest:
            keep &= ratio_of_axes(self.sizes, self._added("sums").T) <= settings.longest
        if settings.solidity:
            solid = np.zeros(self._count)
            np.maximum.at(solid, self.which, _together([each.solidity for each in self._pieces], np.float64))
            keep &= solid >= settings.solidity
        return keep

    def _added(self, name: str) -> NDArray[np.float64]:
        """What the pieces have of something, added up over each object: (objects, ...)."""
        each = np.concatenate([np.asarray(getattr(one, name), np.float64) for one in self._pieces])
        total = np.zeros((self._count, *each.shape[1:]))
        np.add.at(total, self.which, each)
        return total


def _together(parts: list[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([np.asarray(part, kind) for part in parts])


def _tables(pieces: Mapping[Place, Pieces], joined: Joined, numbers: Table) -> dict[Place, Table]:
    """The numbers of all pieces, block by block; a background's 0 comes first."""
    found = {}
    for place in pieces:
        nodes = joined.nodes(place)
        found[place] = np.concatenate([np.zeros(1, np.uint32), numbers[nodes.start - 1 : nodes.stop - 1]])
    return found
