"""A tool of the desk in the person's hand: clicks and lines on the labels, each one step of their undo history."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from napari.components import ViewerModel
from napari.layers import Labels, Shapes
from psygnal import Signal

from napari_unet.core.editing import Edit, Tool
from napari_unet.core.editing.edit import number_at
from napari_unet.widgets.layers.canvas import Canvas
from napari_unet.widgets.layers.clicks import STILL
from napari_unet.widgets.layers.given import say
from napari_unet.widgets.layers.making import OWNER, Role, role_of

if TYPE_CHECKING:
    from napari_unet.session import Session

Held = Tool | Literal["redraw", "lock", "accept"]
"""What can be held: the tools of the desk, one that gives the brush the number of what is clicked on, a lock, and one
that takes an object as right."""

LEFT = 1
BOXED: tuple[Held, ...] = ("delete", "lock")
"""Tools whose line is a rectangle."""

Place = tuple[int, ...]


class Hand:
    """Holds at most one tool, and knows what the mouse is over.

    `tool` is what is held, `last` where the person last clicked. `through`: of a stack, whole objects are meant.
    """

    changed = Signal(description="Another tool is in the hand, or none.")
    done = Signal(description="The labels were changed.")
    over = Signal(tuple, description="The place of the labels under the mouse, in pixels.")
    key_pressed = Signal(str, description="The key of this tool of the desk.")

    def __init__(self, canvas: Canvas, session: Session) -> None:
        self._canvas, self._session = canvas, session
        canvas.viewer.mouse_move_callbacks.append(self._on_move)
        self.tool: Held | None = None
        self.last: Place | None = None
        self.through = False
        self._first: Place | None = None  # of two clicks that part an object

    def take(self, tool: Held) -> bool:
        """Take a tool instead of the one in hand; False where there are no labels to work on."""
        layer = self._labels()
        if layer is None:
            return False
        if self.tool is None:
            viewer = self._canvas.viewer
            viewer.mouse_drag_callbacks.append(self._on_press)
            viewer.layers.selection.events.active.connect(self._on_other_layer)
        self.tool, self._first = tool, None
        self._canvas.stack.activate(layer)
        layer.visible, layer.mode = True, "pan_zoom"
        layer.mouse_pan = False  # after the mode, which sets it, too: a drag is the tool's
        layer.events.mode.connect(self._on_mode)
        self.changed.emit()
        return True

    def put_back(self) -> None:
        """Have nothing in the hand."""
        if self.tool is None:
            return
        self.tool = self._first = None
        viewer = self._canvas.viewer
        viewer.mouse_drag_callbacks.remove(self._on_press)
        viewer.layers.selection.events.active.disconnect(self._on_other_layer)
        if (layer := self._canvas.numbers("labels")) is not None:
            layer.events.mode.disconnect(self._on_mode)
            layer.mouse_pan = str(layer.mode) == "pan_zoom"
        self._canvas.stack.remove("rectangle")
        self.changed.emit()

    def close(self, viewer: ViewerModel) -> None:
        """Give the mouse back."""
        self.put_back()
        if self._on_move in viewer.mouse_move_callbacks:
            viewer.mouse_move_callbacks.remove(self._on_move)

    def use(self, tool: Tool, path: list[Place]) -> bool:
        """Do what a tool does with places ([Z,] Y, X) in pixels; whether anything changed."""
        done = self._session.correction(tool, path, self.through)
        return self.do(done)

    def do(self, done: Edit | None) -> bool:
        """Change the labels on show, as one step that can be undone."""
        layer = self._labels()
        if done is None or layer is None:
            return False
        indices, values = done.changes(np.asarray(layer.data))
        self._canvas.stack.activate(layer)  # so that undo takes this back
        layer.data_setitem(indices, values)
        self._canvas.flush()
        self.done.emit()
        return True

    def lock(self, numbers: frozenset[int] | None) -> bool:
        """Lock these objects of the labels on show and no others, as one step that can be undone."""
        layer, padlock = self._labels(), self._canvas.padlock
        if numbers is None or layer is None or padlock is None:
            return False
        self._canvas.stack.activate(layer)
        return padlock.lock(numbers)

    def _on_press(self, _viewer: ViewerModel, event: Any) -> Generator[None, None, None]:
        if event.button != LEFT or event.modifiers or self.tool is None or self._labels() is None:
            return
        began, moved, path = np.array(event.pos, float), 0.0, [self._place(event)]
        yield
        while event.type == "mouse_move" and self._labels() is not None:  # the next picture may have none
            moved = max(moved, float(np.abs(np.array(event.pos) - began).max()))
            path.append(self._place(event))
            if moved > STILL:
                self._draw(path)
            yield
        self._canvas.stack.remove("rectangle")
        if self.tool is not None:
            self._done(self.tool, path if moved > STILL else path[:1])

    def _done(self, tool: Held, path: list[Place]) -> None:
        self.last = path[0]
        if tool == "redraw":
            self._redraw(path[0])
            return
        if tool == "accept":
            self._accept(path[0])
            return
        if tool == "split" and len(path) == 1:
            first, self._first = self._first, path[0]
            if first is None:
                return  # the second click will tell
            path, self._first = [first, path[0]], None
        elif tool == "lock":
            self.lock(self._session.locks_after(path, self.through))
            return
        elif tool in BOXED and len(path) > 1:
            path = [path[0], path[-1]]
        elif tool == "split":
            path = [*path, path[-1]] if len(path) == 2 else path  # a short line is a line, not two clicks
        self.use(tool, path)

    def _on_move(self, _viewer: ViewerModel, event: Any) -> None:
        if self._canvas.numbers("labels") is not None:
            self.over.emit(self._place(event))

    def _redraw(self, place: Place) -> None:
        """Give napari's brush the number of what lies there; it paints over no other object."""
        layer = self._labels()
        if layer is None or not (number := number_at(np.asarray(layer.data), place)):
            return
        if number in self._session.locked(str(self._session.current)):
            self._session.refused(number)
            return
        self._canvas.take_up("labels", "paint")  # and so this tool is put down
        layer.selected_label, layer.preserve_labels = number, True

    def _accept(self, place: Place) -> None:
        """Take what lies there as truth, in the annotation, whose undo takes it back."""
        annotation = self._canvas.numbers("annotation")
        if annotation is not None and annotation.editable:
            annotation.mode = "pan_zoom"  # first: with a brush the next click would paint
            self._canvas.stack.activate(annotation)
            say(self._canvas, self._session, place, True)
            self.done.emit()

    def _place(self, event: Any) -> Place:
        """Where the mouse is, in pixels of the labels."""
        layer = self._canvas.numbers("labels")
        assert layer is not None
        world = tuple(event.position[-layer.ndim :])
        return tuple(round(float(at)) for at in layer.world_to_data(world))

    def _draw(self, path: list[Place]) -> None:
        """Show the line, or the rectangle."""
        assert self.tool is not None
        points = np.array(path, float)[:, -2:]
        shape = "path"
        if self.tool in BOXED:
            (top, left), (bottom, right) = points[0], points[-1]
            points, shape = np.array([[top, left], [top, right], [bottom, right], [bottom, left]]), "rectangle"
        layer = self._canvas.layer("rectangle")
        if not isinstance(layer, Shapes):
            layer = self._sheet()
        layer.data = []
        layer.add(points, shape_type=shape, edge_width=1, edge_color="white", face_color="transparent")

    def _sheet(self) -> Shapes:
        labels = self._canvas.numbers("labels")
        assert labels is not None
        sheet = Shapes(
            ndim=2,
            name="line",
            scale=labels.scale[-2:],
            units=labels.units[-2:],
            axis_labels=labels.axis_labels[-2:],
            metadata={OWNER: {"role": "rectangle"}},
        )
        self._canvas.stack.add(sheet)
        return sheet

    def _labels(self) -> Labels | None:
        layer = self._canvas.numbers("labels")
        return layer if layer is not None and layer.editable else None

    def _on_mode(self, event: Any) -> None:
        if str(event.mode) != "pan_zoom":
            self.put_back()  # the person took up the brush

    def _on_other_layer(self, event: Any) -> None:
        ours: tuple[Role, ...] = ("labels", "rectangle", "place", "locked")
        ours += ("annotation",) if self.tool == "accept" else ()
        if event.value is not None and role_of(event.value) not in ours:
            self.put_back()
