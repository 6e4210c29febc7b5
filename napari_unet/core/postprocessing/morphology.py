"""Opening and closing by a disc."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.morphology import closing, disk, opening


def opened(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """The parts of the mask (Y, X) in which a disc of `radius` pixels fits. Outside the picture does not count."""
    if radius == 0:
        return mask
    result: NDArray[np.bool_] = opening(mask, disk(radius, decomposition=None))
    return result


def closed(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """The mask (Y, X) with every gap closed in which no disc of `radius` pixels fits."""
    if radius == 0:
        return mask
    result: NDArray[np.bool_] = closing(mask, disk(radius, decomposition=None))
    return result
