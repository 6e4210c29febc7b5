"""Classes of objects while strokes are followed: a forest on objects whose class is known, beside what the start says.

A pixel classifier like the guide, asked only where an object may be; which class an object has is then decided over all
of its pixels, as with a trained network (`core.postprocessing.object_classes`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.parting import with_depth
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import classes_said_by
from napari_unet.core.strokes.taught import Taught
from napari_unet.core.strokes.windows import Window

Planes = NDArray[np.float32]

MAYBE = 0.25
"""Where an object is less probable than this, nobody is asked for its class."""


def with_classes(cells: Planes, classes: Planes | None) -> Planes:
    """What is known of objects, and of their classes, as `postprocess` and `object_classes` take it.

    Parameters
    ----------
    cells : (1 or 3, y, x), the cell alone, or with border and distance.
    classes : (N, y, x), how probable each class is, or None.

    Returns
    -------
    planes : (3 + N, y, x); without classes the cells as they are.
    """
    if classes is None:
        return cells
    return np.concatenate([cells if len(cells) > 1 else with_depth(cells), classes])


def classes_told(cell: Planes, taught: Taught | None, start: str | None, seen: Seen, window: Window) -> Planes | None:
    """How probable each class of objects is in a window, (N, y, x); None where nobody knows of two.

    Parameters
    ----------
    cell : (y, x), how probable an object is.
    """
    theirs = None if start is None else classes_said_by(start, seen, window)
    if taught is None or taught.sorter is None:
        return theirs
    mine = _asked(taught.sorter, cell, taught.features(seen, window))
    return mine if theirs is None or len(theirs) != len(mine) else np.float32(0.5) * (mine + theirs)


def _asked(sorter: Guide, cell: Planes, features: NDArray[np.floating]) -> Planes:
    told, there = np.full((sorter.count, *cell.shape), np.float32(1 / sorter.count)), cell > MAYBE
    if there.any():
        told[:, there] = sorter.ask(features[there])
    return told
