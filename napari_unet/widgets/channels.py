"""Choosing the channels that are learned from: a tick for each channel of the picture on show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from napari_unet.core.data.channels import choice
from napari_unet.core.settings import Option, PreprocessingSettings
from napari_unet.widgets.editors import Editor
from napari_unet.widgets.form import RowLabel

if TYPE_CHECKING:
    from napari_unet.session import Session

COLUMNS = 2
"""Ticks beside each other: names of dyes are long."""

HELP = (
    "Which channels are learned from and segmented, in every picture of the project. They may have others besides.\n"
    "Double-click the name to have all of them."
)


class Channels(Editor):
    """A tick for each channel that is offered or chosen. While none is chosen, all are ticked; the last tick stays."""

    def __init__(self, item: Option) -> None:
        super().__init__(item)
        self.ticks: dict[str, QCheckBox] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.row.addLayout(self._grid, 1)
        self._offered: tuple[str, ...] = ()

    def offer(self, words: Sequence[str]) -> None:
        """Offer the channels of another picture."""
        self._offered = tuple(words)
        self._show()

    def _show(self) -> None:
        chosen = choice(str(self._value))
        known = {word.casefold() for word in self._offered}
        shown = (*self._offered, *(word for word in chosen if word.casefold() not in known))
        if tuple(self.ticks) != shown:
            self._rebuild(shown)
        wanted = {word.casefold() for word in chosen}
        for word, tick in self.ticks.items():
            tick.blockSignals(True)
            tick.setChecked(not wanted or word.casefold() in wanted)
            tick.blockSignals(False)

    def _rebuild(self, words: Sequence[str]) -> None:
        for tick in self.ticks.values():
            tick.setParent(None)
            tick.deleteLater()
        self.ticks = {word: QCheckBox(word, toolTip=HELP) for word in words}
        for at, (word, tick) in enumerate(self.ticks.items()):
            tick.setAccessibleName(f"Channel {word}")
            tick.toggled.connect(self._ticked)
            self._grid.addWidget(tick, at // COLUMNS, at % COLUMNS)

    def _ticked(self) -> None:
        ticked = [word for word, tick in self.ticks.items() if tick.isChecked()]
        if ticked:
            self._edited(",".join(ticked))
        else:
            self._show()


class ChannelRow(QWidget):
    """The name of the setting and its ticks; there only where there is something to choose among."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("body")
        self._session = session
        item = next(item for item in PreprocessingSettings.options() if item.name == "channels")
        self.editor = Channels(item)
        self.editor.changed.connect(self._edited)
        self.label = RowLabel(item, self.editor)
        self.label.setToolTip(HELP)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.label)
        line.addWidget(self.editor, 1)

    def refresh(self, *, running: bool) -> None:
        """Draw what the session holds; nothing can be changed while a training runs by it."""
        offered, settings = self._session.channels_offered, self._settings()
        self.editor.offer(offered)
        self.editor.set_value(settings.channels)
        self.label.mark(bool(settings.channels))
        self.setEnabled(not running)
        self.setVisible(len(offered) > 1 or bool(settings.channels))

    def _settings(self) -> PreprocessingSettings:
        settings = self._session.settings("preprocessing")
        assert isinstance(settings, PreprocessingSettings)
        return settings

    def _edited(self) -> None:
        self.label.mark(bool(self.editor.value()))
        self._session.set_settings("preprocessing", replace(self._settings(), channels=str(self.editor.value())))
