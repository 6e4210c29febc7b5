"""A small menu: the models whose labels are in the training set; choosing one takes all of its labels out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QMenu, QToolButton

from napari_unet.core.wording import counted
from napari_unet.widgets.look import tag

if TYPE_CHECKING:
    from napari_unet.session import Session

HELP = "Take back all that was accepted from one model."


class OriginsButton(QToolButton):
    """Reads the session whenever its menu opens."""

    def __init__(self, session: Session) -> None:
        super().__init__(text="▾", toolTip=HELP)
        self._session = session
        self.setAccessibleDescription(HELP)
        tag(self, flat="true")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self._list)
        self.setMenu(self.choices)

    def _list(self) -> None:
        self.choices.clear()
        for origin in self._session.origins:
            words = f"Take back all from {origin.model} ({counted(origin.pictures, 'picture')})"
            self.choices.addAction(words, partial(self._session.take_back_from, origin.model))
        if self.choices.isEmpty():
            self.choices.addAction("No labels of a model are in the training set").setEnabled(False)
