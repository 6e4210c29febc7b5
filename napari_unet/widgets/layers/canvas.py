"""The current picture on the canvas: our layers, swapped when another picture is chosen, and what is painted there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from napari.components import ViewerModel
from napari.layers import Labels, Layer
from numpy.typing import NDArray

from napari_unet.core.data.picture import Picture
from napari_unet.widgets.layers import colours, making
from napari_unet.widgets.layers.given import Given
from napari_unet.widgets.layers.habits import Habits
from napari_unet.widgets.layers.making import Numbered, Role, Viewed
from napari_unet.widgets.layers.padlock import Padlock
from napari_unet.widgets.layers.stack import Stack
from napari_unet.widgets.layers.strokes import Strokes
from napari_unet.widgets.layers.swap import History, give_back, history_of
from napari_unet.widgets.layers.views import shown_probability, view_layers

if TYPE_CHECKING:
    from napari_unet.session import Session

Numbers = NDArray[np.integer]
NUMBERED: tuple[Numbered, ...] = ("labels", "annotation")
VIEWED: tuple[Viewed, ...] = ("seen", "uncertainty", "comparison", "origins", "locked")


class Canvas:
    """Shows the session's current picture in a viewer and tells the session what is painted there."""

    def __init__(self, viewer: ViewerModel, session: Session) -> None:
        self._session = session
        self._shown: Picture | None = None
        self._strokes: dict[Role, Strokes] = {}
        self.padlock: Padlock | None = None
        self._given: Given | None = None
        self._habits = Habits()
        self._histories: dict[tuple[str, Role], History | None] = {}
        self.stack = Stack(viewer, self._on_gone)
        self._slots = (
            (session.needed, self.flush),
            (session.current_changed, self.show),
            (session.project_changed, self.recolour),
            (session.annotation_changed, self._on_annotation),
            (session.labels_changed, self._on_labels),
            (session.probability_changed, self._on_probability),
            (session.view_changed, self._on_view),
            (session.locks_changed, self._on_locks),
        )
        for signal, slot in self._slots:
            signal.connect(slot)
        self.show()

    @property
    def viewer(self) -> ViewerModel:
        """The viewer, which this never keeps alive."""
        return self.stack.viewer

    def layer(self, role: Role) -> Layer | None:
        """Our layer for this role (the first channel, for a picture of several); None while there is none."""
        return self.stack.layer(role)

    def numbers(self, role: Role) -> Labels | None:
        """Our labels or annotation layer; None while there is none."""
        layer = self.stack.layer(role)
        return layer if isinstance(layer, Labels) else None

    def highest(self, role: Role) -> int:
        """The highest number in use in our labels or annotation; at least 1, which is background there."""
        layer = self.numbers(role)
        return 1 if layer is None else max(int(np.max(layer.data, initial=0)), 1)

    def show(self) -> None:
        """Replace our layers by those of the session's current picture."""
        self._habits = self._habits.noticed(self.stack)
        before, name = self._shown, self._session.current
        self._shown = picture = None if name is None else self._session.picture(name)
        self._rest()
        self.stack.show([] if picture is None else self._made(picture))
        if picture is None:
            return
        for role in NUMBERED:
            self._watch(role)
        self._habits.take_up(self.stack)
        if before is None or before.spatial_shape != picture.spatial_shape or before.pixel_size != picture.pixel_size:
            self.viewer.reset_view()

    def ensure(self) -> None:
        """Bring back layers of ours that the person removed."""
        needed: tuple[Role, ...] = ("picture", "annotation")
        if self._session.current is not None and any(self.layer(role) is None for role in needed):
            self.show()

    def show_probability(self, visible: bool) -> None:
        """Show or hide the probability."""
        self._habits = replace(self._habits, probability_visible=visible)
        layer = self.layer("probability")
        if layer is not None:
            layer.visible = visible

    def take_up(self, role: Role, mode: str) -> Labels | None:
        """Let the person work on our labels or annotation with one of napari's tools; None where that cannot be."""
        self.ensure()
        layer = self.numbers(role)
        if layer is None or not layer.editable:
            return None
        self.stack.activate(layer)
        layer.visible = True
        layer.mode = mode
        return layer

    def flush(self) -> None:
        """Tell the session every stroke so far, now."""
        for strokes in list(self._strokes.values()):
            strokes.flush()

    def recolour(self) -> None:
        """Take up the project's classes and their colours as they are now."""
        for role in NUMBERED:
            if (layer := self.numbers(role)) is not None:
                layer.colormap = self.palette(role)

    def palette(self, role: Role) -> colours.LabelColours:
        """The colours of numbers in this project."""
        project = self._session.project
        make = colours.annotation_colours if role == "annotation" else colours.label_colours
        if project is None:
            return make("objects", 0)
        return make(project.kind, len(project.class_names), tuple(project.class_colours))

    def close(self) -> None:
        """Tell the last strokes and let go of the viewer; the layers stay where they are."""
        self._rest()
        for signal, slot in self._slots:
            signal.disconnect(slot)
        self.stack.close()

    def _rest(self) -> None:
        """Tell the last strokes and watch no layer any more; what can be undone is kept for the way back."""
        for role, strokes in self._strokes.items():
            strokes.close()
            if (layer := self.numbers(role)) is not None:
                self._histories[layer.metadata[making.OWNER]["picture"], role] = history_of(layer)
        self._strokes.clear()
        self._open_padlock()
        self._given = None

    def _made(self, picture: Picture) -> list[Layer]:
        made: list[Layer] = [*making.picture_layers(picture)]
        if (probability := self._session.probability(picture.name)) is not None:
            made.append(shown_probability(self._session, picture, probability, self._habits))
        for view in VIEWED:
            made += view_layers(self._session, picture, view)
        if (labels := self._session.labels(picture.name)) is not None:
            made.append(making.number_layer(picture, "labels", labels, self.palette("labels")))
        annotation = self._session.annotation(picture.name)
        return [*made, making.number_layer(picture, "annotation", annotation, self.palette("annotation"))]

    def _watch(self, role: Numbered) -> None:
        layer, picture = self.numbers(role), self._shown
        if layer is not None and picture is not None:
            layer.editable = not self._session.read_only
            give_back(layer, self._histories.pop((picture.name, role), None))
            if role == "annotation":
                self._given = Given(layer, self._session, picture.name)
            spoiled = self._shut_padlock(layer, picture.name).spoiled if role == "labels" else None
            self._strokes[role] = Strokes(layer, partial(self._session.painted, picture.name, role), spoiled)

    def _on_gone(self, layer: Layer) -> None:
        role = making.role_of(layer)
        if role is not None and (strokes := self._strokes.pop(role, None)) is not None:
            strokes.close()
        if role == "labels":
            self._open_padlock()

    def _shut_padlock(self, layer: Labels, name: str) -> Padlock:
        self._open_padlock()
        self.padlock = Padlock(layer, self._session, name)
        return self.padlock

    def _open_padlock(self) -> None:
        if self.padlock is not None:
            self.padlock.close()
            self.padlock = None

    def _on_annotation(self, name: str) -> None:
        if self._is_shown(name):
            self._renew("annotation", self._session.annotation(name))

    def _on_labels(self, name: str) -> None:
        if self._is_shown(name):
            self._renew("labels", self._session.labels(name))
            self._on_view("locked")

    def _on_locks(self, name: str) -> None:
        if self._is_shown(name):
            self._on_view("locked")

    def _renew(self, role: Numbered, numbers: Numbers | None) -> None:
        if numbers is None:
            self.stack.remove(role)
        elif (strokes := self._strokes.get(role)) is not None:
            strokes.replace(numbers)
        elif self._shown is not None:
            self.stack.add(making.number_layer(self._shown, role, numbers, self.palette(role)))
            self._watch(role)

    def _on_probability(self, name: str) -> None:
        if not self._is_shown(name) or self._shown is None:
            return
        probability = self._session.probability(name)
        self._on_view("uncertainty")
        if probability is None:
            self.stack.remove("probability")
        elif (layer := self.layer("probability")) is not None:
            layer.data = shown_probability(self._session, self._shown, probability, self._habits).data
        else:
            self.stack.add(shown_probability(self._session, self._shown, probability, self._habits))

    def _on_view(self, view: Viewed) -> None:
        if self._shown is not None and self._is_shown(self._shown.name):
            self.stack.replace(view, view_layers(self._session, self._shown, view))

    def _is_shown(self, name: str) -> bool:
        return self._shown is not None and self._shown.name == name == self._session.current
