"""Planes between two painted ones: shape-based interpolation (Raya and Udupa 1990, https://doi.org/10.1109/42.52980)."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.editing.edit import Edit, Labels, Mask, edit


def interpolate(labels: Labels, number: int) -> Edit | None:
    """Fill the planes of a stack (Z, Y, X) between those on which an object is painted, with shapes in between.

    Pixels of other objects stay theirs.
    """
    if labels.ndim != 3 or not number:
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
