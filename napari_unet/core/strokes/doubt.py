"""How far strokes say that a start looks for something else.

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

MISSED, FALSE = (0.015, 0.05), (0.03, 0.1)
"""A start is doubted from where strokes say of so much that it missed it, counted by what it found, and wholly from the
second on; and the same of what it falsely found, and the two are added. What strokes confirm is taken off first.

Of blood cells whose nuclei alone it had found, strokes of the first round lay in 0.022 to 0.045 of what it missed, and
where it was right but for a few places in 0.003 to 0.023. Strokes in what is false tell less: in planes of volumes they
were 0.015 to 0.067 of a start that is hard to better.
"""

PART = 0.25
"""Of an object that is filled in, so much counts: whoever fills what was missed says no more than by a stroke in it."""

FEWEST = 5
"""What a start found is estimated from pixels spread over a picture; of fewer than so many, nothing follows."""


def doubted(painted: Sequence[Painted], kind: Kind, count: int) -> NDArray[np.float32]:
    """How far the starts of these pictures are doubted, class by class: (K,) float32, 0..1; 0 where none was asked."""
    parts = [part for one in painted if (part := _said_of(one, kind, count)) is not None]
    if not parts:
        return np.zeros(count, np.float32)
    missed, false, confirmed, found = np.sum(parts, axis=0)
    unsaid, spare = (missed - confirmed).clip(0), (confirmed - missed).clip(0)
    doubt = _from_to(unsaid / found, MISSED) + _from_to((false - spare) / found, FALSE)
    return np.asarray(doubt.clip(0, 1), np.float32)


def _from_to(share: NDArray[np.float64], ends: tuple[float, float]) -> NDArray[np.float64]:
    """0 up to the first of the ends, 1 from the second on."""
    return np.asarray(((share - ends[0]) / (ends[1] - ends[0])).clip(0, 1))


def _said_of(one: Painted, kind: Kind, count: int) -> NDArray[np.float64] | None:
    """(4, K), pixels: strokes in what a start missed, in what it falsely and rightly found; and what it found."""
    told, around = (of_classes(one.start, said, kind, count) for said in (one.said, one.around.said))
    if told is None or around is None:
        return None
    kept = np.bincount(one.values, minlength=one.count)
    weights = np.bincount(one.classes[one.classes != NOTHING], minlength=one.count) / np.maximum(kept, 1)
    found = np.maximum((around > UNKNOWN).sum(1), FEWEST) * one.classes.size / around.shape[1]
    this, says, denies = np.arange(len(told))[:, np.newaxis] == one.values, told > UNKNOWN, told < UNKNOWN
    pixels = _lessened(weights[one.values], one)
    return np.stack([*(where @ pixels for where in (denies & this, says & ~this, says & this)), found])


def _lessened(pixels: NDArray[np.float64], one: Painted) -> NDArray[np.float64]:
    """How much each painted pixel counts: a stroke at most as PART of an object that was found, or PART of itself."""
    if not one.around.size:
        return pixels
    areas = np.bincount(one.strokes, pixels)[one.strokes]
    return np.asarray(pixels * (PART * one.around.size / areas).clip(PART, 1))
