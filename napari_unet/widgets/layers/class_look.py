"""How classes of objects are seen on our layers: as colours, and as words in napari's status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.layers import Labels

from napari_unet.core.data.class_table import named
from napari_unet.widgets.layers import colours
from napari_unet.widgets.layers.making import Numbered, Role

if TYPE_CHECKING:
    from napari_unet.session import Session


INDEX, CLASS = "index", "class"
"""Columns of a layer's table: the number by which napari finds an object's row, and the object's class."""


class ClassLook:
    """Colours of numbers in the session's project. `by_class`: an object has its class's colour, not one of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.by_class = True

    def palette(self, role: Role, name: str | None) -> colours.LabelColours:
        """The colours of the numbers of a layer of the picture of that name."""
        project = self._session.project
        make = colours.annotation_colours if role == "annotation" else colours.label_colours
        if project is None:
            return make("objects", 0)
        if name is not None and self.by_class and self._session.object_classes:
            classes = self._session.classes(name, _told(role))
            return colours.colours_by_class(role, classes, tuple(project.class_colours))
        return make(project.kind, len(project.class_names), tuple(project.class_colours))

    def draw(self, layer: Labels | None, role: Role, name: str) -> None:
        """Show which class each object of our labels or annotation has."""
        if layer is None or not (self._session.object_classes or CLASS in layer.features):
            return
        self._tell(layer, named(self._session.classes(name, _told(role)), self._session.object_classes))
        layer.colormap = self.palette(role, name)

    def _tell(self, layer: Labels, titles: dict[int, str]) -> None:
        """The class of each object in the layer's table, beside what is measured of it if anything is."""
        table = layer.features.drop(columns=CLASS, errors="ignore")
        if table.shape[1] < 2:  # nothing, or the numbers alone
            layer.features = {INDEX: list(titles), CLASS: list(titles.values())} if titles else {}
        else:
            layer.features = table.assign(**{CLASS: [titles.get(number, "") for number in table[INDEX].tolist()]})


def _told(role: Role) -> Numbered:
    return "annotation" if role == "annotation" else "labels"
