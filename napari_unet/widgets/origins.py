"""Where the training set came from: a tree of what was accepted, by kind and model; seen, counted less, taken back."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_unet.core.data.record import How
from napari_unet.core.settings import LossSettings
from napari_unet.core.wording import counted
from napari_unet.session.taking import PARTS
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.editors import Editor, editor_for, help_of
from napari_unet.widgets.layers.colours import ORIGINS
from napari_unet.widgets.layers.pointer import Pointer
from napari_unet.widgets.parts import button, row, words
from napari_unet.widgets.placing import beside
from napari_unet.widgets.style import stylesheet

if TYPE_CHECKING:
    from napari_unet.session.origins import Given, Origin
    from napari_unet.widgets.sessions import Bench

KINDS: dict[How, str] = {
    "hand": "Brought along",
    "corrected": "Corrected, then accepted",
    "accepted": "Accepted as it was",
    "rejected": "Said to be none",
}
COLUMNS = ("Where from", "What", "Picture", "When")
WIDTHS = (250, 120, 110)
EVERY, THIS = "every picture", "this picture"
TRUST = ("trust_hand", "trust_corrected", "trust_accepted")
"""The settings of the loss that say how much pixels of each kind count."""

GIVEN = Qt.ItemDataRole.UserRole
CHOOSE = "Select lines to take them back, or one to go there."
EMPTY = "Nothing was accepted or brought along yet. What you paint by hand is yours, and is changed by hand."


class OriginsDialog(Dialog):
    """Filter above, the tree, and below what can be done with the selected lines."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Where the training set came from")
        self.setStyleSheet(stylesheet(bench.look))
        self.resize(640, 420)
        self._bench, self._session = bench, bench.session
        self._pointer = Pointer(bench.canvas)
        self._shown: object = None
        self.text = QLineEdit()
        self.text.setPlaceholderText("Look for a model, a picture, a date")
        self.text.setClearButtonEnabled(True)
        self.where = QComboBox()
        self.where.setAccessibleName("Pictures")
        self.where.addItems([EVERY, THIS])
        self.tree = self._make_tree()
        self.line = words()
        self.show_them = QCheckBox("Show on the picture")
        self.show_them.setToolTip("A layer that shows where the labels came from: of the selected lines, or of all.")
        self.back = button(
            "Take back", "Take the selected lines out of the training set; the rest stays as it is.", self.take_back
        )
        self.go = button("Go to", "Open the picture of the selected line, at that place.", self.go_to)
        self.legend = QLabel(" &nbsp; ".join(_entry(*entry) for entry in ORIGINS.values()))
        self.editors = {item.name: editor_for(item) for item in LossSettings.options() if item.name in TRUST}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.addLayout(row(self.text, self.where))
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.line)
        layout.addLayout(row(self.back, self.go, None, self.show_them))
        layout.addWidget(self.legend)
        layout.addLayout(self._weights())
        self._listen()
        self.refresh()
        self._draw_weights()

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName("Origins")
        tree.setHeaderLabels(COLUMNS)
        tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        tree.setUniformRowHeights(True)
        for column, width in enumerate(WIDTHS):
            tree.setColumnWidth(column, width)
        tree.itemSelectionChanged.connect(self._on_selection)
        tree.itemActivated.connect(lambda *_: self.go_to())
        return tree

    def _weights(self) -> QGridLayout:
        grid = QGridLayout()
        title = words("In training (1 is fully):", wrap=False)
        title.setMinimumWidth(240)
        grid.addWidget(title, 0, 0, 1, 3)
        for column, editor in enumerate(self.editors.values()):
            name = words(editor.item.label, wrap=False)
            name.setToolTip(help_of(editor.item))
            name.setMinimumWidth(120)
            grid.addWidget(name, 1, column)
            grid.addWidget(editor, 2, column)
            grid.setColumnStretch(column, 1)
            editor.changed.connect(partial(self._weigh, editor))
        return grid

    def _listen(self) -> None:
        session = self._session
        for signal in (session.project_changed, session.pictures_changed, session.current_changed):
            signal.connect(self.refresh)
            self.destroyed.connect(partial(signal.disconnect, self.refresh, missing_ok=True))
        session.settings_changed.connect(self._draw_weights)
        self.destroyed.connect(partial(session.settings_changed.disconnect, self._draw_weights, missing_ok=True))
        self.text.textChanged.connect(self.refresh)
        self.where.currentTextChanged.connect(self.refresh)
        self.show_them.toggled.connect(self._show)

    def refresh(self, *_: object) -> None:
        """Draw what there is now; what was selected and unfolded stays so."""
        origins = () if self._session.project is None else self._session.origins
        shown = origins, self.text.text(), self.where.currentText(), self._session.current
        if shown == self._shown:
            return
        self._shown = shown
        open_ones = {self._key(top) for top in self._tops() if top.isExpanded()}
        chosen = {one.region.id for one in self.selected()}
        self.tree.blockSignals(True)
        self.tree.clear()
        for origin in origins:
            self._add(origin, open_ones, chosen)
        self.tree.blockSignals(False)
        self._on_selection()

    def _add(self, origin: Origin, open_ones: set[str], chosen: set[str]) -> None:
        fitting = [one for one in origin.given if self._fits(origin, one)]
        if not fitting:
            return
        pictures = counted(len({one.picture for one in fitting}), "picture")
        top = QTreeWidgetItem([self._title(origin), counted(len(fitting), "part"), pictures, ""])
        top.setToolTip(0, origin.model)
        self.tree.addTopLevelItem(top)
        for one in fitting:
            line = QTreeWidgetItem(["", PARTS[one.region.part], one.picture, _when(one.region.when)])
            line.setData(0, GIVEN, one)
            line.setToolTip(1, _settings(one))
            top.addChild(line)
            line.setSelected(bool(one.region.id) and one.region.id in chosen)
        top.setExpanded(self._key(top) in open_ones or bool(self.text.text()))

    def _fits(self, origin: Origin, one: Given) -> bool:
        if self.where.currentText() == THIS and one.picture != self._session.current:
            return False
        known = (self._title(origin), PARTS[one.region.part], one.picture, _when(one.region.when))
        return self.text.text().strip().lower() in " ".join(known).lower()

    def _title(self, origin: Origin) -> str:
        titles = {model.name: model.title for model in self._session.models}
        whose = f" · {titles.get(origin.model, origin.model)}" if origin.model else ""
        return KINDS[origin.how] + whose

    def selected(self) -> list[Given]:
        """The regions of the selected lines; of a heading, all that are under it."""
        items = [item for top in self._tops() for item in (_under(top) if top.isSelected() else _chosen(top))]
        return [item.data(0, GIVEN) for item in items]

    def take_back(self) -> None:
        """Take the selected lines out of the training set."""
        self._bench.canvas.flush()
        self._session.take_back_given(self.selected())

    def go_to(self) -> None:
        """Open the picture of the first selected line, at that place."""
        if not (chosen := self.selected()):
            return
        self._bench.select(chosen[0].picture)
        middle = [(low + high) // 2 for low, high in chosen[0].region.box]
        self._pointer.show(tuple(middle))

    def done(self, result: int) -> None:
        """The layer goes with the window."""
        self._session.want("origins", False)
        self._pointer.hide()
        super().done(result)

    def _on_selection(self) -> None:
        chosen = self.selected()
        back = [one for one in chosen if one.region.id]
        self.back.setEnabled(bool(back) and not self._session.read_only)
        self.go.setEnabled(bool(chosen))
        selected = f"{counted(len(chosen), 'part')} selected." if chosen else CHOOSE
        self.line.setText(selected if self.tree.topLevelItemCount() else EMPTY)
        if self.show_them.isChecked():
            self._session.show_only({one.region.id for one in chosen} if chosen else None)

    def _show(self, wanted: bool) -> None:
        self._session.want("origins", wanted)
        self._on_selection()

    def _weigh(self, editor: Editor) -> None:
        loss = self._session.settings("loss")
        self._session.set_settings("loss", dataclasses.replace(loss, **{editor.item.name: editor.value()}))

    def _draw_weights(self, *_: object) -> None:
        values = self._session.settings("loss").to_json()
        for name, editor in self.editors.items():
            editor.set_value(values[name])

    def _tops(self) -> list[QTreeWidgetItem]:
        return [self.tree.topLevelItem(number) for number in range(self.tree.topLevelItemCount())]

    @staticmethod
    def _key(top: QTreeWidgetItem) -> str:
        return str(top.text(0))


def show_origins(bench: Bench, parent: QWidget) -> OriginsDialog:
    """Show where everything came from; there is one such window."""
    return beside(OriginsDialog, bench, parent)


def _under(top: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [top.child(number) for number in range(top.childCount())]


def _chosen(top: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [line for line in _under(top) if line.isSelected()]


def _when(when: str) -> str:
    """2026-11-25T18:03:12+01:00 as 2026-11-25 18:03."""
    return when[:16].replace("T", " ")


def _settings(one: Given) -> str:
    """With what source or clean-up, to read in a tooltip."""
    values = "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in one.region.settings.items())
    return values or (f"from {one.region.source}" if one.region.source else "")


def _entry(colour: str, words: str) -> str:
    return f'<span style="color:{colour}">■</span> {words}'
