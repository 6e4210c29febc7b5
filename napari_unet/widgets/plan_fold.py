"""All settings of training, folded: a preset and how much pictures are changed on top, every knob below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from napari_unet.core.settings import (
    AUGMENTATIONS,
    PRESETS,
    AugmentationSettings,
    LossSettings,
    NetworkSettings,
    PreprocessingSettings,
    TrainingSettings,
)
from napari_unet.widgets.editors import calm
from napari_unet.widgets.fold import Fold
from napari_unet.widgets.form import LABEL_WIDTH, Form
from napari_unet.widgets.look import tag

if TYPE_CHECKING:
    from napari_unet.session import Session

OWN = "your own"

PARTS: tuple[tuple[str, str], ...] = (
    ("Learning", "more"),
    ("What the network sees", "preprocessing"),
    ("Random changes", "augmentation"),
    ("What counts as wrong", "loss"),
    ("Network", "network"),
)
"""Title and form of each fold."""


class PlanFold(Fold):
    """What most people never open. `forms` edits the groups of the plan; "more" has the rest of "training"."""

    def __init__(self, session: Session) -> None:
        super().__init__("more", small=True, opened=False)
        self._session = session
        self.forms = {
            "more": Form(TrainingSettings, only="advanced"),
            "preprocessing": Form(PreprocessingSettings, only="advanced"),
            "augmentation": Form(AugmentationSettings, only="advanced"),
            "loss": Form(LossSettings, only="advanced"),
            "network": Form(NetworkSettings, only="advanced"),
        }
        self.preset = _choice("Settings", [(name, one.title, one.help) for name, one in PRESETS.items()])
        self.preset.activated.connect(self._take_preset)
        self.strength = _choice("Random changes", [(name, name, "") for name in AUGMENTATIONS])
        self.strength.setToolTip(
            "How strongly pictures are turned, scaled and recoloured at random while learning.\n"
            "Stronger changes prepare for pictures that differ more, and take longer to learn."
        )
        self.strength.activated.connect(self._take_strength)
        self.inside.addWidget(self._named(("Settings", self.preset), ("Random changes", self.strength)))
        self.seen = QCheckBox("Show it on the canvas")
        self.seen.setToolTip("A layer with the picture as the network gets it: size, background, contrast.")
        self.seen.toggled.connect(lambda wanted: session.want("seen", wanted))
        self.parts: dict[str, Fold] = {}
        for title, name in PARTS:
            part = Fold(title, small=True, opened=False)
            part.inside.setContentsMargins(12, 0, 0, 4)
            part.inside.addWidget(self.forms[name])
            self.inside.addWidget(part)
            self.parts[name] = part
        self.parts["preprocessing"].inside.addWidget(self.seen)

    def refresh(self, *, running: bool) -> None:
        """Draw what the session holds; nothing can be changed while a training runs by it."""
        project = self._session.project
        for name, form in self.forms.items():
            form.set_value(self._session.settings("training" if name == "more" else name))
            form.setEnabled(not running)
            if project is not None:
                form.set_kind(project.kind)
        _show(self.preset, self._session.preset)
        _show(self.strength, self._session.strength)
        preset = PRESETS.get(self._session.preset)
        self.preset.setToolTip(preset.help if preset else "Settings of your own. Choose a name to go back to its own.")
        for box in (self.preset, self.strength):
            box.setEnabled(not running)
        self.seen.setEnabled(self._session.current is not None)
        self.seen.blockSignals(True)
        self.seen.setChecked(self._session.wants("seen"))
        self.seen.blockSignals(False)

    def _named(self, *rows: tuple[str, QComboBox]) -> QWidget:
        body = QWidget()
        body.setObjectName("body")
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (title, box) in enumerate(rows):
            label = QLabel(title)
            label.setMinimumWidth(LABEL_WIDTH)
            tag(label, tone="quiet")
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        return body

    def _take_preset(self, index: int) -> None:
        if name := self.preset.itemData(index):
            self._session.take_preset(name)

    def _take_strength(self, index: int) -> None:
        if name := self.strength.itemData(index):
            self._session.take_strength(name)

    def connect_forms(self) -> None:
        """Hand what is edited to the session."""
        for name, form in self.forms.items():
            form.changed.connect(partial(self._edited, "training" if name == "more" else name, form))

    def _edited(self, group: str, form: Form) -> None:
        self._session.set_settings(group, form.value())


def _choice(title: str, items: list[tuple[str, str, str]]) -> Any:
    box = calm(QComboBox())
    box.setAccessibleName(title)
    for name, words, help_ in items:
        box.addItem(words, name)
        if help_:
            box.setItemData(box.count() - 1, help_, 3)  # Qt.ToolTipRole
    return box


def _show(box: QComboBox, name: str) -> None:
    """Show the choice of this name; settings that have no name are the person's own, which cannot be chosen."""
    own = box.findText(OWN)
    if name and own >= 0:
        box.removeItem(own)
    elif not name and own < 0:
        box.addItem(OWN, "")
    box.setCurrentIndex(box.findData(name))
