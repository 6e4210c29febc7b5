"""The class of each object: the one that has the largest mean probability over its pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.object_classes import Classes
from napari_unet.core.postprocessing.postprocess import OBJECTS
from napari_unet.core.postprocessing.unsaid import zero_where_unsaid


def object_classes(probability: NDArray[np.floating], labels: NDArray[np.integer]) -> Classes:
    """The class of each object, by its number; empty where nothing was said about classes.

    Parameters
    ----------
    probability : (K, [Z,] Y, X) float, 0 to 1: cell, border, distance, then one plane for each class. See
        `postprocess`.
    labels : ([Z,] Y, X) integers as `postprocess` makes them, 0 = background.
    """
    planes = probability[OBJECTS:]
    if len(planes) < 2:
        return {}
    inside = np.flatnonzero(labels)
    if not len(inside):
        return {}
    numbers = labels.ravel()[inside]
    # Of sums as of means: an object has as many pixels in every plane.
    said = [zero_where_unsaid(plane.ravel()[inside]) for plane in planes]
    likeliest = np.argmax([np.bincount(numbers, weights=weights) for weights in said], axis=0) + 1
    return {number: int(likeliest[number]) for number in np.flatnonzero(np.bincount(numbers)).tolist()}
