"""Which pieces of neighbouring blocks are one: along every seam, then all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.integer]
Place = tuple[int, int]
Pairs = NDArray[np.int64]
"""(N, 2): numbers of pieces that belong together."""


def nothing() -> Line:
    """A line that nobody has looked at."""
    return np.zeros(0, np.uint32)


AGREED = 0.5
"""Two blocks mean the same object where more than this share (IoU) of what both see of it on the seam is common."""


@dataclass(frozen=True)
class Sides:
    """What of a block meets its neighbours: the numbers of its pieces along its edges, 0 where there is none.

    Parameters
    ----------
    count : pieces of the block; they are numbered from 1.
    top, bottom, left, right : the block's own outermost rows and columns.
    below, beyond : what the block says about the first row of the block below it, and about the first column of the
        block to its right, where it has looked beyond its edge; else empty.
    kinds : (count + 1,) only pieces of one kind belong together; empty when all are of one.
    """

    count: int
    top: Line
    bottom: Line
    left: Line
    right: Line
    below: Line = field(default_factory=nothing)
    beyond: Line = field(default_factory=nothing)
    kinds: Line = field(default_factory=nothing)


def sides_of(numbers: NDArray[np.integer], count: int) -> Sides:
    """The edges of a block's pieces (Y, X)."""
    edges = (numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1])
    return Sides(count, *(np.array(edge, np.uint32) for edge in edges))


class Joined:
    """All pieces of all blocks, as nodes: 0 is what lies outside of the picture, then block by block.

    Parameters
    ----------
    sides : of every block, by its place.
    by_connection : whether pieces that touch are one. Else those are that both blocks see alike.
    outside : whether what touches the picture's edge belongs to what lies outside.
    """

    def __init__(self, sides: Mapping[Place, Sides], *, by_connection: bool, outside: bool = False) -> None:
        from scipy.sparse import coo_array  # 0.2 s that nobody else need wait for
        from scipy.sparse.csgraph import connected_components

        self._sides = sides
        counts = np.array([each.count for each in sides.values()], np.int64)
        starts = np.concatenate([[0], np.cumsum(counts)])
        self._start = dict(zip(sides, starts[:-1].tolist(), strict=True))
        self.total = int(starts[-1]) + 1
        pairs = [self._seam(*one, by_connection=by_connection) for one in self._seams()]
        pairs += list(self._at_the_edge()) if outside else []
        ends = np.concatenate(pairs) if pairs else np.zeros((0, 2), np.int64)
        graph = coo_array((np.ones(len(ends), np.bool_), (ends[:, 0], ends[:, 1])), (self.total, self.total))
        _, self.group = connected_components(graph, directed=False)

    def nodes(self, place: Place) -> slice:
        """The nodes of a block's pieces 1, 2, ..."""
        start = self._start[place] + 1
        return slice(start, start + self._sides[place].count)

    def _seams(self) -> Iterator[tuple[Place, Place, Line, Line, Line]]:
        """Every seam: both blocks, the edges that touch there, and what the first says about the edge of the second."""
        for (i, j), one in self._sides.items():
            if below := self._sides.get((i + 1, j)):
                yield (i, j), (i + 1, j), one.bottom, below.top, one.below
            if right := self._sides.get((i, j + 1)):
                yield (i, j), (i, j + 1), one.right, right.left, one.beyond

    def _seam(self, first: Place, second: Place, edge: Line, other: Line, said: Line, *, by_connection: bool) -> Pairs:
        found = _touching(edge, other) if by_connection else _agreed(said, other)
        kinds = self._sides[first].kinds, self._sides[second].kinds
        if len(kinds[0]) and len(kinds[1]):
            found = found[kinds[0][found[:, 0]] == kinds[1][found[:, 1]]]
        return found + np.array([self._start[first], self._start[second]], np.int64)

    def _at_the_edge(self) -> Iterator[Pairs]:
        last = max(self._sides)
        for place, own in self._sides.items():
            met = [
                *([own.top] if place[0] == 0 else []),
                *([own.bottom] if place[0] == last[0] else []),
                *([own.left] if place[1] == 0 else []),
                *([own.right] if place[1] == last[1] else []),
            ]
            for line in met:
                numbers = np.unique(line[line > 0]).astype(np.int64) + self._start[place]
                yield np.stack([np.zeros_like(numbers), numbers], axis=1)


def _touching(edge: Line, other: Line) -> Pairs:
    """Pieces that lie side by side."""
    both = (edge > 0) & (other > 0)
    return np.unique(np.stack([edge[both], other[both]], axis=1).astype(np.int64), axis=0)


def _agreed(said: Line, own: Line) -> Pairs:
    """Pieces that are one object, by what two blocks say of one and the same line. Each is in one pair at most."""
    both = (said > 0) & (own > 0)
    pairs, common = np.unique(np.stack([said[both], own[both]], axis=1).astype(np.int64), axis=0, return_counts=True)
    if not len(pairs):
        return pairs
    length, others = np.bincount(said), np.bincount(own)
    union = length[pairs[:, 0]] + others[pairs[:, 1]] - common
    return pairs[common > AGREED * union]
