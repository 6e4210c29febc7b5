"""Objects that are none."""

from __future__ import annotations

import numpy as np

from napari_unet.core.editing.edit import Box, Edit, Labels, Place, box_of, edit, number_at

MOSTLY = 0.5
"""An object lies in a rectangle when more than this share of it does."""


def delete(labels: Labels, place: Place) -> Edit | None:
    """Take the object at a place away."""
    number = number_at(labels, place)
    box = box_of(labels, number)
    if box is None:
        return None
    return edit(labels, box, np.where(labels[box] == number, 0, labels[box]))


def delete_inside(labels: Labels, box: Box) -> Edit | None:
    """Take every object away of which more than half lies in a box."""
    top = int(labels.max(initial=0)) + 1
    inside = np.bincount(labels[box].ravel(), minlength=top)
    everywhere = np.bincount(labels.ravel(), minlength=top)
    gone = inside > MOSTLY * everywhere
    gone[0] = False
    everything = tuple(slice(0, side) for side in labels.shape)
    return edit(labels, everything, np.where(gone.take(labels), 0, labels))
