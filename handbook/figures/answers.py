"""From three answers to numbered objects."""

from __future__ import annotations

from handbook.figures.cells import CELLS, SIDE, cells, middle
from handbook.figures.drawing import GLOW, ORANGE, QUIET, ROSE, TEAL, Drawing, Point

DARK = "#0c0f16"


def answers() -> Drawing:
    """Picture, network, three answers, seeds, objects."""
    drawing = Drawing(900, 400, "Three answers of the network: cell, border, depth; seeds; numbered objects")
    _picture(drawing, (24.0, 142.0))
    drawing.box((186, 158), (104, 58), ["network"], QUIET)
    drawing.arrow([(150, 187), (182, 187)])
    for number, (title, draw) in enumerate((("cell?", _cell), ("border?", _border), ("how deep?", _depth))):
        corner = (340.0, 16.0 + 128 * number)
        drawing.panel(corner, SIDE, DARK)
        draw(drawing, corner)
        drawing.text((corner[0] + 60, corner[1] + 108), title, 14, font_weight=600)
        drawing.arrow([(294, 187), (334, corner[1] + 45)])
        drawing.arrow([(466, corner[1] + 45), (522, 187)])
    _seeds(drawing, (530.0, 142.0))
    drawing.arrow([(656, 187), (742, 187)], "they grow")
    corner = (750.0, 142.0)
    drawing.panel(corner, SIDE)
    cells(drawing, corner, (ORANGE, TEAL, ROSE))
    for number in range(3):
        x, y = middle(number, corner)
        drawing.text((x, y + 5), str(number + 1), 14, "#ffffff", font_weight=700)
    drawing.text((810, 252), "objects", 14, font_weight=600)
    return drawing


def _picture(drawing: Drawing, corner: Point) -> None:
    drawing.panel(corner, SIDE)
    cells(drawing, corner, (GLOW,) * 3)
    drawing.text((corner[0] + 60, corner[1] + 110), "picture", 14, font_weight=600)


def _cell(drawing: Drawing, corner: Point) -> None:
    cells(drawing, corner, ("#ffffff",) * 3)


def _border(drawing: Drawing, corner: Point) -> None:
    x, y = corner[0] + 56, corner[1] + 47
    drawing.line([(x + 4, y - 15), (x - 1, y), (x - 4, y + 16)], "#ffffff", 4)


def _depth(drawing: Drawing, corner: Point) -> None:
    """Rings that grow brighter towards the middle of each cell."""
    for number, (_, radii, turn) in enumerate(CELLS):
        for ring in range(6):
            share, grey = 1 - ring / 6, 40 + 43 * ring
            colour = f"#{grey:02x}{grey:02x}{grey:02x}"
            drawing.cell(middle(number, corner), (radii[0] * share, radii[1] * share), colour, turn)


def _seeds(drawing: Drawing, corner: Point) -> None:
    drawing.panel(corner, SIDE)
    cells(drawing, corner, ("#4b5261",) * 3)
    for number, colour in enumerate((ORANGE, TEAL, ROSE)):
        drawing.cell(middle(number, corner), (6, 6), colour)
    drawing.text((corner[0] + 60, corner[1] + 110), "seeds", 14, font_weight=600)
