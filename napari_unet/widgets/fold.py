"""A part of the panel that folds: a line with a title and room for buttons, and what lies under it."""

from __future__ import annotations

from qtpy.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from napari_unet.widgets.look import tag


class Fold(QWidget):
    """A title that shows and hides `body`. `small` is for options few people need."""

    def __init__(self, title: str, *, small: bool = False, opened: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(title)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.setAccessibleName(title)
        tag(self.button, fold="small" if small else "true")
        self.button.clicked.connect(lambda: self.set_open(not self.is_open()))
        self.title = title
        self.head = QHBoxLayout()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.head.setSpacing(6)
        self.head.addWidget(self.button, 1)
        self.body = QWidget()
        self.body.setObjectName("body")
        self.inside = QVBoxLayout(self.body)
        self.inside.setContentsMargins(0 if small else 14, 0, 0, 0)
        self.inside.setSpacing(6)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(4)
        outside.addLayout(self.head)
        outside.addWidget(self.body)
        self.set_open(opened)

    def is_open(self) -> bool:
        """Whether the body shows."""
        return not self.body.isHidden()

    def set_open(self, opened: bool) -> None:
        """Show or hide the body."""
        self.body.setVisible(opened)
        self.button.setText(f"{'▾' if opened else '▸'}  {self.title}")
        self.button.setAccessibleDescription("open" if opened else "folded")
