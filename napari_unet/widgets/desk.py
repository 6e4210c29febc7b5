"""The correcting desk: a row of tools for single objects, and ways to go from one object to the next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from qtpy.QtWidgets import QCheckBox, QToolButton, QVBoxLayout, QWidget

from napari_unet.core.editing import Tool as Named
from napari_unet.core.editing.order import Found
from napari_unet.widgets.class_row import ClassChoice
from napari_unet.widgets.desk_tools import CLASS, ONCE, THROUGH, TOOLS, DeskTool, helped
from napari_unet.widgets.layers.hand import Held
from napari_unet.widgets.layers.pointer import Pointer
from napari_unet.widgets.paint_tools import PaintTools, Tool
from napari_unet.widgets.parts import boxed, flat, row, words

if TYPE_CHECKING:
    from napari_unet.session.locking import AllOrNone
    from napari_unet.widgets.sessions import Bench


class CorrectingDesk(QWidget):
    """Shown under the labels when the person wants to correct them."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.setObjectName("body")
        self._bench, self._session = bench, bench.session
        self._number = 0  # of the object that was last gone to
        self._pointer = Pointer(bench.canvas)
        self.tools = PaintTools(columns=4)
        self.tools.chosen.connect(self.choose)
        self.classes = ClassChoice(bench)
        self.once = {tool.name: self._button(tool) for tool in ONCE}
        self.through = QCheckBox(THROUGH.words)
        self.through.setToolTip(helped(THROUGH))
        self.through.toggled.connect(self._set_through)
        self.line = words(wrap=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.tools)
        layout.addWidget(self.classes)
        layout.addWidget(boxed(row(self.once["lock all"], self.once["unlock all"], None)))
        layout.addWidget(boxed(row(self.once["unsure"], self.once["previous"], self.once["next"], None)))
        layout.addWidget(boxed(row(self.once["fill all"], self.once["relabel"], None)))
        layout.addWidget(boxed(row(self.through, None, self.once["between"])))  # in a stack; the panel is no wider
        layout.addWidget(self.line)

    def lay_out(self, shown: bool) -> None:
        """Show the desk, or put it away."""
        self._bench.desk_laid_out = shown
        self.setVisible(shown)
        self.refresh()

    def by_key(self, name: str) -> None:
        """What a key of the desk does, while it is laid out."""
        if not (self.isVisible() and self.isEnabled()):
            return
        if name == THROUGH.name:
            self.through.setChecked(self.through.isVisible() and not self.through.isChecked())
        else:
            (self.do if name in self.once else self.choose)(name)

    def _button(self, tool: DeskTool) -> QToolButton:
        return flat(tool.words, helped(tool), partial(self.do, tool.name))

    def refresh(self) -> None:
        """Draw the tools, and which of them is in the hand."""
        hand, classes = self._bench.hand, self._session.object_classes
        made = [Tool(tool.name, tool.words, helped(tool)) for tool in (*TOOLS, *([CLASS] if classes else []))]
        self.tools.set_tools(made, (hand.tool or "") if hand.role == "labels" else "")
        self.classes.setVisible(hand.tool == CLASS.name and hand.role == "labels" and bool(classes))
        self.classes.refresh()
        layer = self._bench.canvas.numbers("labels")
        stack = layer is not None and layer.ndim > 2
        self.through.setVisible(stack)
        self.once["between"].setVisible(stack)
        self.setEnabled(layer is not None and not self._session.read_only)

    def choose(self, name: str) -> None:
        """Take a tool into the hand; choosing the one that is in it puts it back."""
        hand = self._bench.hand
        if hand.tool == name and hand.role == "labels":
            hand.put_back()
        elif name != CLASS.name or self._session.object_classes:
            hand.take(cast(Held, name))

    def do(self, name: str) -> None:
        """Do at once what a button says."""
        hand = self._bench.hand
        self._bench.canvas.flush()
        if name == "unsure":
            self._go_to(self._session.next_unsure())
        elif name in ("next", "previous"):
            self._go_to(self._session.next_object(self._number, 1 if name == "next" else -1))
        elif name == "between":
            hand.do(self._session.between_planes(hand.last))
        elif name in ("lock all", "unlock all"):
            hand.lock(self._session.locks_of(cast("AllOrNone", name)))
        else:
            hand.use(cast(Named, name), [])

    def describe(self, place: tuple[int, ...]) -> None:
        """Say what lies at a place of the labels."""
        if self.isVisible():
            self.line.setText(self._session.object_line(place))

    def describe_again(self) -> None:
        """Say what lies where the person last clicked, now that a tool has changed it."""
        if self._bench.hand.last is not None:
            self.describe(self._bench.hand.last)

    def close_desk(self) -> None:
        """Put the tool back."""
        self._bench.hand.put_back()
        self._pointer.hide()

    def _go_to(self, found: Found | None) -> None:
        if found is None:
            return
        self._number = found.number
        self._pointer.show(found.place)
        self.line.setText(self._session.object_line(found.place))

    def _set_through(self, on: bool) -> None:
        self._bench.hand.through = on
