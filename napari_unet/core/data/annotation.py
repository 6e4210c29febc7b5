"""Annotation: what a person painted. The one place that adds or subtracts the 1 between annotation and mask.

annotation   0 = unlabelled, 1 = background, 2, 3, ... = objects (each its own number) or classes
mask, labels 0 = background,               1, 2, ... = objects or classes
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

UNLABELLED = 0
BACKGROUND = 1
FIRST = 2
"""The lowest value of an object or class in an annotation."""


def from_mask(mask: NDArray[np.integer]) -> NDArray[np.integer]:
    """An annotation in which every pixel of `mask` counts (its 0 becomes background).

    Parameters
    ----------
    mask : ([Z,] Y, X) unsigned integers, 0 = background.

    Returns
    -------
    annotation : same shape, uint16, or uint32 when a number above 65534 must fit.
    """
    top = int(mask.max(initial=0)) + 1
    dtype = np.uint16 if top <= 65535 else np.uint32
    annotation: NDArray[np.integer] = np.add(mask, BACKGROUND, dtype=dtype, casting="unsafe")
    return annotation


def to_mask(annotation: NDArray[np.integer]) -> NDArray[np.integer]:
    """The ordinary mask of an annotation: unlabelled and background become 0, objects or classes 1, 2, ...

    Same shape and dtype as `annotation`.
    """
    return np.where(annotation > BACKGROUND, annotation - 1, 0).astype(annotation.dtype)


def completed(annotation: NDArray[np.integer]) -> NDArray[np.integer]:
    """The annotation with its unlabelled pixels made background: what "complete" means."""
    return np.where(annotation == UNLABELLED, annotation.dtype.type(BACKGROUND), annotation)


def with_complete_planes(annotation: NDArray[np.integer], planes: Collection[int]) -> NDArray[np.integer]:
    """The annotation of a stack (..., Y, X) with the unlabelled pixels of some of its planes made background.

    `planes` are counted from 0 in the order in which they are stored. Without any, the annotation itself is returned.
    """
    if not planes:
        return annotation
    made = annotation.copy()
    flat = made.reshape(-1, *made.shape[-2:])
    for plane in planes:
        flat[plane] = completed(flat[plane])
    return made
