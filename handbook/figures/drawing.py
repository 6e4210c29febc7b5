"""A drawing in SVG: boxes, words and arrows on a light ground, which can be read in light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

INK, QUIET, RULE, GROUND, PAPER = "#1c2733", "#5d6b7a", "#b9c4d0", "#ffffff", "#f3f6fa"
BLUE, TEAL, ORANGE, PURPLE, GREEN, ROSE = "#4663f0", "#1f8a8a", "#d97b00", "#8a5bd6", "#3d9a50", "#d4537a"
NIGHT, GLOW = "#20242e", "#c8cdd6"
"""The ground and the cells of a picture in fluorescence."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

Point = tuple[float, float]


class Drawing:
    """A drawing of so many pixels, with a title for those who cannot see it."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height, self.title = width, height, title
        self._parts: list[str] = []

    def __str__(self) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" font-family="{FONT}">'
        )
        tip = (
            f'<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
            f'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="{QUIET}"/></marker></defs>'
        )
        ground = f'<rect width="{self.width}" height="{self.height}" rx="8" fill="{GROUND}"/>'
        return "\n".join([head, f"<title>{escape(self.title)}</title>", tip, ground, *self._parts, "</svg>", ""])

    def add(self, tag: str, words: str = "", **attributes: object) -> None:
        """An element; underscores in names of attributes become dashes."""
        told = " ".join(f'{name.replace("_", "-")}="{_number(value)}"' for name, value in attributes.items())
        self._parts.append(f"<{tag} {told}>{escape(words)}</{tag}>" if words else f"<{tag} {told}/>")

    def text(self, at: Point, words: str, size: float = 15, colour: str = INK, **more: object) -> None:
        """A line of words, in the middle of `at` unless `text_anchor` says otherwise."""
        style: dict[str, object] = {"text_anchor": "middle", **more}
        self.add("text", words, x=at[0], y=at[1], font_size=size, fill=colour, **style)

    def box(self, corner: Point, size: Point, lines: Sequence[str], colour: str = BLUE, **more: object) -> None:
        """A box with words in it: the first line bold, the others quiet."""
        (x, y), (width, height) = corner, size
        style: dict[str, object] = {"fill": PAPER, "stroke": colour, "stroke_width": 1.6, **more}
        self.add("rect", x=x, y=y, width=width, height=height, rx=7, **style)
        begin = y + height / 2 - (len(lines) - 1) * 9 + 5
        for number, line in enumerate(lines):
            first = number == 0
            weight = 600 if first else 400
            place = (x + width / 2, begin + 18 * number)
            self.text(place, line, 15 if first else 13, INK if first else QUIET, font_weight=weight)

    def arrow(self, points: Sequence[Point], words: str = "", **more: object) -> None:
        """A line through points, with a tip at its end; words stand over its middle."""
        path = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
        style: dict[str, object] = {"fill": "none", "stroke": QUIET, "stroke_width": 1.8, **more}
        self.add("path", d=path, marker_end="url(#tip)", **style)
        if words:
            (x1, y1), (x2, y2) = points[len(points) // 2 - 1], points[len(points) // 2]
            self.text(((x1 + x2) / 2, (y1 + y2) / 2 - 7), words, 13, QUIET)

    def cell(self, at: Point, radii: Point, colour: str, turn: float = 0.0, **more: object) -> None:
        """An ellipse, turned by so many degrees."""
        place = f"rotate({_number(turn)} {_number(at[0])} {_number(at[1])})"
        self.add("ellipse", cx=at[0], cy=at[1], rx=radii[0], ry=radii[1], fill=colour, transform=place, **more)

    def line(self, points: Sequence[Point], colour: str, width: float, **more: object) -> None:
        """A stroke of a brush."""
        path = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
        style: dict[str, object] = {"stroke_linecap": "round", "stroke_linejoin": "round", **more}
        self.add("path", d=path, fill="none", stroke=colour, stroke_width=width, **style)

    def panel(self, corner: Point, side: Point, colour: str = NIGHT) -> None:
        """The ground of a small picture."""
        self.add("rect", x=corner[0], y=corner[1], width=side[0], height=side[1], rx=4, fill=colour)


def _number(value: object) -> object:
    """Whole numbers without a point, others with one digit behind it."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return value
