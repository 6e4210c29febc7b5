"""Editors of one value: `value()`, `set_value()`, `changed`. Made from an option, so that nothing is said twice."""

from __future__ import annotations

import math
from typing import Any

from qtpy.QtCore import QEvent, QObject, QSize, Qt, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QSpinBox,
    QWidget,
)

from napari_unet.core.settings import Option, Value
from napari_unet.widgets.look import tag

SLIDER_STEPS = 400
"""A number with more steps than this between its bounds is typed, not dragged."""


TYPED, STEPPED = 64, 128
"""Widths of a number field beside a slider and on its own, in pixels: at least, for the longest value must fit."""

ROOM, CLOSE = 24, 6
"""Pixels that Qt reckons too few for a number field in napari's style, which has an arrow on either side of it; and for
one without arrows.
"""


class Editor(QWidget):
    """Edits the value of one option. `changed` is emitted when the person changes it, never by `set_value`."""

    changed = Signal()

    def __init__(self, item: Option) -> None:
        super().__init__()
        self.item = item
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self._value: Value = item.default

    def value(self) -> Value:
        """The value, exactly as it was set or as the person made it."""
        return self._value

    def set_value(self, value: Value) -> None:
        """Show a value. Raises SettingsError for one the option cannot have."""
        self._value = self.item.check(value)
        self._show()

    def _show(self) -> None:
        raise NotImplementedError

    def _edited(self, value: Value) -> None:
        if value != self._value:
            self._value = value
            self._show()
            self.changed.emit()

    def _add(self, widget: QWidget, stretch: int = 0) -> None:
        widget.setToolTip(help_of(self.item))
        widget.setAccessibleName(self.item.label)
        self.row.addWidget(widget, stretch)


class Tick(Editor):
    """Yes or no."""

    def __init__(self, item: Option) -> None:
        super().__init__(item)
        self.box = QCheckBox(item.label)
        self.box.toggled.connect(self._edited)
        self._add(self.box, 1)
        self._show()

    def _show(self) -> None:
        self.box.blockSignals(True)
        self.box.setChecked(bool(self._value))
        self.box.blockSignals(False)


class Choice(Editor):
    """One of a few words."""

    def __init__(self, item: Option) -> None:
        super().__init__(item)
        self.box = calm(QComboBox())
        self.box.addItems(list(item.choices))
        self.box.currentTextChanged.connect(self._edited)
        self._add(self.box, 1)
        self._show()

    def _show(self) -> None:
        self.box.blockSignals(True)
        self.box.setCurrentText(str(self._value))
        self.box.blockSignals(False)


class Word(Editor):
    """Words that are typed."""

    def __init__(self, item: Option) -> None:
        super().__init__(item)
        self.box = QLineEdit()
        self.box.editingFinished.connect(lambda: self._edited(self.box.text().strip()))
        self._add(self.box, 1)
        self._show()

    def _show(self) -> None:
        self.box.setText(str(self._value))


class Number(Editor):
    """A number: dragged on a slider and typed, or only typed where a slider would be too coarse."""

    def __init__(self, item: Option) -> None:
        super().__init__(item)
        self.low, self.high, self.step = float(item.minimum or 0), float(item.maximum or 0), float(item.step or 1)
        steps = (self.high - self.low) / self.step
        self.slider = calm(QSlider(Qt.Orientation.Horizontal)) if steps <= SLIDER_STEPS else None
        if self.slider is not None:
            self.slider.setRange(0, round(steps))
            self.slider.valueChanged.connect(self._dragged)
            self._add(self.slider, 1)
        self.box = calm(_spin(item))
        self.box.valueChanged.connect(self._typed)
        self._add(self.box)
        if self.slider is None:
            self.row.addStretch(1)
        self._show()

    def _dragged(self, position: int) -> None:
        self._edited(self._rounded(self.low + position * self.step))

    def _typed(self, number: float) -> None:
        self._edited(self._rounded(number))

    def _rounded(self, number: float) -> Value:
        return int(number) if self.item.kind is int else round(float(number), decimals(self.step))

    def _show(self) -> None:
        number = float(self._value)
        for widget in (self.slider, self.box):
            if widget is not None:
                widget.blockSignals(True)
        if self.slider is not None:
            self.slider.setValue(round((number - self.low) / self.step))
        self.box.setValue(int(number) if self.item.kind is int else number)
        for widget in (self.slider, self.box):
            if widget is not None:
                widget.blockSignals(False)


def editor_for(item: Option) -> Editor:
    """The editor that fits an option."""
    if item.kind is bool:
        return Tick(item)
    if item.choices:
        return Choice(item)
    return Word(item) if item.kind is str else Number(item)


def help_of(item: Option) -> str:
    """What an option is for, its usual value, and how to get that back."""
    default = item.default
    if isinstance(default, bool):
        shown = "on" if default else "off"
    else:
        shown = f"{default:g}" if isinstance(default, float) else f"{default}" or "empty"
    if item.unit:
        shown += f" {item.unit}"
    if default == 0 and item.zero:
        shown = item.zero
    return f"{item.help}\nUsual: {shown}. Double-click the name to get it back."


def decimals(step: float) -> int:
    """How many decimals a step needs."""
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _spin(item: Option) -> QSpinBox | QDoubleSpinBox:
    step = float(item.step or 1)
    whole = item.kind is int
    box: QSpinBox | QDoubleSpinBox = WholeBox() if whole else FractionBox()
    if not whole:
        box.setDecimals(decimals(step))
    low, high = float(item.minimum or 0), float(item.maximum or 0)
    box.setRange(int(low) if whole else low, int(min(high, 2**31 - 1)) if whole else high)
    box.setSingleStep(int(step) if whole else step)
    if (high - low) / step > SLIDER_STEPS:
        box.setStepType(type(box).StepType.AdaptiveDecimalStepType)
    box.setSuffix(f" {item.unit}" if item.unit else "")
    box.setSpecialValueText(item.zero)
    box.setKeyboardTracking(False)
    return bare(box) if (high - low) / step <= SLIDER_STEPS else box


def bare(box: QSpinBox | QDoubleSpinBox) -> QSpinBox | QDoubleSpinBox:
    """A number to type beside a slider: the slider has the arrows' part."""
    box.setButtonSymbols(type(box).ButtonSymbols.NoButtons)
    tag(box, bare="true")
    return box


class _Roomy:
    """A number field in which its longest value is seen whole; fields under each other are as wide, if that fits."""

    def sizeHint(self) -> QSize:
        hint: QSize = super().sizeHint()  # type: ignore[misc]  # of the box that this is mixed into
        stepped = self.buttonSymbols() != QSpinBox.ButtonSymbols.NoButtons  # type: ignore[attr-defined]
        wide = max(STEPPED, hint.width() + ROOM) if stepped else max(TYPED, hint.width() + CLOSE)
        return QSize(wide, hint.height())

    minimumSizeHint = sizeHint


class WholeBox(_Roomy, QSpinBox):
    """Of whole numbers."""


class FractionBox(_Roomy, QDoubleSpinBox):
    """Of numbers with decimals."""


class _NoWheel(QObject):
    """Lets the wheel scroll the panel instead of changing a value the pointer happens to be over."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def calm(widget: Any) -> Any:
    """The same widget, deaf to the wheel unless it has the focus."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_NoWheel(widget))
    return widget
