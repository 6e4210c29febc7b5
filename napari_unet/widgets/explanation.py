"""What is known about a model, to read and to copy into a paper."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.look import tag


class Explanation(Dialog):
    """Shows Markdown; Copy puts it on the clipboard as it is."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About this model")
        self.resize(560, 560)
        self._text = text
        self.page = QTextBrowser(openExternalLinks=True)
        self.page.setMarkdown(text)
        self.page.setAccessibleName("About this model")
        buttons = QDialogButtonBox()
        self.copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip("Copy all of it, for a paper's Methods or a lab book.")
        self.copy.clicked.connect(self._copy)
        tag(self.copy, now="true")
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.addWidget(self.page, 1)
        layout.addWidget(buttons)

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._text)
        self.copy.setText("Copied")


def show_explanation(parent: QWidget, text: str) -> Explanation:
    """Show the text beside `parent`."""
    dialog = Explanation(text, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog
