"""Parting cells that touch.

The relief of a picture is high in the middle of cells and low at their edges and at the borders between them. Each peak
that stands out is one cell, which grows downhill until it meets the next (watershed: Meyer, 1994). A connected part
with a single such peak is one cell already and is left alone, which is nearly all of most pictures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.runs import firsts, mapped
from napari_unet.core.postprocessing.blur import blurred
from napari_unet.core.postprocessing.climbing import climb
from napari_unet.core.postprocessing.growing import grow
from napari_unet.core.postprocessing.peaks import standing
from napari_unet.core.postprocessing.steps import Steps
from napari_unet.core.postprocessing.unsaid import zero_where_unsaid
from napari_unet.core.settings import PostprocessingSettings

BLUR = 1.0
"""Blur of the relief, in pixels: a peak one pixel wide is noise."""

LEAST_DEPTH = 1e-3
"""How deep a neck is at least, whatever the setting: below it there is only rounding."""

OUTSIDE = np.float32(-1)
"""The relief outside cells: lower than all inside."""


def split(
    probability: NDArray[np.floating],
    labels: NDArray[np.int32],
    count: int,
    settings: PostprocessingSettings,
    steps: Steps,
) -> tuple[NDArray[np.int32], int]:
    """Part the cells in `labels` (Y, X), numbered 1 to `count`, where they touch; return the new ones and their number.

    The relief must fall by `1 - settings.split` between two peaks for them to be two cells, where 1 is the height of a
    cell; `split` = 0 parts nothing. The new labels are numbered in reading order of their first pixel; `labels` is
    written over.
    """
    if settings.split == 0 or count == 0:
        return labels, count
    if len(probability) == 1:
        return parted(relief_measured(labels, count), labels, count, settings)
    relief = steps.do("relief", (), lambda: relief_told(probability[1], probability[2]))
    return parted(relief, labels, count, settings)


def relief_told(border: NDArray[np.floating], distance: NDArray[np.floating]) -> NDArray[np.float32]:
    """How deep inside a cell each pixel lies: (Y, X), 1 in the middle of cells, 0 at edges and borders.

    Distance x (1 - border), as the network says; 0 where it says no number.
    """
    height = zero_where_unsaid(1 - np.asarray(border, np.float32))
    height *= zero_where_unsaid(np.asarray(distance, np.float32))
    return blurred(height, BLUR)


def relief_measured(labels: NDArray[np.int32], count: int) -> NDArray[np.float32]:
    """The same where the network says nothing of it: the distance to the mask's edge, 1 in the middle of each part."""
    distance = ndimage.distance_transform_edt(labels)
    tops = np.ones(count + 1)
    np.maximum.at(tops, labels.ravel(), distance.ravel())
    distance /= mapped(labels, tops)
    return blurred(distance, BLUR)


def parted(
    relief: NDArray[np.float32], labels: NDArray[np.int32], count: int, settings: PostprocessingSettings
) -> tuple[NDArray[np.int32], int]:
    """As `split`, by a relief; both it and `labels` are written over, as a picture may be large."""
    np.copyto(relief, OUTSIDE, where=labels == 0)
    clump = np.zeros(count + 1, np.bool_)
    clump[_holding_several(_summits(relief, labels), labels)] = True
    slopes = climb(relief, mapped(labels, clump))
    found = standing(slopes, max(1 - settings.split, LEAST_DEPTH))
    if len(found.kept) == np.count_nonzero(clump):  # each part is one cell
        return labels, count
    grow(relief, labels, count, slopes, found)
    return in_reading_order(labels, count + len(found.kept))


def in_reading_order(labels: NDArray[np.int32], top: int) -> tuple[NDArray[np.int32], int]:
    """The labels (Y, X), 0 to `top`, numbered anew in reading order of their first pixel; and how many there are."""
    first = firsts(labels, top)
    first[0] = labels.size
    order = np.argsort(first, kind="stable")
    count = int(np.count_nonzero(first < labels.size))
    numbers = np.zeros(top + 1, np.int32)
    numbers[order[:count]] = np.arange(1, count + 1)
    return mapped(labels, numbers), count


def _summits(relief: NDArray[np.float32], labels: NDArray[np.int32]) -> NDArray[np.intp]:
    """The flat positions inside cells that no neighbour overtops: all peaks, and more."""
    summit = labels > 0
    summit[1:] &= relief[1:] >= relief[:-1]
    summit[:-1] &= relief[:-1] >= relief[1:]
    summit[:, 1:] &= relief[:, 1:] >= relief[:, :-1]
    summit[:, :-1] &= relief[:, :-1] >= relief[:, 1:]
    return np.flatnonzero(summit)


def _holding_several(places: NDArray[np.intp], labels: NDArray[np.int32]) -> NDArray[np.intp]:
    """The numbers of the connected parts that hold more than one of the flat positions, all of which lie inside."""
    return np.flatnonzero(np.bincount(labels.ravel()[places]) > 1)
