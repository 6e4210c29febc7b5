"""Run lengths as COCO writes them: down each column, background first; as a list of numbers or packed into letters.

Source of the packing: pycocotools, common/maskApi.c, rleToString.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.importing.outline import Patch, Spend

Runs = NDArray[np.int64]

MOST_LETTERS = 12
"""Letters of 5 bits that a number may have: with more it would not fit into 64 bits."""


def patch_of_runs(counts: object, shape: tuple[int, int], spend: Spend) -> Patch | None:
    """The pixels of an object.

    Parameters
    ----------
    counts : numbers of pixels, background and object in turn; a list, or packed into a str or bytes.
    shape : (Y, X) of the picture.

    Returns
    -------
    patch : all rows of the columns in which the object lies; None when it has no pixel.

    Raises
    ------
    ValueError : these are no run lengths, or those of a picture of another size.
    """
    runs = _unpacked(counts) if isinstance(counts, str | bytes) else _numbers(counts)
    size = shape[0] * shape[1]
    if (runs < 0).any() or (runs > size).any() or int(runs.sum()) != size:
        raise ValueError(f"the run lengths of an object do not add up to a picture of {shape[0]} x {shape[1]}")
    ends = np.cumsum(runs)
    starts = ends - runs
    full = runs[1::2] > 0
    starts, ends = starts[1::2][full], ends[1::2][full]
    return _patch(starts, ends, shape[0], spend) if len(starts) else None


def _patch(starts: Runs, ends: Runs, height: int, spend: Spend) -> Patch:
    first, last = int(starts[0]) // height, int(ends[-1] - 1) // height
    size = (last - first + 1) * height
    spend(size)
    turns = np.zeros(size + 1, np.int8)
    np.add.at(turns, starts - first * height, np.int8(1))
    np.add.at(turns, ends - first * height, np.int8(-1))
    inside = np.cumsum(turns[:-1], dtype=np.int8).astype(bool)
    return Patch(0, first, inside.reshape(-1, height).T)


def _numbers(counts: object) -> Runs:
    runs = np.asarray(counts)
    if runs.ndim != 1 or not runs.size or runs.dtype.kind not in "iu":
        raise ValueError("the run lengths of an object are no list of whole numbers")
    return runs.astype(np.int64)


def _unpacked(letters: str | bytes) -> Runs:
    """Each letter holds 5 bits, low ones first, and whether more follow; from the fourth number on, differences."""
    raw = letters.encode("ascii") if isinstance(letters, str) else letters
    codes = np.frombuffer(raw, np.uint8).astype(np.int64) - 48
    last = (codes & 0x20) == 0
    if not len(codes) or (codes < 0).any() or (codes > 63).any() or not last[-1]:
        raise ValueError("the packed run lengths of an object are damaged")
    ends = np.flatnonzero(last)
    starts = np.concatenate([[0], ends[:-1] + 1])
    if (ends - starts).max() >= MOST_LETTERS:
        raise ValueError("the packed run lengths of an object hold a number that is too large")
    place = np.arange(len(codes)) - np.repeat(starts, ends - starts + 1)
    numbers = np.add.reduceat((codes & 0x1F) << (5 * place), starts)
    negative = (codes[ends] & 0x10) != 0
    numbers[negative] -= np.int64(1) << (5 * (place[ends[negative]] + 1))
    numbers[1::2], numbers[2::2] = np.cumsum(numbers[1::2]), np.cumsum(numbers[2::2])
    return numbers
