"""The outline of one object: holes filled, edges smoothed, grown or shrunk. No object takes pixels of another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from napari_unet.core.editing.edit import Edit, Labels, Mask, Place, box_of, edit, number_at

SMOOTHING = 2.0
"""Standard deviation, in pixels, of the blur that smooths an outline."""


def fill_holes(labels: Labels, place: Place | None) -> Edit | None:
    """Fill background enclosed by the object at a place; of a stack, plane by plane. None for the place: of all."""
    if place is not None:
        return _shaped(labels, number_at(labels, place), _filled, 1)
    after = labels.copy()
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if box is not None:
            part = after[box]
            part[_filled(part == number) & (part == 0)] = number
    return edit(labels, tuple(slice(0, side) for side in labels.shape), after)


def smooth(labels: Labels, place: Place) -> Edit | None:
    """Round off the outline of the object at a place."""

    def rounded(inside: Mask) -> Mask:
        return np.asarray(ndimage.gaussian_filter(inside.astype(np.float32), _in_plane(inside, SMOOTHING)) > 0.5)

    return _shaped(labels, number_at(labels, place), rounded, round(3 * SMOOTHING))


def grow(labels: Labels, place: Place, by: int = 1) -> Edit | None:
    """Let the object at a place grow by so many pixels, into background only."""

    def grown(inside: Mask) -> Mask:
        return np.asarray(ndimage.distance_transform_edt(~inside, sampling=_sampling(inside)) <= by)

    return _shaped(labels, number_at(labels, place), grown, by + 1)


def shrink(labels: Labels, place: Place, by: int = 1) -> Edit | None:
    """Let the object at a place shrink by so many pixels; one that would vanish stays as it is."""

    def shrunk(inside: Mask) -> Mask:
        left = np.asarray(ndimage.distance_transform_edt(inside, sampling=_sampling(inside)) > by)
        return left if left.any() else inside

    return _shaped(labels, number_at(labels, place), shrunk, 1)


FAR = 1e6
"""Planes of a stack are so far apart that outlines change within each alone."""


def _sampling(inside: Mask) -> tuple[float, ...]:
    return (*(FAR,) * (inside.ndim - 2), 1, 1)


def _in_plane(inside: Mask, size: float) -> tuple[float, ...]:
    return (*(0.0,) * (inside.ndim - 2), size, size)


def _filled(inside: Mask) -> Mask:
    if inside.ndim == 2:
        return np.asarray(ndimage.binary_fill_holes(inside))
    return np.stack([_filled(plane) for plane in inside])


def _shaped(labels: Labels, number: int, shape: Callable[[Mask], Mask], margin: int) -> Edit | None:
    """The object with the shape that it is given, where no other object is."""
    box = box_of(labels, number, margin)
    if box is None:
        return None
    part = labels[box]
    inside = part == number
    wanted = shape(inside) & (inside | (part == 0))
    if not wanted.any():
        return None
    return edit(labels, box, np.where(wanted, number, np.where(inside, 0, part)))
