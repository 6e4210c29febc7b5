"""Planes between two painted ones: shape-based interpolation (Raya and Udupa 1990, https://doi.org/10.1109/42.52980).

The two shapes are laid over each other by their middles first, and what comes of them is moved to where it is on the
way: of an object that leans or moves so far that they do not overlap, nothing would be left in between.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.editing.edit import Box, Edit, Labels, Mask, Place, box_of, edit, hull, number_at, widened

PLANE = 2
"""Axes of a plane."""


@dataclass(frozen=True)
class Between:
    """What fills the planes between those that show an object: the planes that were empty, counted from 0, and how."""

    planes: tuple[int, ...]
    edit: Edit | None


def between(labels: Labels, place: Place) -> Between:
    """What fills the focal planes between those on which the object at a place is painted.

    Parameters
    ----------
    labels : ([T,] Z, Y, X); of a time series, only the time point of the place is filled.
    """
    time, number = place[: -1 - PLANE], number_at(labels, place)
    volume = labels[time]
    shown = np.flatnonzero((volume == number).any((1, 2))) if number else np.zeros(0, int)
    empty = [at for lower, upper in itertools.pairwise(shown.tolist()) for at in range(lower + 1, upper)]
    done = interpolate(volume, number)
    if done is not None:
        done = Edit((*(slice(at, at + 1) for at in time), *done.box), done.values[(np.newaxis,) * len(time)])
    return Between(tuple(empty), done)


def interpolate(labels: Labels, number: int) -> Edit | None:
    """Fill the planes of a stack (Z, Y, X) between those on which an object is painted, with shapes in between.

    Pixels of other objects stay theirs.
    """
    if labels.ndim != 1 + PLANE or not number:
        return None
    planes = np.flatnonzero((labels == number).any((1, 2))).tolist()
    after = labels.copy()
    for lower, upper in itertools.pairwise(planes):
        if upper - lower > 1:
            _fill(after, number, lower, upper)
    return edit(labels, tuple(slice(0, side) for side in labels.shape), after)


def _fill(labels: Labels, number: int, lower: int, upper: int) -> None:
    """Fill the planes between these two, on which an object is painted, in place."""
    window = _around(labels, number, lower, upper)
    below, above = (_Shape.of(labels[at][window] == number) for at in (lower, upper))
    for plane in range(lower + 1, upper):
        part, share = labels[plane][window], (plane - lower) / (upper - lower)
        middle = (1 - share) * below.middle + share * above.middle
        inside = (1 - share) * below.at(middle) + share * above.at(middle) > 0
        part[inside & (part == 0)] = number


def _around(labels: Labels, number: int, *planes: int) -> Box:
    """The rows and columns in which an object lies on these planes, with room for it to move."""
    box = hull([box for at in planes if (box := box_of(labels[at], number)) is not None])
    room = 1 + max(side.stop - side.start for side in box) // 2
    return widened(box, room, labels.shape[1:])


@dataclass(frozen=True)
class _Shape:
    """How far each pixel lies inside, negative outside, and where the middle of the shape is."""

    depth: NDArray[np.floating]
    middle: NDArray[np.floating]

    @classmethod
    def of(cls, inside: Mask) -> _Shape:
        if inside.all():  # it fills the picture: nothing says how deep
            return cls(np.full(inside.shape, float(max(inside.shape))), np.array(inside.shape) / 2 - 0.5)
        depth = ndimage.distance_transform_edt(inside) - ndimage.distance_transform_edt(~inside)
        return cls(depth, np.argwhere(inside).mean(0))

    def at(self, middle: NDArray[np.floating]) -> NDArray[np.floating]:
        """The depth once the shape is moved, so that its middle is there."""
        moved: NDArray[np.floating] = ndimage.shift(self.depth, middle - self.middle, order=1, mode="nearest")
        return moved
