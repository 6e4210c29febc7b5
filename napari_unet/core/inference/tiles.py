"""Tiles: how a picture of any size is cut so that the network's answer has no seams. No torch.

Tiles are windows of the padded picture that begin and end at multiples of the network's stride, so that every pixel
is halved together with the same neighbours as in the whole picture; and each is trusted only where the network saw
everything it would have seen in the whole picture. So tiled equals untiled, up to rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLEND = 16
"""Width in pixels over which one tile passes into the next."""

FAINT = 1e-6
"""Weight of pixels too near a cut edge: they count only where no tile knows better."""


@dataclass(frozen=True)
class Strip:
    """One tile along one axis: start and stop in the padded picture, and how much each of its pixels counts."""

    start: int
    stop: int
    weight: NDArray[np.float32]


@dataclass(frozen=True)
class Tile:
    """One tile, by its strip along each axis ([Z,] Y, X). It is small: a large picture has thousands of them."""

    strips: tuple[Strip, ...]

    @property
    def window(self) -> tuple[slice, ...]:
        """Where it lies in the padded picture."""
        return tuple(slice(strip.start, strip.stop) for strip in self.strips)

    @property
    def weight(self) -> NDArray[np.float32]:
        """How much each of its pixels counts ([Z,] Y, X): over all tiles, that sums to 1. Computed each time."""
        weight = self.strips[0].weight
        for strip in self.strips[1:]:
            weight = weight[..., np.newaxis] * strip.weight
        return weight


Each = int | tuple[int, ...]
"""The same along every axis, or a number for each."""


def padded_shape(shape: tuple[int, ...], stride: Each) -> tuple[int, ...]:
    """The shape with each side rounded up to a multiple of `stride`."""
    return tuple(-(-side // own) * own for side, own in zip(shape, along(stride, shape), strict=True))


def along(each: Each, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A number for every axis of the shape."""
    return (each,) * len(shape) if isinstance(each, int) else each


def tiles(shape: tuple[int, ...], size: Each, overlap: Each, stride: Each) -> Iterator[Tile]:
    """Tiles that cover a padded picture of `shape` ([Z,] Y, X), whose sides are multiples of `stride`.

    Parameters
    ----------
    size : side of a tile in pixels; made larger where the overlap leaves nothing of it.
    overlap : how far neighbours overlap at least, in pixels.
    """
    rows: list[tuple[Strip, ...]] = [()]
    for sides in zip(shape, *(along(each, shape) for each in (size, overlap, stride)), strict=True):
        strips = cut(*sides)
        rows = [(*row, strip) for row in rows for strip in strips]
    yield from map(Tile, rows)


def count_tiles(shape: tuple[int, ...], size: Each, overlap: Each, stride: Each) -> int:
    """How many tiles `tiles` yields."""
    sides = zip(shape, *(along(each, shape) for each in (size, overlap, stride)), strict=True)
    return int(np.prod([len(starts(*one)[0]) for one in sides]))


def cut(side: int, size: int, overlap: int, stride: int) -> list[Strip]:
    """Strips along one axis, evenly spread; at each pixel their weights sum to 1."""
    begins, length = starts(side, size, overlap, stride)
    raw = [_trust(begin, length, side, overlap) for begin in begins]
    total = np.zeros(side, np.float32)
    for begin, weight in zip(begins, raw, strict=True):
        total[begin : begin + length] += weight
    return [
        Strip(begin, begin + length, weight / total[begin : begin + length])
        for begin, weight in zip(begins, raw, strict=True)
    ]


def starts(side: int, size: int, overlap: int, stride: int) -> tuple[list[int], int]:
    """Where strips begin, and how long each is; both multiples of `stride`."""
    size = -(-max(size, overlap + stride) // stride) * stride
    if side <= size:
        return [0], side
    step = max(stride, (size - overlap) // stride * stride)
    count = -(-(side - size) // step) + 1
    even = np.linspace(0, side - size, count) / stride
    return [int(np.floor(begin)) * stride for begin in even], size


def _trust(begin: int, length: int, side: int, overlap: int) -> NDArray[np.float32]:
    """1 inside, falling to nothing where a cut edge is nearer than the network sees; the picture's edge is no cut."""
    position = np.arange(length, dtype=np.float32) + 0.5
    blend = min(BLEND, overlap)
    margin = (overlap - blend) / 2
    weight = np.ones(length, np.float32)
    if begin > 0:
        weight = np.minimum(weight, (position - margin) / max(blend, 1))
    if begin + length < side:
        weight = np.minimum(weight, (length - position - margin) / max(blend, 1))
    return np.maximum(weight, np.float32(FAINT))
