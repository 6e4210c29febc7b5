"""Layers of what is only looked at: how sure the answer is, what the network gets, labels compared, what is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from napari.layers import Image, Layer
from numpy.typing import NDArray

from napari_unet.core.data.picture import Picture
from napari_unet.core.editing import marks
from napari_unet.widgets.layers import making
from napari_unet.widgets.layers.colours import locked_colours, origin_colours, verdict_colours
from napari_unet.widgets.layers.habits import Habits

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
    colours = verdict_colours() if view == "comparison" else origin_colours()
    layer = making.number_layer(picture, view, array, colours)
    # Over the annotation, whose colours would mix with these; but the picture is to be seen through origins.
    layer.opacity, layer.editable = 0.85 if view == "comparison" else 0.6, False
    return [layer]


def shown_probability(session: Session, picture: Picture, probability: NDArray[np.floating], habits: Habits) -> Image:
    """The layer of a probability (K, [Z,] Y, X): of a cell, or of anything but background."""
    kind = "objects" if session.project is None else session.project.kind
    return making.probability_layer(picture, making.foreground(probability, kind), visible=habits.probability_visible)


def _locked_layers(session: Session, picture: Picture) -> list[Layer]:
    """White outlines around the locked objects, which are paler inside; no layer while none is locked."""
    locked = session.locked(picture.name)
    labels = session.labels(picture.name) if locked else None
    if labels is None:
        return []
    layer = making.number_layer(picture, "locked", marks(labels, locked), locked_colours())
    layer.opacity, layer.editable = 1.0, False
    return [layer]
