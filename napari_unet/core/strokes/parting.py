"""Objects as they are painted: what a stroke runs through is one object, and what has two numbers is two.

The clean-up parts objects by border and distance (see `core.postprocessing.split`). Those that a start sees may lie
inside of what a person calls one object, and a shape alone parts what is notched and joins what touches along a side.
Where strokes say otherwise, border and distance are made to say what they say; elsewhere they stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from skimage.segmentation import watershed

from napari_unet.core.postprocessing import postprocess
from napari_unet.core.postprocessing.foreground import foreground
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.strokes.painted import Painted
from napari_unet.core.strokes.windows import Window
from napari_unet.core.training.losses.targets import depth

Planes = NDArray[np.float32]
Labels = NDArray[np.integer]

DEEP = 0.5
"""A stroke runs through an object where it is at least so deep in it, counted by the deepest place: who fills a gap at
the edge of a cell often touches the next one.
"""

MOST = 0.5
"""So much of a stroke lies in the object that it is about."""

WIDE = 3
"""So many pixels of background around an object are told to be as deep as it: the clean-up blurs depths."""

USUAL = PostprocessingSettings()

AROUND = np.ones((3, 3), bool)
"""Pixels that meet at a corner are neighbours here."""


def parted_by(painted: Painted | None, cells: Planes, window: Window) -> Planes:
    """What is known of objects in a window (1 or 3, y, x), parted and joined as painted; see `as_painted`.

    Where nobody tells borders, only in a flat picture answered in one go: one part must not have planes that others
    lack, and shapes that a window cuts off tell no depth.
    """
    if painted is None or (len(cells) == 1 and (painted.in_stack or cells.shape[1:] != painted.numbers.shape)):
        return cells
    return as_painted(cells, painted.numbers[window])


def as_painted(cells: Planes, numbers: Labels) -> Planes:
    """What is known of objects, with borders and distances by which strokes are neither parted nor joined.

    Parameters
    ----------
    cells : (1 or 3, y, x), the cell alone, or with border and distance.
    numbers : (y, x), the number of the object that is painted there, 0 where none is.

    Returns
    -------
    planes : the cells as they are where the usual clean-up does what strokes say; else (3, y, x), a fresh array.
    """
    if not numbers.any():
        return cells
    told = with_depth(cells) if len(cells) == 1 else cells
    height, strokes = told[2] * (1 - told[1]), _strokes(numbers)
    found = postprocess(_painted_on(told, numbers), "objects", USUAL).astype(np.intp)
    labels = _parted(_joined(found, strokes, height), strokes, numbers, height)
    other = labels != found
    if not other.any():
        return cells
    return _saying(told, labels, np.isin(labels, np.concatenate([labels[other], found[other]])))


def with_depth(cells: Planes) -> Planes:
    """The cell alone (1, y, x) with border and distance: no border, and a depth that the clean-up would find itself."""
    pieces, _ = ndimage.label(foreground(cells[0], USUAL))
    return np.stack([cells[0], np.zeros_like(cells[0]), depth(pieces)])


def _painted_on(cells: Planes, numbers: Labels) -> Planes:
    """The connected parts with strokes alone: others cost time, and stay as they are."""
    pieces, count = ndimage.label(foreground(cells[0], USUAL))
    there = np.zeros(count + 1, bool)
    there[pieces[numbers > 0]] = True
    there[0] = False
    return np.concatenate([np.where(there[pieces], cells[:1], 0), cells[1:]])


def _strokes(numbers: Labels) -> Labels:
    """Connected pixels of one number, each with a number of its own (y, x); 0 where nothing is painted."""
    pieces, _ = ndimage.label(numbers > 0, AROUND)
    there, strokes = pieces > 0, np.zeros(numbers.shape, np.intp)
    strokes[there] = 1 + _pairs(pieces[there], numbers[there])[1]
    return strokes


def _joined(labels: Labels, strokes: Labels, height: Planes) -> Labels:
    """The labels, those that one stroke runs through with the least of their numbers."""
    there = (labels > 0) & (strokes > 0)
    (stroke, label), reached = _pairs(strokes[there], labels[there])
    top = np.zeros(len(stroke))
    np.maximum.at(top, reached, height[there])
    highest = ndimage.maximum(height, labels, np.arange(labels.max() + 1))
    stroke, label = (each[top >= DEEP * highest[label]] for each in (stroke, label))
    first = np.full(strokes.max() + 1, labels.max() + 1)
    np.minimum.at(first, stroke, label)
    links = coo_array((np.ones(len(label)), (label, first[stroke])), shape=(labels.max() + 1,) * 2)
    _, groups = connected_components(links, directed=False)
    least = np.full(len(groups), labels.max())
    np.minimum.at(least, groups, np.arange(len(groups)))
    joined: Labels = least[groups][labels]
    return joined


def _parted(labels: Labels, strokes: Labels, numbers: Labels, height: Planes) -> Labels:
    """The labels, those in which most of two strokes of different numbers lie cut between the two."""
    there = (labels > 0) & (strokes > 0)
    (stroke, label), reached = _pairs(strokes[there], labels[there])
    within = np.bincount(reached, minlength=len(stroke)) >= MOST * np.bincount(strokes.ravel())[stroke]
    theirs = np.zeros(len(stroke), numbers.dtype)
    theirs[reached] = numbers[there]
    (held, _), _ = _pairs(label[within], theirs[within])
    labels, several = labels.copy(), np.flatnonzero(np.bincount(held) > 1)
    boxes = ndimage.find_objects(labels)
    for one in several:
        box, mine = boxes[one - 1], stroke[within & (label == one)]
        inside = labels[box] == one
        marks = np.where(inside & np.isin(strokes[box], mine), numbers[box], 0)
        parts = watershed(-height[box], marks, mask=inside)
        labels[box][inside] = np.where(parts == parts[inside].min(), one, labels.max() + parts)[inside]
    return labels


def _pairs(one: Labels, other: Labels) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which pairs of numbers there are, (2, P), and which of them each is, (N,)."""
    span = int(other.max(initial=0)) + 1
    pairs, which = np.unique(one.astype(np.intp) * span + other, return_inverse=True)
    return np.stack(np.divmod(pairs, span)), which


def _saying(told: Planes, labels: Labels, changed: NDArray[np.bool_]) -> Planes:
    """Border and distance by which the clean-up finds these labels where they changed: flat, with ditches between."""
    around = ndimage.binary_dilation(changed, AROUND, WIDE) & (told[0] <= USUAL.threshold)
    told, flat = told.copy(), changed | around
    told[1][flat], told[2][flat] = 0, 1
    nobody = labels.max() + 1
    lowest = ndimage.minimum_filter(np.where(labels > 0, labels, nobody), 3)
    meeting = (labels > 0) & (lowest != ndimage.maximum_filter(labels, 3))
    ditch = meeting & ndimage.binary_dilation(changed, AROUND)
    told[1][ditch], told[2][ditch] = 1, 0
    return told
