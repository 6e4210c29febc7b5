"""A simulated annotator: paints where the answer is wrong, as a person would, and sees how much better it gets.

One picture at a time, the learner new on each. Round 0: what it says before the first stroke. Then, round by round, the
annotator looks at the answer, finds the largest missed and the largest falsely found piece, and paints a stroke of 3
pixels' width along the middle of each, at most LENGTH pixels long. The first strokes are one in the largest object and
one in the background beside it. The score is the overlap (IoU) of everything found with everything true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.draw import line
from skimage.measure import label
from skimage.morphology import dilation, disk, skeletonize

LENGTH = 24
NEAR = 12
"""The first background stroke is within so many pixels of an object, where it matters."""

FEWEST = 5
"""A piece that leaves room for fewer painted pixels is not worth a stroke."""

BACKGROUND, FOREGROUND = 1, 2

Mask = NDArray[np.bool_]
Strokes = NDArray[np.uint8]
Image = NDArray[np.generic]


class Learner(Protocol):
    """Whatever learns from strokes."""

    def start(self, image: Image) -> Mask | None:
        """What it finds before the first stroke; None when it knows nothing."""

    def update(self, image: Image, strokes: Strokes) -> None:
        """Learn; strokes are 0 unlabelled, 1 background, 2 foreground."""

    def find(self, image: Image) -> Mask:
        """What it finds."""


@dataclass(frozen=True)
class Round:
    """How good the answer was, and how long it took from the strokes to it."""

    score: float
    seconds: float


def session(learner: Learner, image: Image, truth: Mask, rounds: int) -> list[Round]:
    """One picture from nothing: round 0, then one round for each set of corrections."""
    strokes = np.zeros(truth.shape, np.uint8)
    begun = learner.start(image)
    found = np.zeros(truth.shape, bool) if begun is None else begun
    told = [Round(0.0 if begun is None else overlap(found, truth), 0.0)]
    for number in range(rounds):
        strokes = corrected(strokes, found, truth) if number or found.any() else first(truth)
        if not number:
            strokes = _both(strokes, truth)
        before = perf_counter()
        learner.update(image, strokes)
        found = learner.find(image)
        told.append(Round(overlap(found, truth), perf_counter() - before))
    return told


def first(truth: Mask, length: int = LENGTH) -> Strokes:
    """One stroke in the largest object, and one in the background beside an object."""
    strokes = np.zeros(truth.shape, np.uint8)
    strokes[stroke_in(truth, length)] = FOREGROUND
    near = ~truth & (ndimage.distance_transform_edt(~truth) < NEAR)
    strokes[stroke_in(near if near.any() else ~truth, length)] = BACKGROUND
    return strokes


def corrected(strokes: Strokes, found: Mask, truth: Mask, length: int = LENGTH) -> Strokes:
    """The strokes with one more in the largest piece that was missed, and in the largest that was falsely found."""
    more = strokes.copy()
    for wrong, value in ((truth & ~found, FOREGROUND), (~truth & found, BACKGROUND)):
        stroke = stroke_in(wrong & (more == 0), length)
        if stroke.sum() >= FEWEST:
            more[stroke] = value
    return more


def overlap(found: Mask, truth: Mask) -> float:
    """Intersection over union."""
    return float((found & truth).sum() / max(1, (found | truth).sum()))


def stroke_in(region: Mask, length: int = LENGTH) -> Mask:
    """A stroke in the largest piece of a region, through its deepest place; at most `length` pixels long."""
    stroke = np.zeros(region.shape, bool)
    if not region.any():
        return stroke
    pieces = label(region, connectivity=1)
    sizes = np.bincount(pieces.ravel())
    piece = pieces == 1 + int(sizes[1:].argmax())
    depth = ndimage.distance_transform_edt(np.pad(piece, 1))[1:-1, 1:-1]
    centre = np.array(np.unravel_index(depth.argmax(), depth.shape))
    for end in _ends(piece, centre, length):
        stroke[line(*centre, *end)] = True
    stroke[tuple(centre)] = True
    return np.asarray(dilation(stroke, disk(1)) & piece)


def _ends(piece: Mask, centre: NDArray[np.intp], length: int) -> Iterator[NDArray[np.intp]]:
    """Where the stroke ends: as far along the middle line as it may go, and as far the other way."""
    middle = np.argwhere(skeletonize(piece))
    away = np.hypot(*(middle - centre).T) if len(middle) else np.zeros(0)
    middle, away = middle[away <= length / 2], away[away <= length / 2]
    if len(middle):
        end = middle[away.argmax()]
        yield end
        yield np.clip(2 * centre - end, 0, np.array(piece.shape) - 1)


def _both(strokes: Strokes, truth: Mask) -> Strokes:
    """The first strokes must show both, whatever was wrong."""
    usual = first(truth)
    for value in (FOREGROUND, BACKGROUND):
        if not (strokes == value).any():
            strokes[usual == value] = value
    return strokes
