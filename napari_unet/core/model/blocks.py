"""Blocks of a volume: as many voxels as a square has pixels, about as deep as wide. No torch."""

from __future__ import annotations

import math


def cuboid(side: int, strides: tuple[int, ...], most: tuple[int, ...]) -> tuple[int, int, int]:
    """The sides (Z, Y, X) of a block of about `side`**2 voxels, each a multiple of its stride.

    A network that halves Z less often than Y and X (see `Network.flat_levels`) is meant for voxels that are deeper than
    wide: its blocks have as many planes fewer.

    Parameters
    ----------
    strides : of the network, along (Z, Y, X).
    most : no side is longer than this, rounded up to a multiple of its stride.
    """
    deeper = strides[1] / strides[0]
    limits = [_up(limit, stride) for limit, stride in zip(most, strides, strict=True)]
    wide = max(round((side**2 * deeper) ** (1 / 3) / strides[1]) * strides[1], 2 * strides[1])
    y, x = (min(wide, limit) for limit in limits[1:])
    planes = max(round(side**2 / (y * x) / strides[0]) * strides[0], strides[0])
    return min(planes, limits[0]), y, x


def _up(side: int, stride: int) -> int:
    return math.ceil(side / stride) * stride
