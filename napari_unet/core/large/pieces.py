"""What is known of the pieces of objects that lie in one block; numbers that can be added up over blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.large.joining import Sides


@dataclass(frozen=True)
class Pieces:
    """The pieces 1 to `sides.count` of a block; every array has one entry (or one row) for each.

    Parameters
    ----------
    sides : where they meet those of the blocks around.
    sizes : pixels of each.
    first : the place of its first pixel in reading order, counted through the whole picture.
    at_edge : whether it touches the picture's edge.
    sums : (count, 5) of y, x, yy, xx, xy over its pixels, in the picture; see `shapes.moments`.
    classes : (count, classes) sums of the probability of each class; no columns where there are none.
    solidity : how much of its convex hull the object fills, as far as this block sees it; empty when nobody asks.
    unseen : how many of them go on beyond what this block has looked at.
    """

    sides: Sides
    sizes: NDArray[np.int64]
    first: NDArray[np.int64]
    at_edge: NDArray[np.bool_]
    sums: NDArray[np.float64]
    classes: NDArray[np.float64]
    solidity: NDArray[np.float64]
    unseen: int = 0
