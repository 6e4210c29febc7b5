"""Where labels and the truth agree, as a picture to lay over another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.metrics.evaluate import check_comparable
from napari_unet.core.settings import Kind

HIT, MISS, FALSE = 1, 2, 3


def confusion(labels: NDArray[np.integer], truth: NDArray[np.integer], kind: Kind) -> NDArray[np.uint8]:
    """Every pixel's verdict: 0 nothing there, 1 hit, 2 miss, 3 false.

    Objects: a pixel is a hit where its object was found, that is, where the found and the true object overlap with an
    IoU above 0.5, the same rule by which scores count. So an object that was not found is missed all over, also where
    another one, or one that joins two, lies on it. Any other pixel of a true object is a miss; any other pixel of a
    found object is false. Regions: a hit where the class is right, a miss where another class or background was found
    instead of a class, false where a class was found on background.

    Parameters
    ----------
    labels, truth : ([Z,] Y, X) integers of one shape, as for `evaluate`.
    kind : what the numbers mean.

    Returns
    -------
    verdict : uint8 of that shape.

    Raises
    ------
    MaskError : the two are not of one size, or not made of whole numbers.
    """
    check_comparable(labels, truth)
    hit = _found(labels, truth) if kind == "objects" else (truth > 0) & (labels == truth)
    verdict: NDArray[np.uint8] = np.select([hit, truth > 0, labels > 0], [HIT, MISS, FALSE]).astype(np.uint8)
    return verdict


def _found(labels: NDArray[np.integer], truth: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Where a true object and the one that was found for it overlap."""
    both = (labels > 0) & (truth > 0)
    sizes = [
        dict(zip(*(part.tolist() for part in np.unique(one, return_counts=True)), strict=True))
        for one in (labels, truth)
    ]
    pairs, place, shared = np.unique(
        np.stack([labels[both].astype(np.int64), truth[both].astype(np.int64)]),
        axis=1, return_inverse=True, return_counts=True,
    )  # fmt: skip
    joined = [sizes[0][found] + sizes[1][true] for found, true in pairs.T.tolist()] - shared
    found = np.zeros(labels.shape, bool)
    found[both] = (2 * shared > joined)[place.ravel()] if len(shared) else False
    return found
