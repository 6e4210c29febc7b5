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

from napari_unet.core.editing.edit import Box, Edit, Labels, Mask, Place, box_of, edit, free_numbers, hull, number_at
from napari_unet.core.editing.lines import along

CRUMB = 4
"""A part of fewer pixels is a crumb of the cut, and stays with its neighbour."""

MARGIN, PLANE = 1, 2


def split_along(labels: Labels, path: Sequence[Place]) -> Edit | None:
    """Part every object that a line cuts in two. The largest part keeps the number.

    Of a stack, the objects under the line on its plane are cut, and through all planes.
    """
    line = along(path, labels.shape)
    flat = np.zeros(labels.shape[-PLANE:], bool)
    flat[line[-PLANE:]] = True
    cut = np.broadcast_to(flat, labels.shape)
    boxes = {number: box for number in np.unique(labels[line]) if (box := box_of(labels, int(number), MARGIN))}
    if not boxes:
        return None
    # Only the part round these objects is worked on: whole pictures are large.
    around, top = hull(boxes.values()), int(labels.max())
    after = labels[around]
    for number in boxes:
        if (parted := _cut(after, int(number), cut[around], top)) is not None:
            after = parted.applied(after)
    return edit(labels, around, after)


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
    return _numbered(labels, box, inside, watershed(-depth, seeds, mask=inside), int(labels.max()))


def _cut(labels: Labels, number: int, cut: Mask, top: int) -> Edit | None:
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
            shares = watershed(np.zeros(inside.shape, np.uint8), seeds, mask=inside)
            return _numbered(labels, box, inside, shares, top)
    return None


def _numbered(labels: Labels, box: Box, inside: Mask, parts: NDArray[np.integer], top: int) -> Edit | None:
    """The largest part keeps the number, the others get numbers above `top` that nobody has."""
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    others = [part for part in np.flatnonzero(sizes) if part != sizes.argmax()]
    values = labels[box].copy()
    for part, number in zip(others, free_numbers(labels, len(others), top), strict=True):
        values[inside & (parts == part)] = number
    return edit(labels, box, values)
