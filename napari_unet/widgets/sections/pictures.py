"""The first step: pictures in, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolButton

from napari_unet.core.data.listing import FILE_SUFFIXES, is_picture, may_hold_several
from napari_unet.core.errors import AxesError, UnetError
from napari_unet.widgets.bringing import Bringing
from napari_unet.widgets.handing_on import ask_set
from napari_unet.widgets.job_bar import JobBar, beside_bar
from napari_unet.widgets.layers import open_names
from napari_unet.widgets.layers.pointer import Pointer
from napari_unet.widgets.new_project import NewProject, ask_new_project
from napari_unet.widgets.pairs import ask_pairs
from napari_unet.widgets.parts import button, flat, link, row, words
from napari_unet.widgets.picture_list import PictureList
from napari_unet.widgets.picture_table import show_table
from napari_unet.widgets.sections.section import Section

if TYPE_CHECKING:
    from napari_unet.core.data.pairing import Pair
    from napari_unet.session import Session

NEXT = (
    "Goes to the place where your next strokes would help most, on this picture or another.\n"
    "Press again for the place after it."
)

TABLE = "All pictures with all that is known of them, to sort, to look for, and to change several at once."


class PicturesSection(Section):
    """Add pictures from open layers, files, a folder or by dropping them; choose the one to work on."""

    key = "pictures"
    title = "Pictures"
    reads = ("project_changed", "pictures_changed", "current_changed")

    def build(self) -> None:
        """Make the list, the Add menu, and what stands there while the list is empty."""
        self.setAcceptDrops(True)
        self.add_button = flat("+ Add pictures ▾", "Add pictures from napari, from files, or a whole folder.")
        self.add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.add_button)
        menu.addAction("From napari: open layers", self.add_layers)
        menu.addAction("Files…", self.ask_files)
        menu.addAction("Folder or OME-Zarr, with masks…", self.ask_folder)
        menu.addSeparator()
        menu.addAction("Write the training set to folders…", self.ask_set)
        self.add_button.setMenu(menu)
        self.fold.head.addWidget(self.add_button)
        self.next = flat("Where next", NEXT, self._where_next)
        self.list = PictureList(lambda: self.bench.look)
        self.list.chosen.connect(self.open)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu_at)
        self.rows.addWidget(self.list)
        self.table = flat("Table…", TABLE, lambda: show_table(self.bench, self))
        self.rows.addLayout(row(self.table, None, self.next))
        self.looking = beside_bar("place", self.session, "Look no further; the picture stays as it is.")
        self.rows.addWidget(self.looking)
        self.pointer = Pointer(self.bench.canvas)
        self.listen(self.session.place_found, lambda at: self.pointer.show(at.place, self.session.further_places(at)))
        self.listen(self.session.beside_changed, self._draw_bars)
        self.empty = words("Drop pictures or a folder here", "empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.rows.addWidget(self.empty)
        self.primary = button("Add files…", "TIFF, PNG or JPG pictures from your disk.", self.ask_files)
        self.rows.addWidget(self.primary, 0, Qt.AlignmentFlag.AlignHCenter)
        self.progress = JobBar(("add",), self.session.stop_adding, "Add no more; pictures that were added stay.")
        self.rows.addWidget(self.progress)
        self.listen(self.session.adding_changed, self._draw_bars)
        self.searching = beside_bar("look", self.session, "Look no further; nothing of it is added.")
        self.rows.addWidget(self.searching)
        self._alone: list[Path] = []  # pictures that wait for what is found in folders that came with them
        self.listen(self.session.pairs_found, self._take_found)
        self.bringing = Bringing(self.bench, self.message)
        self.rows.addWidget(self.bringing.question)
        self.listen(self.session.axes_asked, self._ask_axes)
        self.listen(self.session.project_changed, self.bringing.question.forget)
        self.offer = link("", "Takes the pictures that are open as layers into the project.", self.add_layers)
        self.rows.addWidget(self.offer)
        layers = self.bench.viewer.layers.events
        for event in (layers.inserted, layers.removed):
            event.connect(self._draw_offer)
            self.destroyed.connect(partial(event.disconnect, self._draw_offer))

    def refresh(self) -> None:
        """Draw the list."""
        rows, project = self.bench.pictures, self.session.project
        noun = project.noun if project is not None and project.kind == "objects" else ""
        self.list.set_rows(rows, self.session.current, noun)
        self.list.setVisible(bool(rows))
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        if self.primary is not None:
            self.primary.setVisible(not rows)
        self._draw_offer()
        self._draw_bars()

    def draw_job(self) -> None:
        """Draw whether the worker can be asked."""
        self._draw_bars()

    def _draw_bars(self) -> None:
        looking = self.session.beside.job("place")
        self.next.setVisible(self.session.current is not None)
        self.next.setEnabled(self.session.job is None and looking is None)
        self.looking.set_job(looking)
        self.searching.set_job(self.session.beside.job("look"))
        self.progress.set_job(self.session.adding)

    def _where_next(self) -> None:
        self.message.clear()
        self.bench.canvas.flush()
        self.session.where_next()

    def _draw_offer(self, *_: object) -> None:
        known = {row.name for row in self.bench.pictures}
        names = [name for name in open_names(self.bench.viewer) if name not in known]
        self.offer.setVisible(bool(names))
        self.offer.setText(f"Add the open layer {names[0]}" if len(names) == 1 else f"Add the {len(names)} open layers")

    def open(self, name: str) -> None:
        """Show this picture."""
        self.message.clear()
        self.bench.select(name)

    def add_layers(self) -> None:
        """Add the pictures that are open in napari."""
        self._with_project(self._add_layers)

    def _add_layers(self) -> None:
        try:
            self.bringing.layers()
        except UnetError as error:
            self.fail(error)

    def _ask_axes(self, pair: Pair, error: AxesError) -> None:
        self.fold.set_open(True)
        self.bringing.ask_file(pair, error)

    def ask_files(self) -> None:
        """Ask for picture files and add them."""
        kinds = " ".join(f"*{suffix}" for suffix in FILE_SUFFIXES)
        beginning = str(self.session.picture_folder)
        files, _ = QFileDialog.getOpenFileNames(self, "Add pictures", beginning, f"Pictures ({kinds})")
        self.add_paths([Path(file) for file in files])

    def ask_folder(self) -> None:
        """Ask for a folder and show what is in it."""
        folder = QFileDialog.getExistingDirectory(self, "Add a folder of pictures", str(self.session.picture_folder))
        if folder:
            self.add_paths([Path(folder)])

    def ask_set(self) -> None:
        """Ask for a folder and write the training set into it, the way back of adding a folder with masks."""
        self.message.clear()
        self.bench.canvas.flush()
        ask_set(self, self.session)

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Add single pictures at once; show what a folder, a Zarr with labels, or a file of several holds first."""
        self.message.clear()
        several = [path for path in paths if may_hold_several(path)]
        self._alone += [path for path in paths if path.is_file() and path not in several]
        if several:
            self.session.look_into(several)
        else:
            self._take_found(())

    def _take_found(self, found: Sequence[tuple[Path, list[Pair]]]) -> None:
        """Add what needs no question, with the single pictures that came along; ask about the others."""
        alone = [*self._alone, *(pairs[0].picture for path, pairs in found if _needs_no_question(path, pairs))]
        self._alone = []
        if alone:
            self._with_project(lambda: self.session.add_files(alone))
        for path, pairs in found:
            if pairs and not _needs_no_question(path, pairs):
                ask_pairs(self, pairs, self.add_pairs)

    def add_pairs(self, pairs: list[Pair]) -> None:
        """Add these pictures with their masks."""
        self._with_project(lambda: self.session.add_pairs(pairs))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if dropped_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        event.acceptProposedAction()
        self.add_paths(dropped_paths(event))

    def _with_project(self, then: object) -> None:
        assert callable(then)
        if self.session.project is not None:
            then()
            return

        def made(wanted: NewProject) -> None:
            self.session.new_project(wanted.folder, wanted.kind, wanted.class_names)
            if self.session.project is not None:
                then()

        ask_new_project(self, made)

    def _menu_at(self, place: QPoint) -> None:
        item = self.list.itemAt(place)
        if item is None:
            return
        self.menu_of(item.text()).popup(self.list.mapToGlobal(place))

    def menu_of(self, name: str) -> QMenu:
        """What can be done with a picture, under what it is."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.session.about(name)).setEnabled(False)
        menu.addSeparator()
        menu.addAction("Open", lambda: self.open(name))
        _add_uses(menu, self.session, name)
        menu.addAction("Remove from the project…", lambda: self.ask_remove(name))
        return menu

    def ask_remove(self, name: str) -> None:
        """Ask whether this picture may leave the project."""
        question = f"Remove {name} and what was painted on it? Both move to the project's trash folder."
        if QMessageBox.question(self, "Remove picture", question) == QMessageBox.StandardButton.Yes:
            self.bench.canvas.flush()
            self.session.remove(name)


def dropped_paths(event: QDropEvent) -> list[Path]:
    """The pictures and folders in what is dropped."""
    data = event.mimeData()
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data is not None else []
    return [path for path in paths if path.is_dir() or is_picture(path)]


def _needs_no_question(path: Path, pairs: Sequence[Pair]) -> bool:
    """Whether this is one Zarr folder, or one file, that holds one picture and no mask."""
    return is_picture(path) and len(pairs) == 1 and pairs[0].mask is None


def _add_uses(menu: QMenu, session: Session, name: str) -> None:
    """What a picture can be used for, and what its planes can be taken for."""
    one = next(one for one in session.pictures if one.name == name)
    if one.state == "complete" and not one.aside:
        words = "Learn from it" if one.validation else "Keep it for measuring only"
        menu.addAction(words, lambda: session.keep_for_measuring(name, not one.validation))
    if other := session.other_planes(name):
        menu.addAction(f"Its planes are {other}", lambda: session.take_other_planes(name))
    if one.aside:
        menu.addAction("Use it again", lambda: session.set_aside([name], ""))
    else:
        menu.addAction("Keep it for testing only", lambda: session.set_aside([name], "test"))
        menu.addAction("Leave it out", lambda: session.set_aside([name], "left out"))
