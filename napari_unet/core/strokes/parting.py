"""Objects as they are painted: what a stroke runs through is one object, and what has two numbers is two.

The clean-up parts objects by border and distance (see `core.postprocessing.split`). Those that a start sees may lie
inside of what a person calls one object, and a shape alone parts what is notched and joins what touches along a side.
Where a stroke says otherwise, border and distance are made to say what it says; elsewhere they stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.segmentation import watershed

from napari_unet.core.postprocessing import postprocess
from napari_unet.core.postprocessing.foreground import foreground
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.training.losses.targets import depth

Planes = NDArray[np.float32]

THICK = 2
"""Strokes are so many pixels wider here, on either side: the clean-up blurs borders, and a thin one would be lost."""

USUAL = PostprocessingSettings()

AROUND = np.ones((3, 3), bool)
"""Pixels that meet at a corner are of one stroke."""


def as_painted(cells: Planes, numbers: NDArray[np.integer]) -> Planes:
    """What is known of objects, with borders and distances by which strokes are neither parted nor joined.

    Parameters
    ----------
    cells : (1 or 3, y, x), the cell alone, or with border and distance.
    numbers : (y, x), the number of the object that is painted there, 0 where none is.

    Returns
    -------
    planes : the cells as they are where the usual clean-up does what strokes say; else (3, y, x), a fresh array.
    """
    labels = postprocess(cells, "objects", USUAL)
    if not (_parts(labels, numbers) or len(_joining(labels, numbers))):
        return cells
    told = with_depth(cells) if len(cells) == 1 else cells.copy()
    _join(told, numbers)
    labels = postprocess(told, "objects", USUAL)
    for label in _joining(labels, numbers):
        _part(told, labels == label, numbers)
    return told


def with_depth(cells: Planes) -> Planes:
    """The cell alone (1, y, x) with border and distance: no border, and a depth that the clean-up would find itself."""
    pieces, _ = ndimage.label(foreground(cells[0], USUAL))
    return np.stack([cells[0], np.zeros_like(cells[0]), depth(pieces)])


def _parts(labels: NDArray[np.integer], numbers: NDArray[np.integer]) -> bool:
    """Whether any stroke runs through more than one label."""
    there = (labels > 0) & (numbers > 0)
    strokes, _ = ndimage.label(numbers > 0, AROUND)
    both = np.unique(np.stack([strokes[there], numbers[there], labels[there]]), axis=1)
    return bool(np.unique(both[:2], axis=1).shape[1] < both.shape[1])


def _joining(labels: NDArray[np.integer], numbers: NDArray[np.integer]) -> NDArray[np.integer]:
    """The labels in which there are strokes of more than one number."""
    there = (labels > 0) & (numbers > 0)
    held, counts = np.unique(np.unique(np.stack([labels[there], numbers[there]]), axis=1)[0], return_counts=True)
    return held[counts > 1]


def _join(told: Planes, numbers: NDArray[np.integer]) -> None:
    """Along strokes there is no border, and they are as deep as can be."""
    wide = ndimage.binary_dilation(numbers > 0, AROUND, THICK)
    told[1][wide], told[2][wide] = 0, 1


def _part(told: Planes, inside: NDArray[np.bool_], numbers: NDArray[np.integer]) -> None:
    """Where what belongs to one number meets what belongs to another, there is a border."""
    height = told[2] * (1 - told[1])
    theirs = watershed(-height, np.where(inside, numbers, 0), mask=inside)
    highest = ndimage.maximum_filter(theirs, 3)
    lowest = ndimage.minimum_filter(np.where(theirs > 0, theirs, theirs.max() + 1), 3)
    meeting = inside & (highest != lowest)
    told[1][meeting], told[2][meeting] = 1, 0
