"""Layers of what is only looked at: how sure the answer is, what the network gets, labels beside the annotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.layers import Layer

from napari_unet.core.data.picture import Picture
from napari_unet.widgets.layers import making
from napari_unet.widgets.layers.colours import verdict_colours

if TYPE_CHECKING:
    from napari_unet.session import Session


def view_layers(session: Session, picture: Picture, view: making.Viewed) -> list[Layer]:
    """The layers of a view of this picture; none while it is not wanted or not made."""
    if view == "uncertainty":
        spread = session.spread(picture.name)
        return [] if spread is None else [making.uncertainty_layer(picture, spread)]
    array = session.view(view, picture.name)
    if array is None:
        return []
    if view == "seen":
        return [*making.seen_layers(picture, array)]
    layer = making.number_layer(picture, "comparison", array, verdict_colours())
    layer.opacity, layer.editable = 0.85, False  # over the annotation, whose colours would mix with these
    return [layer]
