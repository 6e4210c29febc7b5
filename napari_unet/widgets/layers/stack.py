"""Our own layers among those of a viewer: their order, their place, and nobody else's."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from napari.components import ViewerModel
from napari.layers import Layer

from napari_unet.widgets.layers.making import ORDER, Role, role_of


class Stack:
    """Our layers, from the bottom to the top. Layers that are not ours are never moved, hidden or removed.

    `gone` is called with each of our layers that leaves the viewer, whoever removed it.
    """

    def __init__(self, viewer: ViewerModel, gone: Callable[[Layer], None]) -> None:
        self._viewer = weakref.ref(viewer)
        self._gone = gone
        self._layers: list[Layer] = []
        viewer.layers.events.removed.connect(self._on_removed)

    @property
    def viewer(self) -> ViewerModel:
        """The viewer, which this never keeps alive."""
        viewer = self._viewer()
        assert viewer is not None, "the viewer is gone"
        return viewer

    def layer(self, role: Role) -> Layer | None:
        """Our layer for this role (the first channel, for a picture of several); None while there is none."""
        return next((layer for layer in self._layers if role_of(layer) == role), None)

    def is_active(self, layer: Layer) -> bool:
        """Whether the person works on this layer now."""
        return self.viewer.layers.selection.active is layer

    def activate(self, layer: Layer) -> None:
        """Make this the layer the person works on."""
        self.viewer.layers.selection.active = layer

    def add(self, layer: Layer) -> None:
        """Put one more layer of ours in its place in the order; the person goes on with the layer they are on."""
        below = [one for one in self._layers if _rank(one) <= _rank(layer)]
        above = [one for one in self._layers if _rank(one) > _rank(layer)]
        layers, active = self.viewer.layers, self.viewer.layers.selection.active
        place = layers.index(above[0]) if above else len(layers)
        self._insert(layers.index(below[-1]) + 1 if below else place, layer)
        layers.selection.active = active

    def replace(self, made: list[Layer]) -> None:
        """Replace all our layers by these, where the old ones were."""
        layers = self.viewer.layers
        at = min((layers.index(layer) for layer in self._layers), default=len(layers))
        for layer in list(self._layers):
            layers.remove(layer)
        for index, layer in enumerate(made):
            self._insert(at + index, layer)

    def remove(self, role: Role) -> None:
        """Take the layer of this role away."""
        layer = self.layer(role)
        if layer is not None:
            self.viewer.layers.remove(layer)

    def close(self) -> None:
        """Let go of the viewer; the layers stay where they are."""
        if (viewer := self._viewer()) is not None:
            viewer.layers.events.removed.disconnect(self._on_removed)

    def _insert(self, at: int, layer: Layer) -> None:
        self.viewer.layers.insert(at, layer)
        self._layers.append(layer)
        self._layers.sort(key=_rank)

    def _on_removed(self, event: Any) -> None:
        layer = event.value
        if any(layer is one for one in self._layers):
            self._layers = [one for one in self._layers if one is not layer]
            self._gone(layer)


def _rank(layer: Layer) -> int:
    return ORDER.index(role_of(layer) or "rectangle")
