"""The circle of the work."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from handbook.figures.cells import SIDE, cells, middle
from handbook.figures.drawing import BLUE, GLOW, GREEN, ORANGE, QUIET, ROSE, TEAL, Drawing, Point

FOUND = (ORANGE, TEAL, ROSE)
TOP, STEP = 40.0, 172.0


def circle() -> Drawing:
    """Paint, train, see, correct, accept, and again."""
    drawing = Drawing(900, 244, "Paint, train, see, correct, accept, and train again; export when content")
    steps: tuple[tuple[str, str, Callable[[Drawing, Point], None]], ...] = (
        ("Paint", "a few strokes", _painted),
        ("Train", "or Live: at once", _learning),
        ("See", "what it makes of it", _seen),
        ("Correct", "where it is wrong", _corrected),
        ("Accept", "what is right", _accepted),
    )
    for number, (title, words, draw) in enumerate(steps):
        corner = (30 + STEP * number, TOP)
        drawing.panel(corner, SIDE)
        draw(drawing, corner)
        drawing.text((corner[0] + 60, TOP + 114), title, 16, font_weight=600)
        drawing.text((corner[0] + 60, TOP + 133), words, 13, QUIET)
        if number:
            drawing.arrow([(corner[0] - 46, TOP + 45), (corner[0] - 6, TOP + 45)])
    last, second, third = 30 + STEP * 4 + 60, 30 + STEP + 60, 30 + STEP * 2 + 60
    drawing.arrow([(last, 182), (last, 206), (second, 206), (second, 184)])
    drawing.text(((last + second) / 2, 226), "again, until you are content", 13, QUIET)
    drawing.arrow([(third, 30), (third, 14), (820, 14)], "")
    drawing.text((858, 19), "Export", 15, GREEN, font_weight=600)
    return drawing


def _painted(drawing: Drawing, corner: Point) -> None:
    cells(drawing, corner, (GLOW,) * 3)
    x, y = middle(0, corner)
    drawing.line([(x - 9, y + 3), (x, y - 2), (x + 8, y - 5)], ORANGE, 7)
    drawing.line([(corner[0] + 16, corner[1] + 76), (corner[0] + 44, corner[1] + 78)], BLUE, 7)


def _learning(drawing: Drawing, corner: Point) -> None:
    """A net of dots."""
    columns = ((20, (25, 45, 65)), (60, (15, 35, 55, 75)), (100, (35, 55)))
    for (x1, ys1), (x2, ys2) in pairwise(columns):
        for y1 in ys1:
            for y2 in ys2:
                drawing.line([(corner[0] + x1, corner[1] + y1), (corner[0] + x2, corner[1] + y2)], "#59657a", 1)
    for x, ys in columns:
        for y in ys:
            drawing.cell((corner[0] + x, corner[1] + y), (6, 6), BLUE)


def _seen(drawing: Drawing, corner: Point) -> None:
    cells(drawing, corner, (ORANGE, ORANGE, ROSE))


def _corrected(drawing: Drawing, corner: Point) -> None:
    cells(drawing, corner, FOUND)
    (x, y) = (corner[0] + 56, corner[1] + 46)
    drawing.line([(x + 10, y - 32), (x - 9, y + 34)], "#ffffff", 2.5, stroke_dasharray="5 5")


def _accepted(drawing: Drawing, corner: Point) -> None:
    cells(drawing, corner, FOUND)
    x, y = corner[0] + 92, corner[1] + 66
    drawing.cell((x, y), (17, 17), GREEN)
    drawing.line([(x - 8, y), (x - 2, y + 7), (x + 9, y - 7)], "#ffffff", 3.5)
