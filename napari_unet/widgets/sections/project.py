"""The header: which project is open, and how to make or open another."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog, QMenu, QToolButton, QVBoxLayout, QWidget

from napari_unet.widgets import recent
from napari_unet.widgets.classes import ask_classes
from napari_unet.widgets.new_project import NewProject, ask_new_project
from napari_unet.widgets.parts import button, flat, link, row, words
from napari_unet.widgets.sections.section import Section
from napari_unet.widgets.tabbing import tab_again


class ProjectSection(Section):
    """Name, kind and counts; New, Open and recent projects."""

    key = "project"
    title = "Project"
    reads = ("project_changed", "pictures_changed")

    def build(self) -> None:
        """Make the header, and what stands there while no project is open."""
        self.fold.button.hide()
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.name = words(tone="title", wrap=False)
        self.counts = words(wrap=False)
        self.menu_button = flat("Project ▾", "Make, open or leave a project.")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.menu_button)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.menu_button.setMenu(self.menu)
        head = QVBoxLayout()
        head.setSpacing(1)
        head.addWidget(self.name)
        head.addWidget(self.counts)
        line = row(spacing=6)
        line.addLayout(head, 1)
        line.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignTop)
        self.rows.addLayout(line)
        self.empty = self._empty()
        self.rows.addWidget(self.empty)
        self.listen(self.session.project_changed, self._remember)

    def _empty(self) -> QWidget:
        body = QWidget()
        body.setObjectName("body")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(6)
        layout.addWidget(words("A project is a folder that keeps your pictures, what you paint, and the models."))
        self.primary = button("New project…", "Choose a name and a folder for a new project.", self.new)
        opening = button("Open project…", "Open a project folder you made before.", self.open)
        layout.addLayout(row(self.primary, opening, None))
        practice = "Opens a small practice project with synthetic nuclei."
        self.sample = link("Try it with sample pictures", practice, self.open_sample)
        layout.addWidget(self.sample)
        self.recents = QVBoxLayout()
        self.recents.setSpacing(0)
        layout.addLayout(self.recents)
        return body

    def refresh(self) -> None:
        """Draw the header."""
        project = self.session.project
        self.empty.setVisible(project is None)
        self.counts.setVisible(project is not None)
        self.menu_button.setVisible(project is not None)
        if project is None:
            self.name.setText("No project open")
            self._draw_recents()
            return
        self.name.setText(project.folder.name)
        self.name.setToolTip(str(project.folder))
        self.counts.setText(_counts(project.kind, self.bench.pictures, self.session.read_only))

    def new(self) -> None:
        """Ask for a new project and make it."""
        ask_new_project(self, self.make)

    def make(self, wanted: NewProject) -> None:
        """Make this project."""
        self.message.clear()
        self.session.new_project(wanted.folder, wanted.kind, wanted.class_names)

    def open(self) -> None:
        """Ask for a project folder and open it."""
        folder = QFileDialog.getExistingDirectory(self, "Open a project folder (NAME.unet)", str(recent.home()))
        if folder:
            self.open_folder(Path(folder))

    def open_folder(self, folder: Path) -> None:
        """Open this project folder."""
        self.message.clear()
        self.bench.canvas.flush()
        self.session.open_project(folder)

    def classes(self) -> None:
        """Name what is looked for; with a second class, each object can have one."""
        project = self.session.project
        if project is not None:
            ask_classes(self, project.class_names, project.class_colours, self.session.set_classes)

    def open_sample(self) -> None:
        """Open the practice project; made from the sample data when it is not there yet."""
        from napari_unet.core.data.synthesis import sample_data_folder  # only here: drawing pictures needs much else

        folder = recent.practice_folder()
        if folder.exists():
            self.open_folder(folder)
            return
        self.session.new_project(folder, "objects", ("nucleus",))
        if self.session.project is not None:
            pairs = self.session.find_pairs(sample_data_folder()) or []
            self.session.add_pairs(pairs)

    def _remember(self) -> None:
        if self.session.project is not None:
            recent.remember(self.session.project.folder)

    def _fill_menu(self) -> None:
        self.menu.clear()
        self.menu.addAction("New project…", self.new)
        self.menu.addAction("Open project…", self.open)
        project = self.session.project
        if project is not None and project.kind == "objects":
            self.menu.addAction("Classes of objects…", self.classes).setEnabled(not self.session.read_only)
        folders = [folder for folder in recent.folders() if not self._is_open(folder)]
        if folders:
            self.menu.addSeparator()
        for folder, title in zip(folders, recent.titles(folders), strict=True):
            action = self.menu.addAction(title)
            action.setToolTip(str(folder))
            action.triggered.connect(lambda _=False, chosen=folder: self.open_folder(chosen))

    def _draw_recents(self) -> None:
        while (item := self.recents.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        folders = recent.folders()[:3]
        if folders:
            self.recents.addWidget(words("Recent"))
        for folder, title in zip(folders, recent.titles(folders), strict=True):
            self.recents.addWidget(link(title, str(folder), partial(self.open_folder, folder)))
        tab_again(self.empty)

    def _is_open(self, folder: Path) -> bool:
        return self.session.project is not None and self.session.project.folder == folder


def _counts(kind: str, rows: tuple[object, ...], read_only: bool) -> str:
    complete = sum(getattr(one, "state", "") == "complete" for one in rows)
    pictures = f"{len(rows)} picture{'s' if len(rows) != 1 else ''}"
    parts = [kind, f"{pictures}, {complete} complete" if complete else pictures]
    return " · ".join([*parts, "open elsewhere: read only"] if read_only else parts)
