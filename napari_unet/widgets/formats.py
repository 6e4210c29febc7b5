"""Choosing what is written: a button that names the chosen formats, and a menu to tick them in."""

from __future__ import annotations

from itertools import groupby

from qtpy.QtWidgets import QCheckBox, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget, QWidgetAction

from napari_unet.core.settings import FORMATS, Option
from napari_unet.core.settings.formats import chosen
from napari_unet.widgets.editors import Editor
from napari_unet.widgets.parts import words


class Formats(Editor):
    """One or more formats. The menu stays open while one ticks; the last tick cannot be taken away."""

    def __init__(self, item: Option) -> None:
        super().__init__(item)
        self.button = QToolButton()
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # never wider than the panel
        self.ticks: dict[str, QCheckBox] = {}
        menu = QMenu(self.button)
        action = QWidgetAction(menu)
        action.setDefaultWidget(self._list())
        menu.addAction(action)
        self.button.setMenu(menu)
        self._add(self.button, 1)
        self._show()

    def _list(self) -> QWidget:
        """Every format with its tick, under what it is."""
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(4)
        for group, formats in groupby(FORMATS.values(), lambda one: one.group):
            layout.addWidget(words(group))
            for one in formats:
                tick = QCheckBox(one.title, toolTip=f"{one.help}\nNAME{one.ending}")
                tick.toggled.connect(self._ticked)
                layout.addWidget(tick)
                self.ticks[one.name] = tick
        return made

    def _ticked(self) -> None:
        ticked = [name for name, tick in self.ticks.items() if tick.isChecked()]
        if ticked:
            self._edited(",".join(ticked))
        else:
            self._show()

    def _show(self) -> None:
        now = chosen(str(self._value))
        for name, tick in self.ticks.items():
            tick.blockSignals(True)
            tick.setChecked(any(one.name == name for one in now))
            tick.blockSignals(False)
        self.button.setText(f"{now[0].title if len(now) == 1 else f'{len(now)} formats'} ▾")
        self.button.setToolTip("\n".join(f"{one.title}: {one.help}" for one in now))
