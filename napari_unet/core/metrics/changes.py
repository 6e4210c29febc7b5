"""What became of objects when settings changed: which appeared, which vanished, which have another outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.runs import overlaps, sizes

SAME = 0.5
"""Objects that overlap (IoU) by more than this are the same one; no object can so overlap two."""


@dataclass(frozen=True)
class Changes:
    """How many objects appeared, vanished, and stayed with another outline."""

    appeared: int
    vanished: int
    reshaped: int


def changes(before: NDArray[np.integer], after: NDArray[np.integer]) -> Changes:
    """Compare two labellings of a picture, of equal shape, 0 = background; numbers need not agree."""
    areas, others = sizes(before), sizes(after)
    old, new, shared = overlaps(before, after)
    both = (old > 0) & (new > 0)
    old, new, shared = old[both], new[both], shared[both]
    union = areas[old] + others[new] - shared
    same = shared > SAME * union
    kept = int(np.count_nonzero(same))
    return Changes(
        appeared=int(np.count_nonzero(others[1:])) - kept,
        vanished=int(np.count_nonzero(areas[1:])) - kept,
        reshaped=int(np.count_nonzero(same & (shared < union))),
    )
