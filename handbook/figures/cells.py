"""The same few cells in every drawing: two that touch, and one alone."""

from __future__ import annotations

from collections.abc import Sequence

from handbook.figures.drawing import Drawing, Point

SIDE = (120.0, 90.0)
"""Of the picture they lie in."""

CELLS: tuple[tuple[Point, Point, float], ...] = (
    ((38.0, 42.0), (22.0, 18.0), -20.0),
    ((72.0, 52.0), (21.0, 19.0), 15.0),
    ((98.0, 20.0), (14.0, 11.0), 30.0),
)
"""Middle, radii and turn; the first two touch."""


def middle(number: int, corner: Point) -> Point:
    """The middle of a cell in a picture that begins at a corner."""
    (x, y), _, _ = CELLS[number]
    return corner[0] + x, corner[1] + y


def cells(drawing: Drawing, corner: Point, colours: Sequence[str], grow: float = 0.0) -> None:
    """All of them, each in its colour; an empty colour leaves one out."""
    for number, ((_, radii, turn), colour) in enumerate(zip(CELLS, colours, strict=True)):
        if colour:
            wider = (radii[0] + grow, radii[1] + grow)
            drawing.cell(middle(number, corner), wider, colour, turn)
