"""Our own layers among those of a viewer: their order, their place, and nobody else's."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from napari.components import ViewerModel
from napari.layers import Layer

from napari_unet.widgets.layers.making import ORDER, Role, role_of
from napari_unet.widgets.layers.swap import adopt, blank

KEPT_EMPTY: tuple[Role, ...] = ("probability", "uncertainty", "labels", "locked")
"""Layers that stay, emptied, while a picture without them is shown."""


class Stack:
    """Our layers, from the bottom to the top. Layers that are not ours are never moved, hidden or removed.

    `gone` is called with each of our layers that leaves the viewer, whoever removed it.
    """

    def __init__(self, viewer: ViewerModel, gone: Callable[[Layer], None]) -> None:
        self._viewer = weakref.ref(viewer)
        self._gone = gone
        self._layers: list[Layer] = []
        self._blank: list[Layer] = []
        viewer.layers.events.removed.connect(self._on_removed)

    @property
    def viewer(self) -> ViewerModel:
        """The viewer, which this never keeps alive."""
        viewer = self._viewer()
        assert viewer is not None, "the viewer is gone"
        return viewer

    def layer(self, role: Role) -> Layer | None:
        """Our layer for this role (the first channel, for a picture of several); None while it has no contents."""
        ours = (layer for layer in self._layers if role_of(layer) == role)
        return next((layer for layer in ours if not any(layer is one for one in self._blank)), None)

    def is_active(self, layer: Layer) -> bool:
        """Whether the person works on this layer now."""
        return self.viewer.layers.selection.active is layer

    def activate(self, layer: Layer) -> None:
        """Make this the layer the person works on."""
        self.viewer.layers.selection.active = layer

    def add(self, layer: Layer) -> None:
        """Show one more layer of ours in its place in the order; the person goes on with the layer they are on."""
        if any(adopt(one, layer) for one in self._blank if role_of(one) == role_of(layer)):
            self._blank = [one for one in self._blank if role_of(one) != role_of(layer)]
            return
        below = [one for one in self._layers if _rank(one) <= _rank(layer)]
        above = [one for one in self._layers if _rank(one) > _rank(layer)]
        layers, active = self.viewer.layers, self.viewer.layers.selection.active
        place = layers.index(above[0]) if above else len(layers)
        layers.insert(layers.index(below[-1]) + 1 if below else place, layer)
        self._layers.append(layer)
        self._layers.sort(key=_rank)
        layers.selection.active = active

    def show(self, made: list[Layer]) -> None:
        """Show these layers instead of ours so far; ours are given the new contents where that fits."""
        waiting, fresh = list(self._layers), []
        self._blank = []
        for layer in made:
            old = next((one for one in waiting if role_of(one) == role_of(layer) and adopt(one, layer)), None)
            if old is None:
                fresh.append(layer)
            else:
                waiting.remove(old)
        for old in waiting:
            self._empty(old, keep=bool(made))
        for layer in fresh:
            self.add(layer)

    def _empty(self, layer: Layer, *, keep: bool) -> None:
        if keep and role_of(layer) in KEPT_EMPTY:
            blank(layer)
            self._blank.append(layer)
        elif layer in self.viewer.layers:
            self.viewer.layers.remove(layer)

    def remove(self, role: Role) -> None:
        """Take the layer of this role away."""
        layer = self.layer(role)
        if layer is not None:
            self.viewer.layers.remove(layer)

    def replace(self, role: Role, made: list[Layer]) -> None:
        """Show these layers for a role instead of those it has; given new contents where that fits."""
        waiting = [layer for layer in self._layers if role_of(layer) == role]
        for layer in made:
            old = next((one for one in waiting if adopt(one, layer)), None)
            if old is None:
                self.add(layer)
            else:
                waiting = [one for one in waiting if one is not old]
                self._blank = [one for one in self._blank if one is not old]
        for old in waiting:
            self._empty(old, keep=True)

    def close(self) -> None:
        """Let go of the viewer; the layers stay where they are."""
        if (viewer := self._viewer()) is not None:
            viewer.layers.events.removed.disconnect(self._on_removed)

    def _on_removed(self, event: Any) -> None:
        layer = event.value
        if any(layer is one for one in self._layers):
            self._layers = [one for one in self._layers if one is not layer]
            self._blank = [one for one in self._blank if one is not layer]
            self._gone(layer)


def _rank(layer: Layer) -> int:
    return ORDER.index(role_of(layer) or "rectangle")
