"""How a picture is asked about: whether one is told how sure the answer is, and which other models are asked too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QMenu, QToolButton, QVBoxLayout, QWidget

from napari_unet.core.settings import InferenceSettings
from napari_unet.widgets.fold import Fold
from napari_unet.widgets.form import Form
from napari_unet.widgets.look import tag

if TYPE_CHECKING:
    from napari_unet.session import Session


class Asking(QWidget):
    """Stands under "more" of the step that segments."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("body")
        self._session = session
        self.uncertainty = QCheckBox("Uncertainty")
        self.uncertainty.setToolTip(
            "Ask about several views of each picture, or several models, and show where their answers differ,\n"
            "as a layer of its own (hidden until you show it). Segmenting takes several times as long."
        )
        self.uncertainty.toggled.connect(self._want)
        self.also = QToolButton()
        tag(self.also, flat="true")
        self.also.setToolTip("Ask other models of this project too and average their answers: often better, slower.")
        self.also.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.also.setMenu(QMenu(self.also))
        self.form = Form(InferenceSettings, only="advanced")
        self.form.changed.connect(lambda: session.set_settings("inference", self.form.value()))
        running = Fold("Running the model", small=True, opened=False)
        running.inside.setContentsMargins(12, 0, 0, 4)
        running.inside.addWidget(self.form)
        self._listed: object = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.uncertainty, self.also, running):
            layout.addWidget(widget)

    def refresh(self) -> None:
        """Draw what the session holds."""
        session = self._session
        self.form.set_value(session.settings("inference"))
        self.uncertainty.blockSignals(True)
        self.uncertainty.setChecked(session.uncertainty)
        self.uncertainty.blockSignals(False)
        others = [row for row in session.models if not row.active]
        chosen = [row.title for row in others if row.name in session.also]
        self.also.setVisible(bool(others))
        self.also.setText(f"Also ask: {', '.join(chosen) or 'nobody'} ▾" if len(chosen) < 3 else "Also ask several ▾")
        if (listed := (others, tuple(session.also))) == self._listed:
            return  # Qt keeps what the lines of a menu were connected to
        self._listed = listed
        menu = self.also.menu()
        assert menu is not None
        menu.clear()
        for row in others:
            action = menu.addAction(f"{row.title} · {row.line}")
            action.setCheckable(True)
            action.setChecked(row.name in session.also)
            action.toggled.connect(partial(self._ask, row.name))

    def _want(self, wanted: bool) -> None:
        self._session.uncertainty = wanted

    def _ask(self, name: str, wanted: bool) -> None:
        others = [one for one in self._session.also if one != name]
        self._session.ask_also([*others, name] if wanted else others)
