"""The last step: what was found goes out, as files other programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QComboBox, QFileDialog, QMenu, QMessageBox, QToolButton

from napari_unet.core.settings import ExportSettings
from napari_unet.core.wording import counted
from napari_unet.widgets.editors import calm
from napari_unet.widgets.form import Form
from napari_unet.widgets.handing_on import HELP, ask_set, may_overwrite
from napari_unet.widgets.job_bar import JobBar
from napari_unet.widgets.measuring import HELP as MEASURING
from napari_unet.widgets.measuring import show_measurements
from napari_unet.widgets.parts import boxed, button, link, row, words
from napari_unet.widgets.sections.section import Section

EXPORT = (
    "Write what was found in these pictures into a folder: your corrections;\n"
    "of complete pictures what you painted or accepted; of others what the model found."
)


BACK = (
    "Write the labels of this part into an existing mask of the whole slide: a TIFF, or labels of an OME-Zarr.\n"
    "Objects keep the numbers that they have there, also where they go on beyond the part."
)

MASKS = "Masks (*.tif *.tiff *.TIF *.TIFF)"


class ExportSection(Section):
    """What was found, of this picture or all, in the chosen formats; nothing is overwritten without a question."""

    key = "export"
    title = "Export"
    announces = True
    reads = ("project_changed", "pictures_changed", "current_changed")

    def build(self) -> None:
        """Make the rows."""
        self.scope = calm(QComboBox())
        self.scope.setAccessibleName("Which pictures")
        self.scope.setToolTip("Which pictures are written.")
        self.primary = button("Export…", EXPORT, self.ask)
        line = row(self.primary, self.scope)
        line.setStretch(1, 1)
        self.rows.addLayout(line)
        self.why_not = words()
        self.rows.addWidget(self.why_not)
        self.form = Form(ExportSettings)
        self.form.editors["overwrite"].hide()  # here, overwriting is a question that names the files
        self.form.changed.connect(lambda: self.session.set_settings("export", self.form.value()))
        self.rows.addWidget(self.form)
        self.measure = link("Measurements…", MEASURING, self.show_measurements)
        self.whole = link("Training set as folders…", HELP, self.ask_set)
        self.back = link("Into the slide's mask…", BACK)
        menu = QMenu(self.back)
        menu.addAction("A TIFF…", self.ask_back)
        menu.addAction("A folder: OME-Zarr, or its labels…", self.ask_back_into_zarr)
        self.back.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.back.setMenu(menu)
        self.links = boxed(row(self.measure, self.whole, None, spacing=16))
        self.rows.addWidget(self.back)
        self.rows.addWidget(self.links)
        self.progress = JobBar(("export",), self.session.stop, "End after the picture being written.")
        self.rows.addWidget(self.progress)
        self._folder: Path | None = None  # the one that was last chosen

    def refresh(self) -> None:
        """Draw everything."""
        rows = self.bench.pictures
        chosen = self.scope.currentData()
        self.scope.clear()
        if self.session.current is not None:
            self.scope.addItem("this picture", "this")
        self.scope.addItem(f"all {counted(len(rows), 'picture')}" if rows[1:] else "all pictures", "all")
        self.scope.setCurrentIndex(max(0, self.scope.findData(chosen or "all")))
        self.draw_job()
        ready = any(row.predicted or row.state != "unlabelled" for row in rows)
        assert self.primary is not None
        self.primary.setEnabled(ready and self.session.job is None)
        self.scope.setEnabled(ready)
        self.whole.setVisible(any(row.state != "unlabelled" for row in rows))
        self.whole.setEnabled(self.session.job is None)
        self.measure.setVisible(ready)
        self.back.setVisible(ready and bool(self.session.part_on_show))
        self.back.setEnabled(self.session.job is None and not self.session.read_only)
        self.why_not.setText("Segment a picture first; its mask can then be written.")
        self.why_not.setVisible(not ready)
        self.form.setVisible(ready)
        self.form.set_value(self.session.settings("export"))

    def draw_job(self) -> None:
        """Draw how many pictures are written."""
        self.progress.set_job(self.session.job)

    def names(self) -> list[str] | None:
        """The pictures to write; None is all."""
        current = self.session.current
        return [current] if self.scope.currentData() == "this" and current is not None else None

    def _beginning(self) -> str:
        """Where a choice of folder begins."""
        return str(self._folder or self.session.picture_folder)

    def ask(self) -> None:
        """Ask for a folder and write into it."""
        folder = QFileDialog.getExistingDirectory(self, "Write into which folder?", self._beginning())
        if folder:
            self.write(Path(folder))

    def write(self, folder: Path) -> None:
        """Write into this folder; asks when files would be overwritten."""
        self.message.clear()
        self.bench.canvas.flush()
        self._folder = folder
        names = self.names()
        there = self.session.would_overwrite(names, folder)
        if there is None or (there and not may_overwrite(self, there)):
            return
        self.session.export(names, folder, bool(there))

    def show_measurements(self) -> None:
        """Show what the objects of the picture on show measure."""
        self.bench.canvas.flush()
        show_measurements(self.bench, self.window())

    def ask_set(self) -> None:
        """Ask for a folder and write the training set into it."""
        self.message.clear()
        self.bench.canvas.flush()
        ask_set(self, self.session)

    def ask_back(self) -> None:
        """Ask for the mask of the whole, and write the labels of the part on show back into it."""
        chosen, _ = QFileDialog.getOpenFileName(self, "The mask of the whole picture", self._beginning(), MASKS)
        if chosen:
            self.write_back(Path(chosen))

    def ask_back_into_zarr(self) -> None:
        """The same for labels of an OME-Zarr, which are a folder."""
        chosen = QFileDialog.getExistingDirectory(self, "The OME-Zarr, or its labels", self._beginning())
        if chosen:
            self.write_back(Path(chosen))

    def write_back(self, mask: Path) -> None:
        """Write into this mask; asks first, as what it holds there goes."""
        self.message.clear()
        self.bench.canvas.flush()
        question = (
            f"Write the labels of {self.session.current} into {mask.name}?\n\n"
            f"What the mask holds there ({self.session.part_on_show}) is replaced; the rest of it stays."
        )
        if QMessageBox.question(self, "Write into the mask?", question) == QMessageBox.StandardButton.Yes:
            self._folder = mask.parent
            self.session.write_back(mask)

    def answer(self, sentence: str) -> tuple[str, Callable[[], None] | None]:
        """What was written is a click away."""
        return "Open the folder", lambda: open_folder(self.session.exported_to)


def open_folder(folder: Path) -> None:
    """Show a folder in the desktop's own file window."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
