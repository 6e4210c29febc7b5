"""Buttons that take labels as truth: of the whole picture, of the part one sees, in a rectangle; and take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_unet.core.data.planes import FLAT
from napari_unet.core.data.record import Part
from napari_unet.widgets.layers.rectangle import RectangleTool
from napari_unet.widgets.message import Message
from napari_unet.widgets.origins import show_origins
from napari_unet.widgets.parts import button, flat, row

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench

WHOLE = (
    "Take these labels into the training set as truth.\n"
    "One cell only: double click it on the picture; a right click on it says that it is none."
)
CUT = (
    "What is unpainted there becomes background. Of objects on the edge, those mostly inside are taken whole;\n"
    "the others stay unlabelled."
)
VIEW = f"Take the labels in the part of the picture that you see as truth.\n{CUT}"
DRAWN = f"Draw a rectangle; the labels in it are taken as truth.\n{CUT}"
PLANE = "Take the labels of the plane on show alone as truth. The plane is then complete."
VOLUME = "Look at it as a plane first: what one sees of a volume has no border."
UNSEEN = "Nothing of the picture is to be seen: go back to it first (Ctrl+R shows all of it)."
ORIGINS = "Where the labels of the training set came from: see it on the picture, take it back, let it count less."


class Accepting(QWidget):
    """Stands at the end of the step that segments. `message` is where that step says something."""

    def __init__(self, bench: Bench, message: Message) -> None:
        super().__init__()
        self.setObjectName("body")
        self._bench, self._session, self._message = bench, bench.session, message
        self.accept = button("Accept", WHOLE, self.accept_all)
        self.view = button("Accept view", VIEW, self.accept_view)
        self.plane = button("Accept plane", PLANE, self.accept_plane)
        self.box = button("Accept part", DRAWN, self.draw_box)
        self.box.setCheckable(True)
        self.back = flat("Take back", "Undo the last Accept.", self._session.take_back)
        self.origins = flat("Origins…", ORIGINS, lambda: show_origins(self._bench, self))
        self.rectangle = RectangleTool(bench.canvas, self._drawn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row(self.accept, self.view, self.box, None, spacing=4))
        layout.addLayout(row(self.plane, self.back, self.origins, None, spacing=4))

    def refresh(self, has_labels: bool) -> None:
        """Draw what can be done."""
        session = self._session
        self.plane.setVisible(is_stack(self._bench))
        for widget in (self.accept, self.view, self.plane, self.box):
            widget.setEnabled(has_labels and not session.read_only)
        self.back.setEnabled(session.project is not None and not session.read_only)
        self.origins.setEnabled(session.project is not None)

    def accept_all(self) -> None:
        """Accept the labels of the whole picture."""
        self._bench.canvas.flush()
        if self._session.current is not None:
            self._session.accept(self._session.current, None)

    def accept_view(self) -> None:
        """Accept the labels in the part of the picture that the canvas shows."""
        part = self._bench.gaze.part()
        if not part:
            self._message.say(VOLUME if self._bench.gaze.place() is None else UNSEEN)
            return
        _plane, top, bottom, left, right = part
        self._accept_in((slice(top, bottom), slice(left, right)), "view")

    def accept_plane(self) -> None:
        """Accept the labels of the plane on show of a stack."""
        layer = self._bench.canvas.numbers("labels")
        if layer is not None:
            rows, columns = (slice(0, side) for side in layer.data.shape[-FLAT:])
            self._accept_in((rows, columns), "plane")

    def draw_box(self) -> None:
        """Let the person draw the rectangle to accept; a second click calls it off."""
        if self.box.isChecked():
            self._message.say("Draw a rectangle on the picture. Click “Accept part” again to call it off.")
            self.rectangle.start()
        else:
            self._message.clear()
            self.rectangle.cancel()

    def call_off(self) -> None:
        """A rectangle that was asked for but not drawn belongs to the picture that was on show."""
        if self.box.isChecked():
            self.box.setChecked(False)
            self.draw_box()

    def _drawn(self, box: tuple[slice, slice] | None) -> None:
        self.box.setChecked(False)
        self._message.clear()
        if box is not None:
            self._accept_in(box, "rectangle")

    def _accept_in(self, box: tuple[slice, slice], part: Part) -> None:
        """Accept the labels in a box (Y, X) of the picture, or of the plane on show of a stack."""
        self._bench.canvas.flush()
        name = self._session.current
        if name is None:
            return
        shape = self._session.picture(name).spatial_shape
        sides = [slice(max(side.start, 0), min(side.stop, most)) for side, most in zip(box, shape[-2:], strict=True)]
        place = self._bench.gaze.place()
        if place is None:
            self._message.say(VOLUME)
            return
        self._session.accept(name, (*(slice(at, at + 1) for at in place), *sides), part)


def is_stack(bench: Bench) -> bool:
    """Whether the picture on show is a stack."""
    layer = bench.canvas.numbers("annotation")
    return layer is not None and layer.ndim > FLAT
