"""What is painted next: background, this cell, a new cell, a class, or nothing (erase)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.layers import Labels

from napari_unet.core.data.annotation import BACKGROUND, FIRST
from napari_unet.widgets.layers import Canvas

if TYPE_CHECKING:
    from napari_unet.session import Session


SHAPES = ("fill", "polygon")
"""Tools of napari that paint too: choosing a cell does not take them out of the person's hand."""


class Painting:
    """The brush on the annotation layer, in a biologist's words. It keeps nothing: the layer says what is chosen."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        self._session, self._canvas = session, canvas

    @property
    def layer(self) -> Labels | None:
        """The annotation layer; None while no picture is open."""
        return self._canvas.numbers("annotation")

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names of a regions project; empty for objects."""
        project = self._session.project
        return tuple(project.class_names) if project is not None and project.kind == "regions" else ()

    def number(self) -> int | None:
        """The number the brush paints; None when it does not paint."""
        layer = self.layer
        if layer is None or str(layer.mode) not in ("paint", *SHAPES):
            return None
        return int(layer.selected_label)

    def erasing(self) -> bool:
        """Whether the brush erases."""
        layer = self.layer
        return layer is not None and str(layer.mode) == "erase"

    def background(self) -> None:
        """Paint background."""
        self.use(BACKGROUND)

    def foreground(self) -> None:
        """Paint the cell that was last painted; in a regions project, the next class."""
        if self.classes:
            number = self.number() or BACKGROUND
            self.use(FIRST + (number - FIRST + 1) % len(self.classes) if number >= FIRST else FIRST)
        else:
            self.use(self.last_object())

    def new_object(self) -> None:
        """Paint a cell with a number nobody has yet; in a regions project, the next class."""
        if self.classes:
            self.foreground()
        elif self.layer is not None:
            self.use(self._canvas.highest("annotation") + 1)

    def last_object(self) -> int:
        """The number of the cell the brush painted last."""
        layer = self.layer
        return FIRST if layer is None else max(int(layer.selected_label), FIRST)

    def erase(self) -> None:
        """Erase: what is erased is unlabelled again."""
        self._canvas.take_up("annotation", "erase")

    def use(self, number: int) -> None:
        """Paint this number of the annotation."""
        shaped = self.layer is not None and str(self.layer.mode) in SHAPES
        layer = self._canvas.take_up("annotation", str(self.layer.mode) if self.layer and shaped else "paint")
        if layer is not None:
            layer.selected_label = number

    def toggle_numbers(self) -> None:
        """Hide labels and annotation to see the picture, or show them again."""
        layers = [layer for layer in (self._canvas.numbers("labels"), self.layer) if layer is not None]
        visible = any(layer.visible for layer in layers)
        for layer in layers:
            layer.visible = not visible

    def correct(self) -> None:
        """Let the person correct the labels with napari's brush."""
        self._canvas.take_up("labels", "paint")
