"""Where labels and the truth agree, as a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import Kind

HIT, MISS, FALSE = 1, 2, 3


def confusion(labels: NDArray[np.integer], truth: NDArray[np.integer], kind: Kind) -> NDArray[np.uint8]:
    """Every pixel's verdict: 0 nothing, 1 hit, 2 miss, 3 false."""
    same = (labels > 0) == (truth > 0) if kind == "objects" else labels == truth
    verdict = np.where(same, HIT, np.where(labels > 0, FALSE, MISS))
    return np.where((labels > 0) | (truth > 0), verdict, 0).astype(np.uint8)
