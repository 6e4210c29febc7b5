"""Labels of a volume: cells parted in 3-D, by a watershed from the places that lie deepest inside (Meyer, 1994)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.postprocessing.components import numbered, within_size
from napari_unet.core.postprocessing.foreground import foreground
from napari_unet.core.postprocessing.solids import elongations, solidities
from napari_unet.core.postprocessing.unsaid import cell_plane, zero_where_unsaid
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.stopping import Stop, never

BLUR = 1.0
"""Of the relief, in pixels: a peak one pixel wide is noise."""

LEAST_DEPTH = 1e-3
"""How deep a neck is at least, whatever the setting: below it there is only rounding."""


def clean_volume(
    probability: NDArray[np.floating], settings: PostprocessingSettings, stop: Stop = never
) -> NDArray[np.unsignedinteger]:
    """The connected parts of the foreground of a volume, parted where cells touch, without those of the wrong size.

    Parameters
    ----------
    probability : (1 or 3, Z, Y, X) float, 0 to 1; see `postprocess`. Depth inside a cell is measured in the mask, not
        taken from the network: planes that were painted one by one teach no depth in 3-D.
    stop : asked before each connected part is parted; when it says yes, what is returned is not finished.

    Returns
    -------
    labels : (Z, Y, X) uint16, uint32 above 65535 cells; 0 = background. Sizes count in voxels.
    """
    inside = np.stack([foreground(cell_plane(plane), settings) for plane in np.moveaxis(probability, 1, 0)])
    labels, count = ndimage.label(inside)
    if settings.split and count:
        labels, count = _parted(probability, labels, count, settings, stop)
    return numbered(labels, within_size(labels, count, settings) & _kept(labels, count, settings))


def _parted(
    probability: NDArray[np.floating],
    labels: NDArray[np.int32],
    count: int,
    settings: PostprocessingSettings,
    stop: Stop,
) -> tuple[NDArray[np.int32], int]:
    """Each connected part divided among its peaks, those that a neck of `1 - split` of its depth parts from others."""
    from skimage.morphology import h_maxima
    from skimage.segmentation import watershed

    parts, top = labels.copy(), count
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if stop():
            break
        if box is None:
            continue
        own = labels[box] == number
        border = None if len(probability) == 1 else np.asarray(probability[(1, *box)], np.float32)
        relief = _relief(own, border, settings.voxel_depth)
        seeds, peaks = ndimage.label(h_maxima(relief, max(1 - settings.split, LEAST_DEPTH)) * own)
        if peaks > 1:
            divided = watershed(-relief, seeds, mask=own)
            parts[box][own] = np.where(divided[own] == 1, number, divided[own] + top - 1)
            top += peaks - 1
    return parts, top


def _relief(own: NDArray[np.bool_], border: NDArray[np.float32] | None, deep: float) -> NDArray[np.float32]:
    """How deep inside a part each voxel lies, 1 at its deepest place; less where the network sees a border."""
    beyond = np.pad(own, 1)  # the box's edge is one of the part's, as is the volume's
    depth = ndimage.distance_transform_edt(beyond, (deep, 1, 1))[1:-1, 1:-1, 1:-1].astype(np.float32)
    if border is not None:
        depth *= zero_where_unsaid(1 - border)
    blur = ndimage.gaussian_filter(depth, (BLUR / max(deep, 1), BLUR, BLUR))
    relief: NDArray[np.float32] = blur / max(float(blur.max()), LEAST_DEPTH)
    return relief


def _kept(labels: NDArray[np.int32], count: int, settings: PostprocessingSettings) -> NDArray[np.bool_]:
    """Which numbers are kept: those that touch no edge of the planes, unless these are wanted, and are well shaped."""
    keep = np.ones(count + 1, np.bool_)
    if not settings.keep_cut:
        for edge in (labels[:, 0], labels[:, -1], labels[:, :, 0], labels[:, :, -1]):
            keep[np.unique(edge)] = False
    if settings.longest:
        keep &= elongations(labels, count, settings.voxel_depth) <= settings.longest
    if settings.solidity:
        keep &= solidities(labels, count) >= settings.solidity
    return keep
