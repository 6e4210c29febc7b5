"""How well outlines agree: the boundary F1 measure (Csurka, Larlus and Perronnin, BMVC 2013)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.metrics.scores import share

TOLERANCE = 2.0
"""In pixels. The paper takes 0.75 % of the picture's diagonal, for photographs that one thing fills: in a microscopy
picture of 1024 x 1024 that would be 11 pixels, more than the radius of many a nucleus, and any outline would be right.
Two pixels are about how exactly a person paints."""


def outline_f1(found: NDArray[np.bool_], true: NDArray[np.bool_], tolerance: float = TOLERANCE) -> float:
    """F1 of the outlines of two boolean arrays of one shape: 0 to 1.

    Precision is the share of the found outline that is no further than `tolerance` pixels from the true one, recall the
    share of the true outline that is so near to the found one; F1 is their harmonic mean. Where neither has an outline
    it is 1 (0 if only one of them is empty), where only one has, 0. The picture's edge is no outline.
    """
    outlines = [outline(array) for array in (found, true)]
    totals = [int(np.count_nonzero(one)) for one in outlines]
    if not all(totals):
        return float(totals[0] == totals[1] and found.any() == true.any())
    precision, recall = (
        float(np.mean(_distance(other)[own] <= tolerance)) for own, other in (outlines, outlines[::-1])
    )
    return share(2 * precision * recall, precision + recall, empty=0.0)


def outline(array: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels of a shape that touch, side by side, one that is not of it."""
    from scipy import ndimage  # as in `matching`

    inside: NDArray[np.bool_] = ndimage.binary_erosion(array, border_value=1)
    return array & ~inside


def _distance(outline: NDArray[np.bool_]) -> NDArray[np.float64]:
    from scipy import ndimage

    distance: NDArray[np.float64] = ndimage.distance_transform_edt(~outline)
    return distance
