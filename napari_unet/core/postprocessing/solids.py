"""Objects of the wrong shape in a volume: too long, or ragged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.postprocessing.shapes import OF_A_PIXEL

Labels = NDArray[np.integer]
Mask = NDArray[np.bool_]

HALVES = np.eye(3) / 2
"""From the middle of a voxel to the middle of its sides."""

ROUNDING = 1e-6


def elongations(labels: Labels, count: int, deep: float) -> NDArray[np.float64]:
    """How many times as long as wide each object is, (count + 1,): axes of the ellipsoid with the same second moments.

    A rod is long, a plate is not: it is as wide as its second axis.

    Parameters
    ----------
    labels : (Z, Y, X), numbers 0 to `count`.
    deep : how many times as deep as wide a voxel is.
    """
    ratios, sides = np.ones(count + 1), np.array([deep, 1.0, 1.0])
    for number, inside in _each(labels, count):
        places = np.argwhere(inside) * sides
        spread = np.cov(places.T, bias=True) + np.diag(OF_A_PIXEL * sides**2)
        _, width, length = np.linalg.eigvalsh(spread)
        ratios[number] = np.sqrt(length / width)
    return ratios


def solidities(labels: Labels, count: int) -> NDArray[np.float64]:
    """Which share of its convex hull each object fills, (count + 1,); 1 where there is none."""
    shares = np.ones(count + 1)
    for number, inside in _each(labels, count):
        own = np.count_nonzero(inside)
        shares[number] = own / (own + _missing(inside))
    return shares


def _each(labels: Labels, count: int) -> Iterator[tuple[int, Mask]]:
    for number, box in enumerate(ndimage.find_objects(labels, count), 1):
        if box is not None:
            yield number, labels[box] == number


def _missing(inside: Mask) -> int:
    """How many voxels lie on the convex hull of an object, or within, and are not of it."""
    from scipy.spatial import ConvexHull  # as in `postprocess`

    ends = _ends(inside)[:, np.newaxis] + np.concatenate([HALVES, -HALVES])  # so that what is flat has a hull, too
    outside = np.argwhere(~inside)
    for *normal, offset in np.unique(ConvexHull(ends.reshape(-1, 3)).equations.round(9), axis=0):
        outside = outside[outside @ np.array(normal) + offset <= ROUNDING]
    return len(outside)


def _ends(inside: Mask) -> NDArray[np.intp]:
    """The lowest and the highest voxel at each place: no others can be on the hull."""
    rows, columns = np.nonzero(inside.any(0))
    lowest, highest = inside.argmax(0), len(inside) - 1 - inside[::-1].argmax(0)
    return np.concatenate([np.stack([ends[rows, columns], rows, columns], 1) for ends in (lowest, highest)])
