"""Taking away uneven light and out-of-focus haze."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.preprocessing.scaling import resized

REDUCED = 5.0
"""The picture is made small until the radius has about so many pixels: what is smooth needs no more."""

SEEN = (1, 50, 99)
"""Percentiles that tell whether the bright or the dark pixels are the rare ones."""


def without_background(plane: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """The plane less what is smoother than `radius` pixels, which should be larger than the largest object.

    A grey opening by a disc, on a reduced picture, smoothed: the flat kin of the rolling ball (Sternberg 1983,
    https://doi.org/10.1109/MC.1983.1654163). Where dark things lie on a bright ground, the same is done upside down.
    Brightness stays in its own units, with the ground about 0.

    Parameters
    ----------
    plane : (Y, X) float32.
    """
    factor = max(1.0, radius / REDUCED)
    small = resized(plane[np.newaxis], tuple(max(1, round(side / factor)) for side in plane.shape))[0]
    # A wide margin, gone on with at its slope: at the edge of a picture the light does not turn.
    margin = int(np.ceil(2 * radius / factor))
    padded = np.pad(small, margin, "reflect", reflect_type="odd") if min(small.shape) > 1 else small
    sign = -1 if _is_dark(small, radius / factor) else 1
    opened = sign * ndimage.grey_opening(sign * padded, footprint=disc(radius / factor))
    smooth = ndimage.gaussian_filter(opened, radius / factor / 2)
    inside = tuple(
        slice((side - own) // 2, (side + own) // 2) for side, own in zip(smooth.shape, small.shape, strict=True)
    )
    ground: NDArray[np.float32] = resized(smooth[inside][np.newaxis].astype(np.float32), plane.shape)[0]
    return plane - ground


def disc(radius: float) -> NDArray[np.bool_]:
    """A disc of at least one pixel around the middle one."""
    reach = max(1, round(radius))
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(rows**2 + columns**2 <= max(1.0, radius) ** 2)


def _is_dark(plane: NDArray[np.float32], radius: float) -> bool:
    """Whether what stands out from its surroundings is dark."""
    low, middle, high = np.percentile(plane - ndimage.gaussian_filter(plane, 2 * radius), SEEN)
    return bool(middle - low > high - middle)
