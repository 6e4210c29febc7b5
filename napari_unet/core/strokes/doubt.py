"""How far strokes take back what a start found.

Strokes lie where an answer was wrong, so all of them may contradict a start that is right nearly everywhere. But then
they are small beside what it found. Where it found something else, as the nuclei of cells that are wanted whole, they
soon are not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import Kind
from napari_unet.core.strokes.beside import of_classes
from napari_unet.core.strokes.painted import NOTHING, Painted
from napari_unet.core.strokes.trust import UNKNOWN

DOUBTED, DISBELIEVED = 0.03, 0.1
"""A start is doubted from where strokes take back so much of what it found, and wholly from the second on.

In six rounds, strokes took back .004 to .04 where it was right but for a few places, and .12 to .25 where it had found
nuclei of blood cells instead of the cells.
"""

FEWEST = 5
"""What a start found is estimated from pixels spread over a picture; of fewer than so many, nothing follows."""


def doubted(painted: Sequence[Painted], kind: Kind, count: int) -> NDArray[np.float32]:
    """How far the starts of these pictures are doubted, class by class: (K,) float32, 0..1; 0 where none was asked."""
    parts = [part for one in painted if (part := _taken(one, kind, count)) is not None]
    if not parts:
        return np.zeros(count, np.float32)
    against, found = np.sum(parts, axis=0)
    doubt = (against / found - DOUBTED) / (DISBELIEVED - DOUBTED)
    return np.asarray(doubt.clip(0, 1), np.float32)


def _taken(one: Painted, kind: Kind, count: int) -> NDArray[np.float64] | None:
    """(2, K), pixels: of how many more do strokes speak against the start than for what it found; and what it found."""
    told, around = (of_classes(one.start, said, kind, count) for said in (one.said, one.around.said))
    if told is None or around is None:
        return None
    kept = np.bincount(one.values, minlength=one.count)
    weights = np.bincount(one.classes[one.classes != NOTHING], minlength=one.count) / np.maximum(kept, 1)
    found = np.maximum((around > UNKNOWN).sum(1), FEWEST) * one.classes.size / around.shape[1]
    return np.stack([_against(told, one.values) @ weights[one.values], found])


def _against(told: NDArray[np.float32], values: NDArray[np.intp]) -> NDArray[np.intp]:
    """(K, N): 1 where strokes say otherwise than a start, -1 where they say as it does of what it found, else 0."""
    this, says, denies = np.arange(len(told))[:, np.newaxis] == values, told > UNKNOWN, told < UNKNOWN
    return np.asarray((denies & this).astype(np.intp) + (says & ~this) - (says & this))
