"""Accepting: all labels of a picture, those of a stack's plane, or those in a rectangle; and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QHBoxLayout, QWidget

from napari_unet.core.data.planes import FLAT
from napari_unet.widgets.layers.rectangle import RectangleTool
from napari_unet.widgets.origins import OriginsButton
from napari_unet.widgets.parts import button

if TYPE_CHECKING:
    from napari_unet.widgets.message import Message
    from napari_unet.widgets.sessions import Bench

ACCEPT = (
    "Take these labels, of a stack on all planes, into the training set as truth.\n"
    "One cell only: double click it on the picture; a right click on it says that it is none."
)
PLANE = "Take the labels of the plane on show alone into the training set as truth. The plane is then complete."
PART = "Draw a rectangle; the labels in it are taken as truth."
DRAW = "Draw a rectangle on the picture. Click the same button again to call it off."
IN_3D = "Leave napari's 3-D view first: what is accepted is the plane on show."

Box = tuple[slice, ...]


class Accepting(QWidget):
    """The row under the labels."""

    def __init__(self, bench: Bench, message: Message) -> None:
        super().__init__()
        self.setObjectName("body")
        self._bench, self._session, self._message = bench, bench.session, message
        self.accept = button("Accept", ACCEPT, self.accept_all)
        self.plane = button("Plane", PLANE, self.accept_plane)
        self.box = button("Accept part", PART, self.draw_box)
        self.box.setCheckable(True)
        self.back = button("Take back", "Undo the last Accept.", self._session.take_back)
        self.origins = OriginsButton(self._session)
        self.rectangle = RectangleTool(bench.canvas, self._drawn)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.accept, self.plane, self.box, self.back, self.origins):
            layout.addWidget(widget)
        layout.addStretch(1)

    def refresh(self, has_labels: bool) -> None:
        """Draw what can be accepted and taken back."""
        stack = is_stack(self._bench)
        self.plane.setVisible(stack)
        self.box.setText("Part" if stack else "Accept part")  # four buttons in one row
        for widget in (self.accept, self.plane, self.box):
            widget.setEnabled(has_labels and not self._session.read_only)
        for other in (self.back, self.origins):
            other.setEnabled(self._session.project is not None and not self._session.read_only)

    def accept_all(self) -> None:
        """Accept the labels of the whole picture."""
        self._bench.canvas.flush()
        if self._session.current is not None:
            self._session.accept(self._session.current, None)

    def accept_plane(self) -> None:
        """Accept the labels of the plane on show."""
        labels = self._bench.canvas.numbers("labels")
        if labels is not None:
            self._accept_here(tuple(slice(0, side) for side in labels.data.shape[-FLAT:]))

    def draw_box(self) -> None:
        """Let the person draw the rectangle to accept; a second click calls it off."""
        if self.box.isChecked():
            self._message.say(DRAW)
            self.rectangle.start()
        else:
            self._message.clear()
            self.rectangle.cancel()

    def call_off(self) -> None:
        """A rectangle that was asked for but not drawn belongs to the picture that was on show."""
        if self.box.isChecked():
            self.box.setChecked(False)
            self.draw_box()

    def _drawn(self, box: Box | None) -> None:
        self.box.setChecked(False)
        self._message.clear()
        if box is not None:
            self._accept_here(box)

    def _accept_here(self, box: Box) -> None:
        """Accept a box along (Y, X); of a stack, on the plane on show."""
        self._bench.canvas.flush()
        place = self._bench.gaze.place()
        if place is None:
            self._message.say(IN_3D)
        elif self._session.current is not None:
            self._session.accept(self._session.current, (*(slice(at, at + 1) for at in place), *box))


def is_stack(bench: Bench) -> bool:
    """Whether the picture on show is a stack."""
    layer = bench.canvas.numbers("annotation")
    return layer is not None and layer.ndim > FLAT
