"""From pixels to outlines that run along the edges of pixels: filled again, they give the very same pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.int64]
"""(N, 2) corners x and y in pixels from the upper left corner of the picture. The last one joins the first."""

Edges = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Of every edge between a pixel and what is not of its object: number, x and y of its start, direction."""

STEPS = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)], np.int64)
"""Right, down, left, up: the object lies at the right hand of who walks along its edge."""


@dataclass(frozen=True)
class Shape:
    """The outline of an object in a plane.

    Parameters
    ----------
    number : its number in the labels.
    plane : of the stack, from 0; 0 in a flat picture.
    polygons : its parts, each a ring around it (clockwise on the screen) and the rings of its holes. Rings do not
        cross; at most they touch in corners.
    """

    number: int
    plane: int
    polygons: tuple[tuple[Ring, ...], ...]

    @property
    def rings(self) -> tuple[Ring, ...]:
        """All rings; filled by the even-odd rule they give the object."""
        return tuple(ring for polygon in self.polygons for ring in polygon)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom edge in pixels."""
        corners = np.concatenate([polygon[0] for polygon in self.polygons])
        left, top = (int(low) for low in corners.min(axis=0))
        right, bottom = (int(high) for high in corners.max(axis=0))
        return left, top, right, bottom

    @property
    def area(self) -> int:
        """How many pixels it covers."""
        return sum(doubled_area(ring) for ring in self.rings) // 2

    @property
    def holed(self) -> bool:
        """Whether it has holes."""
        return any(len(polygon) > 1 for polygon in self.polygons)


def traced(labels: NDArray[np.integer], plane: int) -> Iterator[Shape]:
    """The outlines of all objects, by their numbers.

    Parameters
    ----------
    labels : (Y, X) unsigned integers, 0 = background.
    plane : what the shapes say of it.
    """
    parts, numbers = _parts(labels)
    polygons: dict[int, list[tuple[Ring, ...]]] = {}
    for part, rings in _rings_of(parts):
        polygons.setdefault(int(numbers[part]), []).append(_around_first(rings))
    yield from (Shape(number, plane, tuple(polygons[number])) for number in sorted(polygons))


def _parts(labels: NDArray[np.integer]) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """(Y, X) with a number of its own for each part of an object, and the object's number of each part.

    Parts hang together by edges of pixels, so each has one ring around it, and all its other rings are its holes.
    """
    from skimage.measure import label  # 0.3 s that a window which only opens need not wait for

    parts: NDArray[np.integer] = label(labels, background=0, connectivity=1)
    numbers = np.zeros(int(parts.max(initial=0)) + 1, labels.dtype)
    numbers[parts] = labels
    return parts, numbers


def _rings_of(parts: NDArray[np.integer]) -> Iterator[tuple[int, list[Ring]]]:
    """The rings of each part."""
    edges = _edges(parts)
    if not len(edges[0]):
        return
    owners, rings = _rings(edges, parts.shape[1] + 1)
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    for first, behind in zip(starts, [*starts[1:], len(owners)], strict=True):
        yield int(owners[first]), [simple for ring in rings[first:behind] for simple in _parted(ring)]


def _around_first(rings: list[Ring]) -> tuple[Ring, ...]:
    """The rings of a part, the one around it first."""
    if len(rings) == 1:
        return tuple(rings)
    return tuple(sorted(rings, key=lambda ring: doubled_area(ring) < 0))


def doubled_area(ring: Ring) -> int:
    """Twice the area of a ring (shoelace formula); negative when it goes round counterclockwise on the screen."""
    (x, y), (next_x, next_y) = ring.T, np.roll(ring, -1, axis=0).T
    return int((x * next_y - next_x * y).sum())


def _edges(labels: NDArray[np.integer]) -> Edges:
    padded = np.pad(labels, 1)
    left, right = padded[1:-1, :-1], padded[1:-1, 1:]
    above, below = padded[:-1, 1:-1], padded[1:, 1:-1]
    upright, level = left != right, above != below
    found = (
        (below, level, 0, (0, 0)),  # its upper edge, walked to the right
        (left, upright, 1, (0, 0)),  # its right edge, walked down
        (above, level, 2, (1, 0)),  # its lower edge, walked to the left
        (right, upright, 3, (0, 1)),  # its left edge, walked up
    )
    parts: list[Edges] = []
    for owner, there, way, (shift_x, shift_y) in found:
        y, x = (place.astype(np.int64) for place in np.nonzero(there & (owner > 0)))
        parts.append((owner[y, x].astype(np.int64), x + shift_x, y + shift_y, np.full(len(x), way, np.int64)))
    number, x, y, direction = (np.concatenate(column) for column in zip(*parts, strict=True))
    return number, x, y, direction


def _rings(edges: Edges, width: int) -> tuple[NDArray[np.int64], list[Ring]]:
    """Every ring of edges with the number it belongs to, ordered by that; corners only where the direction changes."""
    number, x, y, direction = edges
    order = np.lexsort((direction, x, y, number))
    number, x, y, direction = (column[order] for column in (number, x, y, direction))
    following = _following(number, x, y, direction, width).tolist()
    turns = (direction != direction[following]).tolist()  # whether a corner is at the end of the edge
    seen = bytearray(len(following))
    numbers, rings = [], []
    for first in range(len(following)):
        if not seen[first]:
            corners, at = [], first
            while not seen[at]:
                seen[at] = 1
                if turns[at]:
                    corners.append(following[at])
                at = following[at]
            numbers.append(int(number[first]))
            rings.append(np.stack([x[corners], y[corners]], axis=1))
    return np.array(numbers, np.int64), rings


def _following(
    number: NDArray[np.int64],
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    direction: NDArray[np.int64],
    width: int,
) -> NDArray[np.int64]:
    """For each edge, which one begins where it ends. Where two do, pixels that meet at a corner only are parted."""
    rank = np.unique(number, return_inverse=True)[1].astype(np.int64)
    tall = int(y.max()) + 1
    begins = (rank * tall + y) * width + x
    step = STEPS[direction]
    ends = (rank * tall + y + step[:, 1]) * width + x + step[:, 0]
    first = np.searchsorted(begins, ends)
    second = np.minimum(first + 1, len(begins) - 1)
    two = (begins[second] == ends) & (second != first)
    right_turn = direction[second] == (direction + 1) % 4
    following: NDArray[np.int64] = np.where(two & right_turn, second, first)
    return following


def _parted(ring: Ring) -> list[Ring]:
    """The ring, cut where it comes back to a corner: what it goes around there is a ring of its own."""
    corners = [(x, y) for x, y in ring.tolist()]
    if len(set(corners)) == len(corners):
        return [ring]
    parts: list[Ring] = []
    path: list[tuple[int, int]] = []
    places: dict[tuple[int, int], int] = {}
    for corner in corners:
        if corner in places:
            loop = path[places[corner] :]
            parts.append(np.array(loop, np.int64))
            for gone in loop[1:]:
                del places[gone]
            path = path[: places[corner] + 1]
        else:
            places[corner] = len(path)
            path.append(corner)
    return [*parts, np.array(path, np.int64)]
