"""Planes between two painted ones: shape-based interpolation (Raya and Udupa 1990, https://doi.org/10.1109/42.52980)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.editing.edit import Edit, Labels, Mask, Place, edit, number_at

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
    planes = np.flatnonzero((labels == number).any((1, 2)))
    after = labels.copy()
    for lower, upper in itertools.pairwise(planes):
        below, above = (_depth(labels[plane] == number) for plane in (lower, upper))
        for plane in range(lower + 1, upper):
            share = (plane - lower) / (upper - lower)
            inside = (1 - share) * below + share * above > 0
            after[plane][inside & (after[plane] == 0)] = number
    return edit(labels, tuple(slice(0, side) for side in labels.shape), after)


def _depth(inside: Mask) -> NDArray[np.floating]:
    """How far each pixel lies inside, negative outside."""
    depth: NDArray[np.floating] = ndimage.distance_transform_edt(inside) - ndimage.distance_transform_edt(~inside)
    return depth
