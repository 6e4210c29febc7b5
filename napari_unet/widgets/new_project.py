"""The question asked before a project is made: its name, its folder, its kind, its classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from napari_unet.core.settings import Kind
from napari_unet.widgets import recent
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.look import tag

SUFFIX = ".unet"


@dataclass(frozen=True)
class NewProject:
    """A project a person wants: its folder (NAME.unet), kind and class names."""

    folder: Path
    kind: Kind
    class_names: tuple[str, ...]


class NewProjectDialog(Dialog):
    """Asks for a project; `value()` is what was asked for, `changed` follows each keystroke."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New project")
        self.setMinimumWidth(440)
        self.name = QLineEdit("my-cells")
        self.place = QLineEdit(str(recent.home()))
        self.browse = QPushButton("Browse…")
        self.browse.clicked.connect(self._browse)
        self.objects = QRadioButton("&Objects, such as cells: counted and measured one by one")
        self.regions = QRadioButton("&Regions, such as tissue or membrane: only where they are")
        self.objects.setChecked(True)
        self.classes = QLineEdit("cell")
        self.classes_help = QLabel(wordWrap=True)
        self.where = QLabel(wordWrap=True)
        for label in (self.classes_help, self.where):
            tag(label, tone="quiet")
        self.buttons = QDialogButtonBox()
        self.create = self.buttons.addButton("Create project", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.enter = self.create
        tag(self.create, now="true")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        for line in (self.name, self.place, self.classes):
            line.textChanged.connect(self._refresh)
        self.objects.toggled.connect(self._kind_changed)
        self._kind_changed()

    def value(self) -> NewProject:
        """The project asked for."""
        names = tuple(name.strip() for name in self.classes.text().split(",") if name.strip())
        kind: Kind = "objects" if self.objects.isChecked() else "regions"
        stem = self.name.text().strip().removesuffix(SUFFIX)
        return NewProject(Path(self.place.text()).expanduser() / f"{stem}{SUFFIX}", kind, names)

    def problem(self) -> str:
        """Why this project cannot be made, as a sentence; empty when it can."""
        wanted = self.value()
        if not self.name.text().strip():
            return "Give the project a name."
        if set('/\\:*?"<>|') & set(self.name.text()):
            return 'A name cannot contain any of / \\ : * ? " < > |'
        if wanted.folder.exists():
            return f"{wanted.folder} is there already. Choose another name, or open that project."
        if not wanted.class_names:
            return "Name at least one thing to find."
        if len(set(wanted.class_names)) < len(wanted.class_names):
            return "Two kinds have the same name."
        return ""

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.addWidget(self.place, 1)
        place.addWidget(self.browse)
        kind = QVBoxLayout()
        kind.addWidget(self.objects)
        kind.addWidget(self.regions)
        classes = QVBoxLayout()
        classes.addWidget(self.classes)
        classes.addWidget(self.classes_help)
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 12)
        form.setVerticalSpacing(10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(_label("&Name", self.name), self.name)
        form.addRow(_label("In &folder", self.place), place)
        form.addRow("What to find", kind)
        form.addRow(_label("&Called", self.classes), classes)
        form.addRow("", self.where)
        form.addRow(self.buttons)

    def _kind_changed(self, *_: object) -> None:
        objects = self.objects.isChecked()
        if not objects and self.classes.text() == "cell":
            self.classes.setText("nucleus, cytoplasm")
        elif objects and "," in self.classes.text():
            self.classes.setText(self.classes.text().split(",")[0].strip())
        self.classes_help.setText(
            "The word for one, such as nucleus. Are there several kinds? Name each, with commas between: alive, dead."
            if objects
            else "A name for each kind of region, with commas between. The background needs no name."
        )
        self._refresh()

    def _refresh(self, *_: object) -> None:
        problem = self.problem()
        self.where.setText(problem or f"Everything is kept in {self.value().folder}")
        tag(self.where, tone="bad" if problem else "quiet")
        self.create.setEnabled(not problem)
        self.changed.emit()

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Where to keep the project", self.place.text())
        if folder:
            self.place.setText(folder)


def _label(words: str, field: QWidget) -> QLabel:
    """The name of a row; Alt and its underlined letter lead to the field."""
    made = QLabel(words)
    made.setBuddy(field)
    return made


def ask_new_project(parent: QWidget, then: Callable[[NewProject], None]) -> NewProjectDialog:
    """Ask beside `parent`; `then` is called with the answer, and not at all when the person cancels."""
    dialog = NewProjectDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: then(dialog.value()))
    dialog.open()
    return dialog
