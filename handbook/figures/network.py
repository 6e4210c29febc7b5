"""The U-Net, with the sizes of the usual one."""

from __future__ import annotations

from handbook.figures.drawing import BLUE, ORANGE, QUIET, TEAL, Drawing
from napari_unet.core.settings import NetworkSettings

TOP, DROP = 58.0, 76.0


def network() -> Drawing:
    """A way down, a way up, and bridges."""
    usual = NetworkSettings()
    drawing = Drawing(900, 430, "The U-Net: a way down, a way up, and bridges between them")
    for level in range(usual.depth + 1):
        _level(drawing, level, usual)
    drawing.box((24, TOP - 8), (92, 60), ["picture", "full size"], QUIET)
    drawing.box((784, TOP - 8), (92, 60), ["answers", "full size"], QUIET)
    drawing.arrow([(118, TOP + 22), (146, TOP + 22)])
    drawing.arrow([(754, TOP + 22), (782, TOP + 22)])
    drawing.text((235, 30), "the way down: what is it?", 15, BLUE, font_weight=600)
    drawing.text((665, 30), "the way up: where exactly?", 15, TEAL, font_weight=600)
    return drawing


def _level(drawing: Drawing, level: int, usual: NetworkSettings) -> None:
    """The two blocks of a level; the lowest has one."""
    y, shift = TOP + DROP * level, 44.0 * level
    width, height = 168 - 14.0 * level, 46.0
    size = "full size" if level == 0 else f"1/{2**level}"
    words = [f"{usual.width * 2**level} channels", size]
    if level == usual.depth:
        drawing.box((370, y), (160, height), words, ORANGE)
        return
    left, right = 150 + shift, 750 - shift - width
    drawing.box((left, y), (width, height), words, BLUE)
    drawing.box((right, y), (width, height), words, TEAL)
    drawing.arrow(
        [(left + width + 6, y + 23), (right - 6, y + 23)], "bridge" if level == 0 else "", stroke_dasharray="6 5"
    )
    below = y + DROP
    lowest = level + 1 == usual.depth
    into, out = (left + width - 16, right + 16) if lowest else (left + width / 2 + 20, right + width / 2 - 20)
    drawing.arrow([(into, y + height + 3), (into, below - 4)])
    drawing.arrow([(out, below - 3), (out, y + height + 5)])
