"""How a large picture is cut into blocks, and what lies around each."""

from __future__ import annotations

from dataclasses import dataclass

Window = tuple[slice, slice]
"""Rows and columns, each with a start and a stop."""

Shape = tuple[int, int]

Halo = tuple[int, int, int, int]
"""How many pixels around: above, below, left and right."""


@dataclass(frozen=True)
class Block:
    """A part of the picture that is one block's own.

    Parameters
    ----------
    place : along (Y, X), counted in blocks from 0.
    core : its pixels; every pixel of the picture is in exactly one core.
    """

    place: tuple[int, int]
    core: Window


def blocks(shape: Shape, side: int) -> list[Block]:
    """The blocks of a picture (Y, X), in reading order; the last ones of a row or column may be smaller."""
    rows, columns = ([slice(start, min(start + side, whole)) for start in range(0, whole, side)] for whole in shape)
    return [Block((i, j), (down, across)) for i, down in enumerate(rows) for j, across in enumerate(columns)]


def grown(window: Window, by: int | Halo, shape: Shape) -> Window:
    """The window and so many pixels around it, as far as there are any."""
    above, below, left, right = (by,) * 4 if isinstance(by, int) else by
    (rows, columns), (height, width) = window, shape
    return (
        slice(max(0, rows.start - above), min(rows.stop + below, height)),
        slice(max(0, columns.start - left), min(columns.stop + right, width)),
    )


def within(inner: Window, outer: Window) -> Window:
    """Where a window lies in another that holds it."""
    rows, columns = (
        slice(part.start - whole.start, part.stop - whole.start) for part, whole in zip(inner, outer, strict=True)
    )
    return rows, columns


def shared(one: Window, other: Window) -> Window | None:
    """What two windows have in common; None where that is nothing."""
    rows, columns = (
        slice(max(first.start, second.start), min(first.stop, second.stop))
        for first, second in zip(one, other, strict=True)
    )
    return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None


def shape_of(window: Window) -> Shape:
    """The sides of a window."""
    rows, columns = window
    return rows.stop - rows.start, columns.stop - columns.start
