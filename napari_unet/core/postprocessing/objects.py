"""Labels of a probability of objects: every cell its own number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.postprocessing.components import components, numbered, within_size
from napari_unet.core.postprocessing.foreground import foreground
from napari_unet.core.postprocessing.shapes import well_shaped
from napari_unet.core.postprocessing.split import split
from napari_unet.core.postprocessing.steps import Steps, up_to
from napari_unet.core.postprocessing.unsaid import cell_plane
from napari_unet.core.settings import PostprocessingSettings


def objects(
    probability: NDArray[np.floating], settings: PostprocessingSettings, steps: Steps
) -> NDArray[np.unsignedinteger]:
    """The connected parts of the foreground, parted where cells touch and rid of those of the wrong size or shape.

    Parameters
    ----------
    probability : (1 or 3, Y, X) float, 0 to 1: the cell alone, or cell, border and distance; see `postprocess`.

    Returns
    -------
    labels : (Y, X) uint16, uint32 above 65535 cells; 0 = background, cells 1, 2, ... in reading order.
    """
    parts, found = steps.do(
        "parts", up_to(settings, "fill_holes"), lambda: components(foreground(cell_plane(probability), settings))
    )
    labels, count = steps.do(
        "cells", up_to(settings, "split"), lambda: split(probability, parts, found, settings, steps)
    )
    return numbered(labels, within_size(labels, count, settings) & well_shaped(labels, count, settings))
