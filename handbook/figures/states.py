"""What becomes of each pixel of a painted picture."""

from __future__ import annotations

from handbook.figures.cells import cells, middle
from handbook.figures.drawing import BLUE, GLOW, INK, NIGHT, ORANGE, QUIET, TEAL, Drawing, Point

SCALE = 2.0
SIDE = (240.0, 180.0)
TITLES = ("the picture", "your strokes", "what is learned from")


def states() -> Drawing:
    """Picture, strokes, and the three states."""
    drawing = Drawing(900, 300, "A picture, strokes on it, and what each pixel is: unknown, background, or an object")
    for number, title in enumerate(TITLES):
        corner = (30 + 300.0 * number, 24.0)
        drawing.panel(corner, SIDE, NIGHT if number < 2 else "#e6ebf1")
        if number < 2:
            _large(drawing, corner)
        if number:
            _strokes(drawing, corner)
        drawing.text((corner[0] + 120, 228), title, 16, font_weight=600)
        if number:
            drawing.arrow([(corner[0] - 52, 114), (corner[0] - 8, 114)])
    _legend(drawing)
    return drawing


def _legend(drawing: Drawing) -> None:
    entries = (("#e6ebf1", "unknown: does not count"), (BLUE, "background"), (ORANGE, "object 1"), (TEAL, "object 2"))
    x = 190.0
    for colour, words in entries:
        drawing.add("rect", x=x, y=254, width=18, height=18, rx=3, fill=colour, stroke=QUIET, stroke_width=0.6)
        drawing.text((x + 26, 268), words, 14, INK, text_anchor="start")
        x += 50 + 7.6 * len(words)


def _large(drawing: Drawing, corner: Point) -> None:
    """The cells at twice their size."""
    parts = Drawing(1, 1, "")
    cells(parts, (0.0, 0.0), (GLOW,) * 3)
    for part in parts._parts:
        drawing._parts.append(
            f'<g transform="translate({corner[0]:.0f} {corner[1]:.0f}) scale({SCALE:.0f})">{part}</g>'
        )


def _strokes(drawing: Drawing, corner: Point) -> None:
    def at(number: int, right: float, down: float) -> Point:
        x, y = middle(number, (0.0, 0.0))
        return corner[0] + SCALE * x + right, corner[1] + SCALE * y + down

    drawing.line([at(0, -22, 6), at(0, 0, -2), at(0, 18, -12)], ORANGE, 13)
    drawing.line([at(1, -10, 10), at(1, 8, 2), at(1, 22, 6)], TEAL, 13)
    drawing.line([(corner[0] + 20, corner[1] + 160), (corner[0] + 90, corner[1] + 164)], BLUE, 13)
    drawing.line([(corner[0] + 96, corner[1] + 24), (corner[0] + 140, corner[1] + 34)], BLUE, 13)
