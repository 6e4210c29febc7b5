"""One object that is two: parted along a line, or between two places inside it.

Between two places the object is parted where it is narrowest: watershed on the distance to its edge (Meyer 1994), with
one seed at each place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.segmentation import watershed

from napari_unet.core.editing.edit import Box, Edit, Labels, Mask, Place, box_of, edit, free_numbers, number_at
from napari_unet.core.editing.lines import along

CRUMB = 4
"""A part of fewer pixels is a crumb of the cut, and stays with its neighbour."""

MARGIN = 1


def split_along(labels: Labels, path: Sequence[Place]) -> Edit | None:
    """Part every object that a line cuts in two. The largest part keeps the number."""
    line = along(path, labels.shape)
    cut = np.zeros(labels.shape, bool)
    cut[line] = True
    after = labels
    for number in np.unique(labels[line]):
        if number and (parted := _cut(after, int(number), cut)) is not None:
            after = parted.applied(after)
    return edit(labels, tuple(slice(0, side) for side in labels.shape), after) if after is not labels else None


def split_between(labels: Labels, one: Place, other: Place) -> Edit | None:
    """Part the object in which both places lie, where it is narrowest between them."""
    number = number_at(labels, one)
    box = box_of(labels, number, MARGIN)
    if box is None or number_at(labels, other) != number or one == other:
        return None
    inside = labels[box] == number
    seeds = np.zeros(inside.shape, np.int32)
    for value, place in enumerate((one, other), 1):
        seeds[tuple(at - part.start for at, part in zip(place, box, strict=True))] = value
    depth = ndimage.distance_transform_edt(np.pad(inside, 1))[(slice(1, -1),) * inside.ndim]
    return _numbered(labels, box, inside, watershed(-depth, seeds, mask=inside))


def _cut(labels: Labels, number: int, cut: Mask) -> Edit | None:
    """One object along the pixels of the cut, which go to the part nearest to each."""
    box = box_of(labels, number, MARGIN)
    assert box is not None
    inside = labels[box] == number
    blade = ndimage.binary_dilation(cut[box], ndimage.generate_binary_structure(labels.ndim, 1)) & inside
    thin = cut[box] & inside
    for barrier in (thin, blade):  # a slanting line of single pixels leaks at its corners
        parts, count = ndimage.label(inside & ~barrier)
        sizes = np.bincount(parts.ravel(), minlength=count + 1)
        large = [part for part in range(1, count + 1) if sizes[part] >= CRUMB]
        if len(large) > 1:
            seeds = np.where(np.isin(parts, large), parts, 0)
            return _numbered(labels, box, inside, watershed(np.zeros(inside.shape, np.uint8), seeds, mask=inside))
    return None


def _numbered(labels: Labels, box: Box, inside: Mask, parts: NDArray[np.integer]) -> Edit | None:
    """The largest part keeps the number, the others get numbers that nobody has."""
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    others = [part for part in np.flatnonzero(sizes) if part != sizes.argmax()]
    values = labels[box].copy()
    for part, number in zip(others, free_numbers(labels, len(others)), strict=True):
        values[inside & (parts == part)] = number
    return edit(labels, box, values)
