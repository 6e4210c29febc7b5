"""How far strokes say that a start looks for something else.

Strokes lie where an answer was wrong, so all of them may contradict a start that is right nearly everywhere. But then
they are small beside what it found. Where it found something else, as the nuclei of cells that are wanted whole, they
soon are not.

Where a start finds little, strokes in a few of its mistakes are as large. Then it was not as sure of them as of the
rest, and a plain forest on such strokes alone says the opposite of it all over the picture: it is not doubted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import Kind
from napari_unet.core.strokes.beside import of_classes
from napari_unet.core.strokes.evidence import contradicted, foresight, likeness
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import NOTHING, Painted
from napari_unet.core.strokes.trust import BOTH, UNKNOWN

MISSED, FALSE = (0.015, 0.05), (0.03, 0.1)
"""A start is doubted from where strokes say of so much that it missed it, counted by what it found, and wholly from the
second on; and the same of what it falsely found, and the two are added. What strokes confirm is taken off first.

Of blood cells whose nuclei alone it had found, strokes of the first round lay in 0.022 to 0.045 of what it missed, and
where it was right but for a few places in 0.003 to 0.023. Strokes in what is false tell less: in planes of volumes they
were 0.015 to 0.067 of a start that is hard to better.
"""

PART = 0.25
"""Of an object that is filled in, so much counts: whoever fills what was missed says no more than by a stroke in it."""

ALIKE, AGAINST = (0.0, 0.4), (0.45, 0.65)
"""Doubt is borne out where a plain forest and the start say the same of pixels beside the strokes, from no correlation
on, and wholly from the second; or where strokes contradict the start nearly as surely as it usually speaks. In planes
of volumes, where starts were doubted wrongly, it was 0.56 as sure at most; where all that it takes for background was
wanted, 0.7 to 1.5.
"""

FORESEEN, UNLIKE, WRONG = (0.65, 0.8), (-0.2, 0.1), (0.0, 0.15)
"""A plain forest knows better as far as it foresees strokes that a start got wrong, and does not say the opposite of it
all over the picture: by the probability of classes of strokes left out, the correlation with the start, and how surely
strokes contradict it. On 240 states of strokes on seven sets hearing it then makes no difference, and on spots,
filaments, letters and photographs, where starts are of little use, it gains 0.04 to 0.15. The guide stays hidden.
"""

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


def borne_out(
    painted: Sequence[Painted], light: Light, plain: Callable[[], Guide], kind: Kind, count: int
) -> NDArray[np.float32]:
    """How far to doubt the starts of these pictures, class by class: (K,) float32, 0..1.

    Parameters
    ----------
    light : in which a plain forest is shown pictures.
    plain : gives one that knows all strokes.
    """
    doubt = doubted(painted, kind, count)
    if not doubt.any() or count > BOTH:
        return doubt
    alike, against = likeness(painted, light, plain(), kind, count), contradicted(painted, kind, count)
    return np.asarray(doubt * np.maximum(_from_to(alike, ALIKE), _from_to(against, AGAINST)), np.float32)


def bettered(
    painted: Sequence[Painted], light: Light, plain: Callable[[], Guide], kind: Kind, count: int
) -> NDArray[np.float32]:
    """How far a plain forest knows better than the starts of these pictures, likewise."""
    wrong = _from_to(contradicted(painted, kind, count), WRONG)
    known = _from_to(foresight(painted, light, count), FORESEEN) if wrong else wrong
    if not known:
        return np.zeros(count, np.float32)
    alike = likeness(painted, light, plain(), kind, count)
    return np.asarray(wrong * known * _from_to(alike, UNLIKE), np.float32)


def _from_to(share: NDArray[np.floating] | float, ends: tuple[float, float]) -> NDArray[np.floating]:
    """0 up to the first of the ends, 1 from the second on."""
    return np.clip((np.asarray(share) - ends[0]) / (ends[1] - ends[0]), 0, 1)


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
