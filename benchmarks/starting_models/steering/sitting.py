"""One sitting: an annotator paints on pieces of one kind, and at each moment it is noted what is known of a piece.

Like a person's, the strokes lie where the answer on show was wrong: before the first one, that of the starting model;
later, that of the network itself as it was taught so far (learning from the states one's own answers lead to: Ross,
Gordon, Bagnell 2011, https://arxiv.org/abs/1011.0686), or of a forest. So they say the worst of whoever answered, and
the network has to learn how much of it to believe.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.annotator import BACKGROUND, FOREGROUND, Mask, Strokes, corrected, first, stroke_in
from benchmarks.starting_models.steering.pieces import Chance, Pieces
from benchmarks.starting_models.steering.sheets import Moment, Sheet
from napari_unet.core.model import Network
from napari_unet.core.strokes.lesson import BEFORE, Lesson, learned
from napari_unet.core.strokes.sides import Sides
from napari_unet.core.strokes.trust import BOTH

LENGTHS = (14, 40)
"""Strokes are of so many pixels' length: people differ."""

ROUNDS = (2, 8)
SPREAD = 0.3
"""Share of sittings in which a few strokes lie on each of several pieces."""

ELSEWHERE = 0.3
"""Share of rounds of the others after which it is also asked what is now known of another piece."""

FROM_START = 0.7
"""Share of sittings in which the first strokes correct the starting model; else they show one of each."""

OWN = 0.8
"""Share of sittings in which the network's own answers are corrected, where there is one to answer."""

Plane = NDArray[np.float32]


def sitting(pieces: Pieces, rng: Chance, network: Network | None) -> Iterator[Moment]:
    """All moments of one; with a steered network, its own answers are corrected now and then."""
    length = int(rng.integers(*LENGTHS))
    if rng.random() < SPREAD and len(pieces) > BOTH:
        yield from _spread([Sheet(piece, rng) for piece in pieces], length, rng)
    else:
        own = network if rng.random() < OWN else None
        yield from _alone(Sheet(pieces[0], rng), Sheet(pieces[1], rng), length, rng, own)


def _alone(here: Sheet, there: Sheet, length: int, rng: Chance, network: Network | None) -> Iterator[Moment]:
    """Round after round on one piece; now and then it is asked what is now known of the other."""
    here.strokes = _begun(here, length, rng)
    leaning, smooth = rng.choice([0.0, 0.5, 1.0]), rng.uniform(0, 1.5)
    sides = BEFORE
    for _ in range(int(rng.integers(*ROUNDS))):
        lesson = lesson_of([here], sides)
        if not lesson.taught:
            return
        now, sides = here.moment(lesson), lesson.sides
        yield now
        if rng.random() < ELSEWHERE:
            yield there.moment(lesson)
        forests = ndimage.gaussian_filter((1 - leaning) * now.guide + leaning * now.anchored, smooth)
        seen = now.answer(network) if network else forests
        here.strokes = corrected(here.strokes, seen > 0.5, here.truth, length)


def _spread(sheets: list[Sheet], length: int, rng: Chance) -> Iterator[Moment]:
    """A few strokes on each but the last; then what is known of the last, and of one that was painted on."""
    *taught, there = sheets
    for sheet in taught:
        sheet.strokes = _plain(sheet.truth, length, rng)
        for _ in range(int(rng.integers(0, 2))):
            sheet.strokes = corrected(sheet.strokes, sheet.strokes == FOREGROUND, sheet.truth, length)
    lesson = lesson_of(taught)
    if lesson.taught:
        yield there.moment(lesson)
        there.strokes = _plain(there.truth, length, rng)
        yield there.moment(lesson_of([*taught, there], lesson.sides))
        yield taught[0].moment(lesson)


def lesson_of(sheets: list[Sheet], before: Sides = BEFORE) -> Lesson:
    """The lesson of all that is painted; `before` is what was known of the sides of starts."""
    painted = [painted for sheet in sheets if (painted := sheet.painted) is not None]
    return learned(painted, "objects", BOTH, before)


def _begun(sheet: Sheet, length: int, rng: Chance) -> Strokes:
    """The first strokes: on what the starting model got wrong, or one of each."""
    usual = _plain(sheet.truth, length, rng)
    if rng.random() > FROM_START:
        return usual
    strokes = corrected(np.zeros_like(usual), sheet.start(Lesson()) > 0.5, sheet.truth, length)
    for value in (FOREGROUND, BACKGROUND):
        if not (strokes == value).any():
            strokes[usual == value] = value
    return strokes


def _plain(truth: Mask, length: int, rng: Chance) -> Strokes:
    """One stroke of each; half the time not in the largest object, and not close beside it."""
    strokes = first(truth, length)
    if rng.random() < 0.5:
        pieces, count = ndimage.label(truth)
        one = stroke_in(pieces == rng.integers(1, count + 1), length)
        if one.sum() > LENGTHS[0]:
            strokes[strokes == FOREGROUND] = 0
            strokes[one] = FOREGROUND
        if rng.random() < 0.5:
            strokes[strokes == BACKGROUND] = 0
            strokes[stroke_in(~truth, length)] = BACKGROUND
    return strokes
