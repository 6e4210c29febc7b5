"""The current picture on the canvas: our layers in their order, swapped when another picture is chosen."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.components import ViewerModel
from napari.layers import Image, Labels, Layer
from numpy.typing import NDArray

from napari_unet.core.data.picture import Picture
from napari_unet.widgets.layers import colours, making
from napari_unet.widgets.layers.making import ORDER, Role
from napari_unet.widgets.layers.strokes import Box, Strokes

if TYPE_CHECKING:
    from napari_unet.session import Session


@dataclass
class _Habits:
    """What the person set on our layers and expects to find again on the next picture."""

    probability_visible: bool = False
    brush_size: int = 10
    mode: str = "pan_zoom"
    selected: int = 0
    opacity: tuple[float, float] = (0.5, 0.5)
    contour: int = 0


class Canvas:
    """Shows the session's current picture in a viewer and tells the session what is painted there.

    Layers that are not ours are never moved, hidden or removed.
    """

    def __init__(self, viewer: ViewerModel, session: Session) -> None:
        self._viewer = weakref.ref(viewer)
        self._session = session
        self._shown: Picture | None = None
        self._layers: list[Layer] = []
        self._strokes: dict[Role, Strokes] = {}
        self._habits = _Habits()
        session.current_changed.connect(self.show)
        session.project_changed.connect(self.recolour)
        session.annotation_changed.connect(self._on_annotation)
        session.labels_changed.connect(self._on_labels)
        session.probability_changed.connect(self._on_probability)
        viewer.layers.events.removed.connect(self._on_removed)
        self.show()

    @property
    def viewer(self) -> ViewerModel:
        """The viewer, which this never keeps alive."""
        viewer = self._viewer()
        assert viewer is not None, "the viewer is gone"
        return viewer

    def layer(self, role: Role) -> Layer | None:
        """Our layer for this role (the first channel, for a picture of several); None while there is none."""
        return next((layer for layer in self._layers if making.role_of(layer) == role), None)

    def numbers(self, role: Role) -> Labels | None:
        """Our labels or annotation layer; None while there is none."""
        layer = self.layer(role)
        return layer if isinstance(layer, Labels) else None

    def highest(self, role: Role) -> int:
        """The highest number in use in our labels or annotation; at least 1, which is background there."""
        layer = self.numbers(role)
        return 1 if layer is None else max(int(np.max(layer.data, initial=0)), 1)

    def show(self) -> None:
        """Replace our layers by those of the session's current picture."""
        self._remember()
        before = self._shown
        at = self._clear()
        name = self._session.current
        if name is None:
            self._shown = None
            return
        self._shown = picture = self._session.picture(name)
        for layer in self._made(picture):
            self.viewer.layers.insert(at + len(self._layers), self._own(layer))
        self._take_up_habits()
        if before is None or before.spatial_shape != picture.spatial_shape or before.pixel_size != picture.pixel_size:
            self.viewer.reset_view()

    def ensure(self) -> None:
        """Bring back layers of ours that the person removed."""
        if self._session.current is not None and self.layer("annotation") is None:
            self.show()

    def add(self, layer: Layer) -> None:
        """Put one more layer of ours in its place in the order."""
        role = ORDER.index(making.role_of(layer) or "rectangle")
        below = [one for one in self._layers if ORDER.index(making.role_of(one) or "rectangle") <= role]
        at = self.viewer.layers.index(below[-1]) + 1 if below else len(self.viewer.layers)
        active = self.viewer.layers.selection.active
        self.viewer.layers.insert(at, self._own(layer))
        self.viewer.layers.selection.active = active

    def remove(self, role: Role) -> None:
        """Take the layer of this role away."""
        layer = self.layer(role)
        if layer is not None and layer in self.viewer.layers:
            self.viewer.layers.remove(layer)

    def show_probability(self, visible: bool) -> None:
        """Show or hide the probability."""
        self._habits.probability_visible = visible
        layer = self.layer("probability")
        if layer is not None:
            layer.visible = visible

    def flush(self) -> None:
        """Tell the session every stroke so far, now."""
        for strokes in list(self._strokes.values()):
            strokes.flush()

    def close(self) -> None:
        """Tell the last strokes and let go of the viewer; the layers stay where they are."""
        self.flush()
        for strokes in self._strokes.values():
            strokes.close()
        self._strokes.clear()
        session = self._session
        session.current_changed.disconnect(self.show)
        session.project_changed.disconnect(self.recolour)
        session.annotation_changed.disconnect(self._on_annotation)
        session.labels_changed.disconnect(self._on_labels)
        session.probability_changed.disconnect(self._on_probability)
        if (viewer := self._viewer()) is not None:
            viewer.layers.events.removed.disconnect(self._on_removed)

    def palette(self, role: Role) -> colours.LabelColours:
        """The colours of numbers in this project."""
        project = self._session.project
        kind = "objects" if project is None else project.kind
        names = () if project is None else project.class_names
        own = tuple(getattr(project, "class_colours", ()))
        make = colours.annotation_colours if role == "annotation" else colours.label_colours
        return make(kind, len(names), own)

    def recolour(self) -> None:
        """Take up the project's classes and their colours as they are now."""
        roles: tuple[Role, ...] = ("labels", "annotation")
        for role in roles:
            if (layer := self.numbers(role)) is not None:
                layer.colormap = self.palette(role)

    def _made(self, picture: Picture) -> list[Layer]:
        made: list[Layer] = [*making.picture_layers(picture)]
        if (probability := self._session.probability(picture.name)) is not None:
            made.append(self._probability_layer(picture, probability))
        if (labels := self._session.labels(picture.name)) is not None:
            made.append(making.number_layer(picture, "labels", labels, self.palette("labels")))
        annotation = self._session.annotation(picture.name)
        made.append(making.number_layer(picture, "annotation", annotation, self.palette("annotation")))
        return made

    def _probability_layer(self, picture: Picture, probability: NDArray[np.floating]) -> Image:
        kind = "objects" if self._session.project is None else self._session.project.kind
        plane = making.foreground(probability, kind)
        return making.probability_layer(picture, plane, visible=self._habits.probability_visible)

    def _own(self, layer: Layer) -> Layer:
        self._layers.append(layer)
        self._layers.sort(key=lambda one: ORDER.index(making.role_of(one) or "rectangle"))
        role = making.role_of(layer)
        if isinstance(layer, Labels) and role in ("labels", "annotation"):
            name = layer.metadata[making.OWNER]["picture"]
            layer.editable = not self._session.read_only

            def report(box: Box, values: NDArray[np.integer]) -> None:
                self._session.painted(name, role, box, values)

            self._strokes[role] = Strokes(layer, report)
        return layer

    def _clear(self) -> int:
        """Remove our layers; the place in the list where they began."""
        places = [self.viewer.layers.index(layer) for layer in self._layers if layer in self.viewer.layers]
        for layer in list(self._layers):
            if layer in self.viewer.layers:
                self.viewer.layers.remove(layer)
        self._layers.clear()
        return min(places, default=len(self.viewer.layers))

    def _on_removed(self, event: Any) -> None:
        layer = event.value
        role = making.role_of(layer)
        if role is None or not any(layer is one for one in self._layers):
            return
        self._layers = [one for one in self._layers if one is not layer]
        if (strokes := self._strokes.pop(role, None)) is not None:
            strokes.close()

    def _on_annotation(self, name: str) -> None:
        self._renew("annotation", name, self._session.annotation(name) if self._is_shown(name) else None)

    def _on_labels(self, name: str) -> None:
        self._renew("labels", name, self._session.labels(name) if self._is_shown(name) else None)

    def _renew(self, role: Role, name: str, numbers: NDArray[np.integer] | None) -> None:
        if not self._is_shown(name) or self._shown is None:
            return
        if numbers is None:
            self.remove(role)
        elif (strokes := self._strokes.get(role)) is not None:
            strokes.replace(numbers)
        else:
            self.add(making.number_layer(self._shown, role, numbers, self.palette(role)))

    def _on_probability(self, name: str) -> None:
        if not self._is_shown(name) or self._shown is None:
            return
        probability = self._session.probability(name)
        if probability is None:
            self.remove("probability")
        elif (layer := self.layer("probability")) is not None:
            layer.data = self._probability_layer(self._shown, probability).data
        else:
            self.add(self._probability_layer(self._shown, probability))

    def _is_shown(self, name: str) -> bool:
        return self._shown is not None and self._shown.name == name == self._session.current

    def _remember(self) -> None:
        if (probability := self.layer("probability")) is not None:
            self._habits.probability_visible = probability.visible
        labels, annotation = self.numbers("labels"), self.numbers("annotation")
        if annotation is not None:
            self._habits.brush_size = int(annotation.brush_size)
            active = self.viewer.layers.selection.active is annotation
            self._habits.mode = str(annotation.mode) if active else "pan_zoom"
            self._habits.selected = int(annotation.selected_label)
            self._habits.opacity = (self._habits.opacity[0], float(annotation.opacity))
        if labels is not None:
            self._habits.opacity = (float(labels.opacity), self._habits.opacity[1])
            self._habits.contour = int(labels.contour)

    def _take_up_habits(self) -> None:
        annotation = self.numbers("annotation")
        if annotation is None:
            return
        annotation.opacity = self._habits.opacity[1]
        annotation.brush_size = self._habits.brush_size
        annotation.selected_label = self._habits.selected or 2
        if (labels := self.numbers("labels")) is not None:
            labels.opacity, labels.contour = self._habits.opacity[0], self._habits.contour
        self.viewer.layers.selection.active = annotation
        if annotation.editable:
            annotation.mode = self._habits.mode
