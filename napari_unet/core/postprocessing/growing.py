"""Parts that hold several peaks, divided among these: the watershed (Meyer 1994), mostly without flooding.

A flood from the kept peaks reaches a pixel at its height, or where it has to come over a pass that is lower, at the
height of that: the pixel's level. It comes from the neighbour that it reached first, the one of the highest level. So
every pixel belongs to whom it arrives at when it climbs on levels. Only where two of the highest neighbours are of
exactly one level, and of different peaks, does it matter which of them was there first: such parts are flooded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.segmentation import watershed

from napari_unet.core.postprocessing.climbing import Heights, Slopes, around, arrivals, parts
from napari_unet.core.postprocessing.peaks import Standing, meeting

Labels = NDArray[np.int32]
Positions = NDArray[np.intp]


def grow(relief: Heights, labels: Labels, count: int, slopes: Slopes, found: Standing) -> None:
    """Give each pixel of the slopes, in place, the number of the kept peak that it belongs to: `count` + 1 and up.

    Parameters
    ----------
    relief : (Y, X) float32; written over.
    labels : (Y, X) int32, the connected parts, 1 to `count`.
    """
    owner, doubtful = _owners(slopes, found)
    unsure = np.flatnonzero(np.bincount(labels.ravel()[inner(doubtful, slopes.stride)]))
    own = owner.reshape(-1, slopes.stride)[1:-1, 1:-1]
    sure = own >= 0
    if len(unsure):
        sure &= ~np.isin(labels, unsure)
        _flood(np.negative(relief, out=relief), labels, unsure, count, inner(slopes.top[found.kept], slopes.stride))
    np.add(own, count + 1, out=labels, where=sure)


def inner(positions: Positions, stride: int) -> Positions:
    """Flat positions in a picture with a rim of one pixel, as positions in the picture without it."""
    rows, columns = np.divmod(positions, stride)
    flat: Positions = (rows - 1) * (stride - 2) + columns - 1
    return flat


def _owners(slopes: Slopes, found: Standing) -> tuple[NDArray[np.int32], Positions]:
    """The place among those kept of the peak that each position belongs to, -1 outside; and where that is doubtful."""
    levels, spot = slopes.height.copy(), slopes.spot
    for part in parts(0, len(spot)):
        here = spot[part]
        levels[here] = np.minimum(levels[here], found.level[slopes.peak[here]])
    end, owner = arrivals(slopes, levels), np.full(levels.shape, -1, np.int32)
    for part in parts(0, len(spot)):
        owner[spot[part]] = found.owner[slopes.peak[spot[end[part]]]]
    return owner, np.concatenate([_ties(levels, owner, slopes.stride), np.flatnonzero(np.isnan(levels))])


def _ties(levels: Heights, owner: NDArray[np.int32], stride: int) -> Positions:
    """The pixels one of whose highest neighbours, itself counted among these, belongs to another peak."""
    tied = [np.empty(0, np.intp)]
    for step in (1, stride):
        for part in parts(0, len(levels) - step):
            here = meeting(owner, part, step)
            for pixel, neighbour in ((here, here + step), (here + step, here)):
                highest = np.max([levels[pixel], *(levels[pixel + away] for away in around(stride))], axis=0)
                tied.append(pixel[levels[neighbour] == highest])
    return np.concatenate(tied)


def _flood(depths: Heights, labels: Labels, numbers: Positions, count: int, seeds: Positions) -> None:
    """Divide the parts of these numbers among their seeds, in place.

    Part by part, in its own box: the same as all at once, but what the watershed juggles stays near the processor.
    """
    boxes = ndimage.find_objects(labels)
    markers = np.zeros(labels.shape, np.int32)
    markers.ravel()[seeds] = count + 1 + np.arange(len(seeds))
    for number in numbers:
        box = boxes[number - 1]
        inside = labels[box] == number
        divided = watershed(depths[box], markers[box], mask=inside)
        labels[box][inside] = divided[inside]
