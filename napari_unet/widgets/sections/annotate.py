"""The second step: painting. Background, cells or classes, erase, and "everything else is background"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QSlider, QWidget

from napari_unet.core.data.annotation import BACKGROUND, FIRST
from napari_unet.core.data.planes import FLAT, place_words
from napari_unet.widgets.class_row import ClassRow
from napari_unet.widgets.classes import ask_classes
from napari_unet.widgets.desk_tools import CLASS
from napari_unet.widgets.editors import WholeBox, bare, calm
from napari_unet.widgets.key_list import own_word, show_keys
from napari_unet.widgets.layers.colours import QUIET, class_colour, hex_of, object_colour
from napari_unet.widgets.paint_tools import PaintTools, Tool
from napari_unet.widgets.painting import Painting
from napari_unet.widgets.parts import boxed, flat, row, words
from napari_unet.widgets.sections.section import Section
from napari_unet.widgets.step import step_to_take

LARGEST_BRUSH = 100

COMPLETE_HELP = (
    "Tick this when every cell of this picture is painted. The picture then counts as complete: all of it is\n"
    "learned from, and it can be kept to measure the model."
)


COMPLETE = "Everything unpainted is background"
COMPLETE_STACK = "The rest of all planes is background"

PLANE_HELP = (
    "Tick this when every cell of this plane is painted. All of the plane is then learned from;\n"
    "planes without any paint do not count and take no time."
)


class AnnotateSection(Section):
    """Buttons for what the brush paints. The brush, its undo and its shapes are napari's own."""

    key = "annotate"
    title = "Annotate"
    reads = ("project_changed", "current_changed", "annotation_changed", "pictures_changed")

    def build(self) -> None:
        """Make the buttons, the brush size and the tick."""
        self.painting = Painting(self.session, self.bench.canvas)
        self._listened: Any = None
        self.classes_button = flat("Classes…", "Name the classes, add one, change a colour.", self.edit_classes)
        self.keys_button = flat("? keys", "Keys and clicks for painting, ours and napari's.", self.show_keys)
        self.fold.head.addWidget(self.classes_button)
        self.fold.head.addWidget(self.keys_button)
        self.empty = words("Open a picture to paint on it.", "empty")
        self.rows.addWidget(self.empty)
        self.tools = PaintTools()
        self.tools.chosen.connect(self._choose)
        self.rows.addWidget(self.tools)
        self.classes = ClassRow(self.bench)
        self.rows.addWidget(self.classes)
        self.brush_line = self._brush_line()
        self.rows.addWidget(self.brush_line)
        self.complete = QCheckBox(COMPLETE)
        self.complete.setToolTip(COMPLETE_HELP)
        self.complete.clicked.connect(self._set_complete)
        self.plane = QCheckBox()
        self.plane.setToolTip(PLANE_HELP)
        self.plane.clicked.connect(self._set_plane)
        self.rows.addWidget(self.plane)
        self.rows.addWidget(self.complete)
        told = (self.session.classes_changed, self.session.hand_class_changed, self.bench.hand.changed)
        for signal in told:
            self.listen(signal, self._draw_classes)
        self.listen(self.bench.hand.key_pressed, self._by_key)
        steps = self.bench.viewer.dims.events.current_step
        steps.connect(self._draw_plane)
        self.destroyed.connect(partial(steps.disconnect, self._draw_plane))

    def refresh(self) -> None:
        """Draw the buttons, and which of them is in use."""
        name, layer = self.session.current, self.painting.layer
        shown = name is not None and layer is not None
        for widget in (self.tools, self.brush_line, self.complete):
            widget.setVisible(shown)
            widget.setEnabled(not self.session.read_only)
        classes = self.session.object_classes
        self.classes_button.setVisible(bool(self.painting.classes or classes))
        self.classes.setVisible(shown and bool(classes))
        self.classes.refresh()
        self.empty.setVisible(not shown)
        if name is not None and layer is not None:
            self._listen_to(layer)
            self.complete.setChecked(self.session.complete(name))
            self.complete.setToolTip(own_word(COMPLETE_HELP, self._noun()))
            self.plane.setToolTip(own_word(PLANE_HELP, self._noun()))
            self.draw_brush()
        self._draw_plane()

    def answer(self, sentence: str) -> tuple[str, Callable[[], None] | None]:
        """What was ticked by mistake is taken back on the spot."""
        return ("Undo", self.session.uncomplete) if sentence == self.session.completed else ("", None)

    def _draw_plane(self, *_: object) -> None:
        """Draw which plane of a stack is on show, and whether it is complete."""
        name, place, plane = self.session.current, self.bench.gaze.place(), self.bench.gaze.plane()
        layer = self.painting.layer
        self.plane.setVisible(layer is not None and layer.ndim > FLAT)
        self.complete.setText(COMPLETE if layer is None or layer.ndim == FLAT else COMPLETE_STACK)
        self.plane.setEnabled(bool(place) and not self.session.read_only)
        if name is not None and place and plane is not None:
            self.plane.setText(f"{place_words(place).capitalize()}: rest is background")
            self.plane.setChecked(self.session.complete_plane(name, plane))

    def draw_brush(self, *_: object) -> None:
        """Draw what the layer says the brush does."""
        layer = self.painting.layer
        if layer is None:
            return
        self.tools.set_tools(self._offered(), self._in_use())
        self.primary = list(self.tools.buttons.values())[1]
        for widget in (self.brush, self.brush_box):
            widget.blockSignals(True)
            widget.setValue(round(layer.brush_size))
            widget.blockSignals(False)

    def edit_classes(self) -> None:
        """Name the classes, add one, change a colour."""
        project = self.session.project
        if project is not None:
            ask_classes(self, project.class_names, project.class_colours, self.session.set_classes)

    def show_keys(self) -> None:
        """Show every key that helps while painting."""
        show_keys(self.keys_button, self._noun(), classed=bool(self.session.object_classes))

    def _brush_line(self) -> QWidget:
        self.brush, self.brush_box = calm(QSlider(Qt.Orientation.Horizontal)), bare(calm(WholeBox()))
        for widget in (self.brush, self.brush_box):
            widget.setRange(1, LARGEST_BRUSH)
            widget.setToolTip("Diameter of the brush, in pixels of the picture. Keys: [ and ]")
            widget.setAccessibleName("Brush")
            widget.valueChanged.connect(self._set_brush)
        self.brush_box.setSuffix(" px")
        inside = row(words("Brush"), self.brush, self.brush_box, spacing=8)
        inside.setStretch(1, 1)
        return boxed(inside)

    def _offered(self) -> list[Tool]:
        """The tools. One that is filled, as the next step, says what to do: it would look like the one in use."""
        background, first, *others = self._tools()
        if not self._in_use() and step_to_take(self.session, self.bench.pictures) == self.key:
            first = replace(first, words=f"Paint {first.words[0].lower()}{first.words[1:]}")
        return [background, first, *others]

    def _tools(self) -> list[Tool]:
        background = Tool("background", "Background", "Paint where there is nothing to find (Q).", hex_of(QUIET))
        erase = Tool("erase", "Erase", "Make pixels unlabelled again (E).")
        if classes := self.painting.classes:
            own = tuple(self.session.project.class_colours) if self.session.project is not None else ()
            paint = [
                Tool(str(FIRST + index), name, f"Paint {name} (W takes the next class).", class_colour(index, own))
                for index, name in enumerate(classes)
            ]
            return [background, *paint, erase]
        noun, number = self._noun(), self.painting.last_object()
        colour = self._colour(number)
        words = f"{noun.capitalize()} {number - BACKGROUND}"
        cell = Tool("cell", words, f"Go on painting this {noun} (W).", colour)
        return [background, cell, Tool("new", f"New {noun}", f"Paint one more {noun} (N).", ""), erase]

    def _colour(self, number: int) -> str:
        """The colour of an object, or of the class that it has or will have."""
        project, name = self.session.project, self.session.current
        if project is None or name is None or not self.session.object_classes or not self.bench.canvas.look.by_class:
            return hex_of(object_colour(number))
        value = self.session.classes(name, "annotation").get(number, self.session.hand_class)
        return class_colour(value - 1, tuple(project.class_colours))

    def _in_use(self) -> str:
        if self.painting.erasing():
            return "erase"
        number = self.painting.number()
        if number is None or number < BACKGROUND:
            return ""
        if number == BACKGROUND:
            return "background"
        return str(number) if self.painting.classes else "cell"

    def _choose(self, key: str) -> None:
        painting = self.painting
        actions: dict[str, Callable[[], None]] = {
            "background": painting.background,
            "cell": painting.foreground,
            "new": painting.new_object,
            "erase": painting.erase,
        }
        actions.get(key, lambda: painting.use(int(key)))()
        self.draw_brush()

    def _noun(self) -> str:
        project = self.session.project
        return "cell" if project is None else project.noun

    def _draw_classes(self, *_: object) -> None:
        self.classes.refresh()
        self.draw_brush()

    def _by_key(self, name: str) -> None:
        """The key of the class tool means what is painted, unless the desk is laid out: then it means the labels."""
        if name == CLASS.name and self.session.object_classes and not self.bench.desk_laid_out:
            self.classes.toggle()

    def _listen_to(self, layer: Any) -> None:
        if layer is self._listened:
            return
        self._listened = layer
        for name in ("mode", "selected_label", "brush_size"):
            emitter = getattr(layer.events, name)
            emitter.connect(self.draw_brush)
            self.destroyed.connect(partial(emitter.disconnect, self.draw_brush))

    def _set_brush(self, size: int) -> None:
        if (layer := self.painting.layer) is not None:
            layer.brush_size = size

    def _set_plane(self, complete: bool) -> None:
        name, plane = self.session.current, self.bench.gaze.plane()
        if name is not None and plane is not None:
            self.bench.canvas.flush()
            self.session.set_complete_plane(name, plane, complete)
            self._draw_plane()  # it may not have been written

    def _set_complete(self, complete: bool) -> None:
        if self.session.current is not None:
            self.bench.canvas.flush()
            self.session.set_complete(self.session.current, complete)
            self.complete.setChecked(self.session.complete(self.session.current))  # it may not have been written
