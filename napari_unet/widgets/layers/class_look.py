"""How classes of objects are seen on our layers: as colours, and as words in napari's status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.layers import Labels

from napari_unet.widgets.layers import colours
from napari_unet.widgets.layers.making import Role

if TYPE_CHECKING:
    from napari_unet.session import Session


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
            classes = self._session.classes(name, "annotation" if role == "annotation" else "labels")
            return colours.colours_by_class(role, classes, tuple(project.class_colours))
        return make(project.kind, len(project.class_names), tuple(project.class_colours))

    def draw(self, layer: Labels | None, role: Role, name: str) -> None:
        """Show which class each object of our labels or annotation has."""
        titles = self._session.object_classes
        if layer is None or not (titles or len(layer.features)):
            return
        classes = self._session.classes(name, "annotation" if role == "annotation" else "labels")
        layer.features = {"index": list(classes), "class": [titles[value - 1] for value in classes.values()]}
        layer.colormap = self.palette(role, name)
