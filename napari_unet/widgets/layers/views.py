"""Layers of what is only looked at: how sure the answer is, what the network gets, labels compared, what is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.layers import Layer

from napari_unet.core.data.picture import Picture
from napari_unet.core.editing import marks
from napari_unet.widgets.layers import making
from napari_unet.widgets.layers.colours import locked_colours, verdict_colours

if TYPE_CHECKING:
    from napari_unet.session import Session


def view_layers(session: Session, picture: Picture, view: making.Viewed) -> list[Layer]:
    """The layers of a view of this picture; none while it is not wanted or not made."""
    if view == "uncertainty":
        spread = session.spread(picture.name)
        return [] if spread is None else [making.uncertainty_layer(picture, spread)]
    if view == "locked":
        return _locked_layers(session, picture)
    array = session.view(view, picture.name)
    if array is None:
        return []
    if view == "seen":
        return [*making.seen_layers(picture, array)]
    layer = making.number_layer(picture, "comparison", array, verdict_colours())
    layer.opacity, layer.editable = 0.85, False  # over the annotation, whose colours would mix with these
    return [layer]


def _locked_layers(session: Session, picture: Picture) -> list[Layer]:
    """White outlines around the locked objects, which are paler inside; no layer while none is locked."""
    locked = session.locked(picture.name)
    labels = session.labels(picture.name) if locked else None
    if labels is None:
        return []
    layer = making.number_layer(picture, "locked", marks(labels, locked), locked_colours())
    layer.opacity, layer.editable = 1.0, False
    return [layer]
