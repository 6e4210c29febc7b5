"""Classes of objects, under the brush: which one is in the hand, giving it by a click, and seeing it as a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from napari_unet.widgets.desk_tools import CLASS, helped
from napari_unet.widgets.layers.colours import class_colour
from napari_unet.widgets.layers.counting import classes_words
from napari_unet.widgets.paint_tools import PaintTools, Tool
from napari_unet.widgets.parts import boxed, flat, row, words

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench

IN_HAND = "What you paint anew is {}, and so is what you click on with the class tool (Shift+W takes the next class)."
BY_CLICK = "Correct the class of what you painted. " + helped(CLASS)
BY_CLASS = "Objects have the colour of their class instead of one each; those without a class are grey."


class ClassChoice(PaintTools):
    """A button for each class of objects; the one in the hand is framed."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(columns=3)
        self._session = bench.session
        self.chosen.connect(lambda key: self._session.take_class(int(key)))

    def refresh(self) -> None:
        """Draw the classes, and the one in the hand."""
        project, classes = self._session.project, self._session.object_classes
        if project is not None:
            colours = tuple(project.class_colours)
            made = [
                Tool(str(number), title, IN_HAND.format(title), class_colour(number - 1, colours))
                for number, title in enumerate(classes, 1)
            ]
            self.set_tools(made, str(self._session.hand_class))


class ClassRow(QWidget):
    """Shown where the project's objects have classes."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.setObjectName("body")
        self._bench, self._session = bench, bench.session
        self.tools = ClassChoice(bench)
        self.click = flat("Class by click", BY_CLICK, self.toggle)
        self.click.setCheckable(True)
        self.by_class = QCheckBox("Colour by class")
        self.by_class.setToolTip(BY_CLASS)
        self.by_class.setChecked(bench.canvas.look.by_class)
        self.by_class.toggled.connect(bench.canvas.colour_by_class)
        self.counts = words()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.tools)
        layout.addWidget(boxed(row(self.click, None, self.by_class)))
        layout.addWidget(self.counts)

    def refresh(self) -> None:
        """Draw the classes, the one in the hand, and how many objects of each are painted."""
        session, name = self._session, self._session.current
        if name is None or not session.object_classes:
            return
        self.tools.refresh()
        hand = self._bench.hand
        self.click.setChecked(hand.tool == "class" and hand.role == "annotation")
        self.click.setEnabled(not session.read_only)
        counts = session.class_counts(name, "annotation")
        self.counts.setText(f"Painted: {classes_words(counts)}" if counts else "")
        self.counts.setVisible(bool(counts))

    def toggle(self) -> None:
        """Take the class tool into the hand, for what is painted, or put it back."""
        hand = self._bench.hand
        if hand.tool == "class" and hand.role == "annotation":
            hand.put_back()
        else:
            hand.take("class", "annotation")
        self.refresh()
