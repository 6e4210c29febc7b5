"""Colours and shapes of the panel, taken from napari's theme so that light and dark both look native."""

from __future__ import annotations

from dataclasses import dataclass

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
        notice="#e69f00" if dark else "#8f5500",
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


def stylesheet(look: Look) -> str:
    """What the panel adds to napari's own style sheet."""
    return f"""
    QScrollArea, QWidget#body {{ background: {look.background}; border: none; }}
    QLabel {{ padding: 0; }}
    QLabel[tone="quiet"] {{ color: {look.quiet}; }}
    QLabel[tone="title"] {{ font-weight: 600; }}
    QLabel[tone="bad"] {{ color: {look.bad}; }}
    QLabel[tone="empty"] {{
        color: {look.quiet}; border: 1px dashed {look.line}; border-radius: 4px; padding: 12px 10px;
    }}
    QFrame[tone="line"] {{ background: {look.line}; max-height: 1px; min-height: 1px; padding: 0; }}
    QFrame[tone="bad"] {{ background: {look.raised}; border-left: 3px solid {look.bad}; border-radius: 2px; }}
    QFrame[tone="good"] {{ background: {look.raised}; border-left: 3px solid {look.good}; border-radius: 2px; }}
    QPushButton, QToolButton {{
        background: {look.hover}; border: 1px solid transparent; border-radius: 4px; padding: 4px 9px; min-height: 16px;
    }}
    QPushButton:hover, QToolButton:hover {{ background: {mix(look.background, look.text, 0.26)}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {look.good}; }}
    QPushButton:disabled, QToolButton:disabled {{
        background: {look.raised}; color: {mix(look.background, look.text, 0.38)}; border-color: transparent;
    }}
    QPushButton[now="true"] {{ background: {look.accent}; color: {look.on_accent}; font-weight: 600; }}
    QPushButton[now="true"]:hover {{ background: {mix(look.accent, "#ffffff", 0.14)}; }}
    QPushButton[now="true"]:focus {{ border-color: {look.text}; }}
    QPushButton:checked, QToolButton:checked {{ background: {look.hover}; border-color: {look.text}; }}
    QToolButton[flat="true"] {{ background: transparent; padding: 3px 5px; }}
    QToolButton[flat="true"]:hover {{ background: {look.hover}; }}
    QPushButton[fold="true"] {{ background: transparent; font-weight: 600; padding: 3px 2px; text-align: left; }}
    QPushButton[fold="small"] {{ background: transparent; color: {look.quiet}; padding: 2px 0; text-align: left; }}
    QPushButton[fold="true"]:hover, QPushButton[fold="small"]:hover {{ color: {look.good}; }}
    QToolButton::menu-indicator {{ image: none; width: 0; }}
    QToolButton[link="true"] {{
        background: transparent; color: {look.good}; padding: 1px 0; text-align: left; text-decoration: underline;
    }}
    QAbstractSpinBox, QComboBox, QLineEdit {{
        background: {look.field}; border: 1px solid {look.line}; border-radius: 4px; min-width: 40px;
    }}
    QAbstractSpinBox[bare="true"] {{ padding: 1px 4px; }}
    QAbstractSpinBox:focus, QComboBox:focus, QLineEdit:focus {{ border-color: {look.good}; }}
    QCheckBox::indicator, QRadioButton::indicator {{ background: {look.field}; border: 1px solid {look.line}; }}
    QCheckBox:focus {{ color: {look.good}; }}
    QSlider::groove:horizontal {{ background: {look.hover}; height: 4px; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ background: {look.quiet}; border-radius: 2px; }}
    QSlider::handle:horizontal {{
        background: {look.text}; width: 12px; height: 12px; margin: -4px 0; border-radius: 6px;
    }}
    QSlider::handle:horizontal:focus {{ background: {look.good}; }}
    QProgressBar {{ background: {look.hover}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {look.good}; border-radius: 3px; }}
    QListWidget {{ background: transparent; border: none; outline: none; }}
    """
