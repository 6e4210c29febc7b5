"""From probability to labels: the way in, for either kind of project."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import MaskError
from napari_unet.core.postprocessing.stacks import FLAT, clean_stack, in_time, joined
from napari_unet.core.postprocessing.steps import Steps
from napari_unet.core.postprocessing.unsaid import HEARD
from napari_unet.core.settings import Kind, PostprocessingSettings
from napari_unet.core.stopping import Stop, never

ALONE, OBJECTS = 1, HEARD
"""How many planes a probability of objects may have: the cell alone, or cell, border and distance. Behind these three
there may be one for each class of objects, from two on.
"""

AFRESH = Steps()


def postprocess(
    probability: NDArray[np.floating],
    kind: Kind,
    settings: PostprocessingSettings,
    axes: str = "",
    stop: Stop = never,
    kept: Steps = AFRESH,
) -> NDArray[np.unsignedinteger]:
    """Turn what the network says into labels.

    Parameters
    ----------
    probability : (K, [T,] [Z,] Y, X) float, 0 to 1; of a stack, each plane is cleaned up by itself. Objects: cell,
        border between touching cells, distance to the edge scaled to 1 per cell, then one plane per class of objects
        (see `object_classes`) or none; or the cell alone. Regions: background and then one plane per class.
    kind : "objects" gives every cell its own number, "regions" gives every pixel the number of its class.
    settings : the clean-up; its steps run in the order of its fields.
    axes : of a stack, the letters of its labels: ZYX, TYX or TZYX. Left out, three are ZYX.
    stop : of a stack, asked before each plane, or object of a volume; when it says yes, what is returned is not
        finished.
    kept : what is kept between calls with one and the same probability of objects, (K, Y, X), a `Kept` of its own.

    Returns
    -------
    labels : ([T,] [Z,] Y, X) uint16, uint32 when there are more than 65535 cells. 0 is background. Cells are
        numbered without gaps, in reading order of their first pixel; classes keep their numbers.

    Raises
    ------
    MaskError : the array has the wrong number of axes or planes.
    """
    _check(probability, kind)
    # SciPy and scikit-image take 0.3 s to import: a window that opens need not wait for them.
    from napari_unet.core.postprocessing.objects import objects
    from napari_unet.core.postprocessing.regions import regions

    probability = probability[:OBJECTS] if kind == "objects" else probability
    if probability.ndim == FLAT + 1:
        return regions(probability, settings) if kind == "regions" else objects(probability, settings, kept)
    axes = axes or "TZYX"[1 - probability.ndim :]
    if kind == "objects" and settings.volume and "Z" in axes:
        from napari_unet.core.postprocessing.volumes import clean_volume

        return in_time(probability, axes, settings, partial(clean_volume, stop=stop), stop)
    clean = regions if kind == "regions" else partial(objects, steps=AFRESH)
    labels = clean_stack(probability, kind, settings, clean, stop)
    return labels if kind == "regions" or stop() else joined(labels, axes, settings)


def _check(probability: NDArray[np.floating], kind: Kind) -> None:
    shape = " x ".join(str(side) for side in probability.shape)
    if probability.ndim not in (FLAT + 1, FLAT + 2, FLAT + 3):
        needed = "It needs three: what is found, Y and X; of a stack also Z, T or both."
        raise MaskError(f"The probability has {probability.ndim} axes ({shape}).", needed)
    planes = probability.shape[0]
    if kind == "objects" and planes not in (ALONE, OBJECTS) and planes < OBJECTS + 2:
        raise MaskError(
            f"The probability has {planes} planes ({shape}).",
            "Objects need three (cell, border, distance) and one more for each of their classes, or one (cell).",
            "Segment the picture again with a model of this project.",
        )
    if kind == "regions" and planes < 2:
        raise MaskError(
            f"The probability has {planes} plane ({shape}).",
            "Regions need the background and at least one class.",
            "Segment the picture again with a model of this project.",
        )
