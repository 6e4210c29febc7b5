"""From outlines to pixels. A pixel belongs to an outline when its centre lies inside; pixel (0, 0) covers 0 to 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(N, 2) columns x and y in pixels, from the upper left corner of the picture. The last point joins the first."""

Spend = Callable[[int], None]
"""Told of work before it is done; raises when it was too much."""


@dataclass(frozen=True)
class Patch:
    """Where an object lies: `pixels` (H, W) bool, with the picture's row and column of the upper left one."""

    row: int
    column: int
    pixels: NDArray[np.bool_]


def filled(rings: Sequence[Points], shape: tuple[int, int], spend: Spend) -> Patch | None:
    """The pixels inside some rings, by the even-odd rule: a ring within a ring is a hole.

    Parameters
    ----------
    rings : finite points.
    shape : (Y, X) of the picture; what is beyond its edges is cut off.

    Returns
    -------
    patch : None when no pixel of the picture can be inside.
    """
    points = np.concatenate(rings)
    left, top = np.maximum(np.floor(points.min(axis=0)), 0).astype(int)
    right, bottom = np.minimum(np.ceil(points.max(axis=0)), shape[::-1]).astype(int)
    if right <= left or bottom <= top:
        return None
    spend(int((bottom - top) * (right - left)))
    turns = np.zeros((bottom - top, right - left + 1), np.uint8)
    for ring in rings:
        _mark_turns(turns, ring - (left, top), spend)
    inside = np.bitwise_xor.accumulate(turns, axis=1)[:, :-1]
    return Patch(int(top), int(left), inside.astype(bool))


def _mark_turns(turns: NDArray[np.uint8], ring: Points, spend: Spend) -> None:
    """Flip `turns` (H, W + 1) wherever a row of pixel centres goes through the ring, from outside in or inside out."""
    (x, y), (next_x, next_y) = ring.T, np.roll(ring, -1, axis=0).T
    first = _row_behind(np.minimum(y, next_y), len(turns))
    counts = _row_behind(np.maximum(y, next_y), len(turns)) - first
    spend(int(counts.sum()))
    edges = np.repeat(np.arange(len(ring)), counts)
    rows = np.arange(len(edges)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edges]
    slope = (next_x - x)[edges] / (next_y - y)[edges]
    across = x[edges] + (rows + 0.5 - y[edges]) * slope
    columns = np.clip(np.ceil(across - 0.5), 0, turns.shape[1] - 1).astype(np.intp)
    np.bitwise_xor.at(turns, (rows, columns), np.uint8(1))


def _row_behind(heights: NDArray[np.float64], rows: int) -> NDArray[np.intp]:
    """The first row whose centre is not above each height."""
    behind: NDArray[np.intp] = np.clip(np.ceil(heights - 0.5), 0, rows).astype(np.intp)
    return behind


def oval(left: float, top: float, width: float, height: float) -> Points:
    """The outline of an ellipse in a box, with enough corners that no pixel notices them."""
    corners = int(np.clip(4 * (width + height), 64, 4096))
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    x, y = left + width / 2 * (1 + np.cos(angles)), top + height / 2 * (1 + np.sin(angles))
    return np.stack([x, y], axis=1)


def box(left: float, top: float, width: float, height: float) -> Points:
    """The outline of a rectangle."""
    right, bottom = left + width, top + height
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
