"""Sharing a model: in which format, under which terms, and into which file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialogButtonBox, QFileDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from napari_unet.core.settings import SharingSettings
from napari_unet.core.sharing.words import SUFFIX, TITLES
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.form import Form
from napari_unet.widgets.look import tag

WHAT = (
    "Other programs can run the model then; a BioImage.IO package also comes back here whole. The package names the "
    "pictures the model learned from, but holds none of them."
)

Share = Callable[[Path, SharingSettings, tuple[str, ...]], None]


class SharingDialog(Dialog):
    """Asks how a model is to be shared; `value()` and `authors()` are the answer."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Share {title}")
        self.setMinimumWidth(420)
        what = QLabel(WHAT, wordWrap=True)
        tag(what, tone="quiet")
        self.form = Form(SharingSettings, only="plain")
        self.form.set_value(SharingSettings())
        self.author = QLineEdit()
        self.author.setPlaceholderText("Anonymous")
        self.author.setToolTip("Who trained the model, as others are to name them; several with commas between.")
        self.author.setAccessibleName("Author")
        named = QFormLayout()
        named.addRow("Author", self.author)
        buttons = QDialogButtonBox()
        self.go = self.enter = buttons.addButton("Choose a file…", QDialogButtonBox.ButtonRole.AcceptRole)
        tag(self.go, now="true")
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        for part in (what, self.form):
            layout.addWidget(part)
        layout.addLayout(named)
        layout.addWidget(buttons)

    def value(self) -> SharingSettings:
        """How the model is to be shared."""
        settings = self.form.value()
        assert isinstance(settings, SharingSettings)
        return settings

    def authors(self) -> tuple[str, ...]:
        """Those who are to be named."""
        return tuple(name.strip() for name in self.author.text().split(",") if name.strip())


def ask_sharing(parent: QWidget, title: str, share: Share) -> SharingDialog:
    """Ask how to share the model called `title`, and into which file; then `share` it."""
    dialog = SharingDialog(title, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: _ask_file(parent, dialog, title, share))
    dialog.show()
    return dialog


def _ask_file(parent: QWidget, dialog: SharingDialog, title: str, share: Share) -> None:
    settings, authors = dialog.value(), dialog.authors()
    suffix = SUFFIX[settings.target]
    kinds = f"{TITLES[settings.target]} (*{suffix})"
    chosen, _ = QFileDialog.getSaveFileName(parent, f"Share {title} as", f"{title}{suffix}", kinds)
    if chosen:
        file, asked = (
            Path(chosen),
            chosen.lower().endswith(suffix),
        )  # the dialog asks before it replaces what it was told
        file = file if asked else file.with_name(f"{file.name}{suffix}")
        share(file, replace(settings, overwrite=asked), authors)
