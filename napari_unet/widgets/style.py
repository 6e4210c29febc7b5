"""What the panel adds to napari's own style sheet, in the colours of a look."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from napari_unet.widgets.look import Look, mix


def stylesheet(look: Look) -> str:
    """The panel's style sheet."""
    shades = {
        "pressed": mix(look.background, look.text, 0.26),
        "faint": mix(look.background, look.text, 0.38),
        "accent_hover": mix(look.accent, "#ffffff", 0.14),
    }
    return SHEET.substitute(asdict(look), **shades)


SHEET = Template("""
QScrollArea, QWidget#body { background: $background; border: none; }
QLabel { padding: 0; }
QLabel[tone="quiet"] { color: $quiet; }
QLabel[tone="title"] { font-weight: 600; }
QLabel[tone="bad"] { color: $bad; }
QLabel[tone="notice"] { color: $notice; }
QLabel[tone="empty"] {
    color: $quiet; border: 1px dashed $line; border-radius: 4px; padding: 12px 10px;
}
QFrame[tone="line"] { background: $line; max-height: 1px; min-height: 1px; padding: 0; }
QFrame[tone="bad"] { background: $raised; border-left: 3px solid $bad; border-radius: 2px; }
QFrame[tone="notice"] { background: $raised; border-left: 3px solid $notice; border-radius: 2px; }
QFrame[tone="good"] { background: $raised; border-left: 3px solid $good; border-radius: 2px; }
QPushButton, QToolButton {
    background: $hover; border: 1px solid transparent; border-radius: 4px; padding: 4px 9px; min-height: 16px;
}
QPushButton:hover, QToolButton:hover { background: $pressed; }
QPushButton:focus, QToolButton:focus { border-color: $good; }
QPushButton:disabled, QToolButton:disabled {
    background: $raised; color: $faint; border-color: transparent;
}
QPushButton[now="true"] { background: $accent; color: $on_accent; font-weight: 600; }
QPushButton[now="true"]:hover { background: $accent_hover; }
QPushButton[now="true"]:focus { border-color: $text; }
QPushButton:checked, QToolButton:checked { background: $hover; border-color: $text; }
QToolButton[flat="true"] { background: transparent; padding: 3px 5px; }
QToolButton[flat="true"]:hover { background: $hover; }
QPushButton[fold="true"] { background: transparent; font-weight: 600; padding: 3px 2px; text-align: left; }
QPushButton[fold="small"] { background: transparent; color: $quiet; padding: 2px 0; text-align: left; }
QPushButton[fold="true"]:hover, QPushButton[fold="small"]:hover { color: $good; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[link="true"] {
    background: transparent; color: $good; padding: 1px 0; text-align: left; text-decoration: underline;
}
QAbstractSpinBox, QComboBox, QLineEdit {
    background: $field; border: 1px solid $line; border-radius: 4px; min-width: 40px;
}
QAbstractSpinBox[bare="true"] { padding: 1px 4px; }
QAbstractSpinBox:focus, QComboBox:focus, QLineEdit:focus { border-color: $good; }
QCheckBox::indicator, QRadioButton::indicator { background: $field; border: 1px solid $line; }
QCheckBox:focus { color: $good; }
QSlider::groove:horizontal { background: $hover; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $quiet; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $text; width: 12px; height: 12px; margin: -4px 0; border-radius: 6px;
}
QSlider::handle:horizontal:focus { background: $good; }
QProgressBar { background: $hover; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $good; border-radius: 3px; }
QListWidget { background: transparent; border: none; outline: none; }
""")
