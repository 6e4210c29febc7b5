"""Which found object is which true object.

An object whose IoU with a true one is above one half is the only one of which that can be said, so at thresholds of 0.5
and more matching needs no search: every pair above the threshold is a match.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Matches:
    """Every pair of a found and a true object that share pixels, and how many objects there are of each.

    `shared` and `joined` hold, per pair, the pixels in both and in either: int64 arrays of equal length.
    """

    found: int
    true: int
    shared: NDArray[np.int64]
    joined: NDArray[np.int64]

    def above(self, twentieths: int) -> NDArray[np.bool_]:
        """Which pairs have an IoU above `twentieths` / 20. Exact: compares whole numbers."""
        above: NDArray[np.bool_] = self.shared * 20 > self.joined * twentieths
        return above

    def overlaps(self) -> NDArray[np.float64]:
        """The IoU of every pair."""
        ratios: NDArray[np.float64] = self.shared / self.joined
        return ratios


def match(labels: NDArray[np.integer], truth: NDArray[np.integer]) -> Matches:
    """Pair the objects of two label pictures of one shape. Time grows with pixels, not with pairs of objects."""
    from scipy import sparse  # 0.2 s that a window which only opens need not wait for

    found, true = _compact(labels), _compact(truth)
    found_sizes, true_sizes = np.bincount(found), np.bincount(true)
    both = (found > 0) & (true > 0)
    pixels = np.ones(np.count_nonzero(both), np.int64)
    shape = (len(found_sizes), len(true_sizes))
    table = sparse.coo_array((pixels, (found[both], true[both])), shape=shape).tocsr().tocoo()
    shared = table.data
    joined = found_sizes[table.coords[0]] + true_sizes[table.coords[1]] - shared
    return Matches(_objects(found_sizes), _objects(true_sizes), shared, joined)


def _objects(sizes: NDArray[np.integer]) -> int:
    """How many numbers but 0 occur, from how often each does."""
    return int(np.count_nonzero(sizes[1:]))


def _compact(labels: NDArray[np.integer]) -> NDArray[np.integer]:
    """The labels as a row of numbers small enough to count by; a mask may hold 1 and 4,000,000,000."""
    flat = labels.ravel()
    if flat.max(initial=0) <= max(flat.size, 65535):
        return flat
    values, numbers = np.unique(np.append(flat, 0), return_inverse=True)
    del values  # sorted, so 0 keeps the number 0
    return numbers[:-1]
