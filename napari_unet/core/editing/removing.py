"""Objects that are none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.runs import mapped, sizes
from napari_unet.core.editing.edit import Box, Edit, Labels, Place, box_of, edit, number_at

MOSTLY = 0.5
"""An object lies in a rectangle when more than this share of it does."""

PLANE = 2
"""Axes of a plane."""


def delete(labels: Labels, place: Place) -> Edit | None:
    """Take the object at a place away."""
    number = number_at(labels, place)
    box = box_of(labels, number)
    if box is None:
        return None
    return edit(labels, box, np.where(labels[box] == number, 0, labels[box]))


def delete_inside(labels: Labels, box: Box) -> Edit | None:
    """Take every object away of which more than half lies in a box."""
    gone = np.zeros(int(labels.max(initial=0)) + 1, bool)
    gone[mostly_inside(labels, box)] = True
    everything = tuple(slice(0, side) for side in labels.shape)
    return edit(labels, everything, np.where(mapped(labels, gone), 0, labels))


def mostly_inside(labels: Labels, box: Box) -> NDArray[np.intp]:
    """The numbers of the objects of which more than half lies in a box, in order."""
    inside, everywhere = sizes(labels[box]), sizes(labels)
    return np.flatnonzero(inside[1:] > MOSTLY * everywhere[1 : len(inside)]) + 1


def rectangle(path: Sequence[Place]) -> Box:
    """The box between the places at which a line begins and ends."""
    sides = zip(path[0], path[-1], strict=True)
    return tuple(slice(max(0, min(side)), max(0, max(side) + 1)) for side in sides)


def through_planes(box: Box, ndim: int) -> Box:
    """A rectangle, which is drawn on one plane, through all planes of labels with so many axes."""
    return (*(slice(None),) * (ndim - PLANE), *box[-PLANE:])
