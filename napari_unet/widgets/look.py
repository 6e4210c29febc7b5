"""Colours and shapes of the panel, taken from napari's theme so that light and dark both look native."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from napari.utils.theme import get_theme
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QWidget

WIDTH = 360
"""Width the panel is drawn for, in pixels: it leaves room for the canvas on a 13-inch screen."""

MARKS = {"unlabelled": "○", "strokes": "◐", "complete": "●"}
"""A picture's state as a shape: readable without telling colours apart."""


@dataclass(frozen=True)
class Look:
    """The colours in use, as CSS strings. `quiet` is for words that need not be read at each glance."""

    dark: bool
    background: str
    raised: str
    field: str
    hover: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    good: str
    notice: str
    bad: str

    def state(self, state: str) -> str:
        """The colour of a picture's state: blue and orange stay apart for every common colour blindness."""
        return {"complete": self.good, "strokes": self.notice}.get(state, self.quiet)


@lru_cache(maxsize=8)
def look_of(theme_name: str) -> Look:
    """The look that fits a napari theme."""
    theme = get_theme(theme_name)
    dark = theme.type == "dark"
    background, text = theme.background.as_hex("long"), theme.text.as_hex("long")
    return Look(
        dark=dark,
        background=background,
        raised=mix(background, text, 0.05),
        field=theme.foreground.as_hex("long") if dark else mix(background, "#ffffff", 0.6),
        hover=mix(background, text, 0.16),
        line=mix(background, text, 0.13),
        text=text,
        quiet=mix(background, text, 0.62 if dark else 0.68),
        accent="#4c6ef5" if dark else "#3451b2",
        on_accent="#ffffff",
        good="#56b4e9" if dark else "#00629b",
        notice="#e69f00" if dark else "#8a5200",
        bad="#ff7b72" if dark else "#b42318",
    )


def mix(low: str, high: str, share: float) -> str:
    """The colour `share` of the way from `low` to `high`."""
    parts = zip(QColor(low).getRgb()[:3], QColor(high).getRgb()[:3], strict=True)
    return QColor(*(round(a + (b - a) * share) for a, b in parts)).name()


def tag(widget: QWidget, **names: str | bool) -> None:
    """Set style properties of a widget and have it drawn anew where one changed."""
    changed = [key for key, value in names.items() if widget.property(key) != value]
    for key in changed:
        widget.setProperty(key, names[key])
    if changed and (style := widget.style()) is not None:
        style.unpolish(widget)
        style.polish(widget)
