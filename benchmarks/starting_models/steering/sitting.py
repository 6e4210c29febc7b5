"""One sitting: an annotator paints on pieces of one kind, and at each moment it is noted what is known of a piece.

Like a person's, the strokes lie where the answer on show was wrong: before the first one, that of the starting model;
later, that of the network itself as it was taught so far (learning from the states one's own answers lead to: Ross,
Gordon, Bagnell 2011, https://arxiv.org/abs/1011.0686), or of a forest. So they say the worst of whoever answered, and
the network has to learn how much of it to believe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.annotator import BACKGROUND, FOREGROUND, Mask, Strokes, corrected, first, stroke_in
from benchmarks.starting_models.steering.examples import guided
from benchmarks.starting_models.steering.scenes import Chance, Piece, Pieces
from napari_unet.core.model import Network
from napari_unet.core.model.shipped import AUTO, USUAL
from napari_unet.core.strokes.heard import beside_plain, leaned
from napari_unet.core.strokes.lesson import Lesson, learned
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import fitting, names_of, said_by
from napari_unet.core.strokes.steered import Steering, steer
from napari_unet.core.strokes.trust import UNKNOWN

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

CHOSEN, NONE = 0.6, 0.15
"""Share of pieces that begin from what fits best, as in the window, and from nothing; all others, from the usual."""

BOTH = 2

CPU = torch.device("cpu")

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Moment:
    """What the network is shown of a piece, and the truth."""

    shown: NDArray[np.float32]
    strokes: Strokes
    guide: Plane
    plain: Plane
    anchored: Plane
    start: Plane
    guide_trust: float
    start_trust: float
    amount: float
    agreement: float
    doubt: float
    truth: Mask

    @property
    def numbers(self) -> tuple[float, ...]:
        """Trust in guide and in start, how much is painted, how far the two agree, and how far the start is doubted."""
        return self.guide_trust, self.start_trust, self.amount, self.agreement, self.doubt

    def answer(self, network: Network) -> Plane:
        """What is made of it with a steered network, (Y, X), 0..1."""
        strokes = (self.strokes[np.newaxis] == value for value in (FOREGROUND, BACKGROUND))
        told = (plane[np.newaxis] for plane in (self.guide, self.anchored, self.start))
        trusts = (np.array([value], np.float32) for value in (self.guide_trust, self.start_trust))
        steering = Steering(self.shown, *strokes, *told, *trusts, self.amount)
        steering, weight = guided(steering, self.plain, self.agreement, self.doubt)
        answer = leaned(steer(network, steering, CPU), steering, np.array([self.agreement], np.float32))
        return beside_plain(answer, self.plain[np.newaxis], weight)[0]


class Sheet:
    """A piece, what is known of it, and what is painted on it."""

    def __init__(self, piece: Piece, rng: Chance) -> None:
        image = piece.image[np.newaxis] if piece.image.ndim == 2 else np.moveaxis(piece.image, -1, 0)
        self.truth, self.seen = piece.truth, Seen(image, "a piece")
        self.begun = _start(self.seen, rng)
        said = said_by(self.begun, self.seen, self.seen.whole) if self.begun else None
        self.start: Plane = np.full(piece.truth.shape, np.float32(UNKNOWN)) if said is None else said[0]
        self.strokes: Strokes = np.zeros(piece.truth.shape, np.uint8)

    @property
    def painted(self) -> Painted | None:
        """As the learner takes it."""
        return painted_on(self.seen, self.strokes, "objects", self.begun)

    def moment(self, lesson: Lesson) -> Moment:
        """All that is known of it now."""
        taught, whole = lesson.taught[self.seen.width], self.seen.whole
        features = taught.features(self.seen, whole)
        guide: Plane = taught.guide.ask(features)[1]
        plain: Plane = taught.plainly(self.seen, whole)[1]
        anchored = taught.anchored.ask(features)[1] if taught.anchored else np.full_like(guide, UNKNOWN)
        trusts = float(taught.trust[1]), float(lesson.trust[1]) if self.begun else UNKNOWN
        numbers = *trusts, lesson.amount, float(taught.agreement[1]), float(taught.doubt[1])
        shown, strokes = self.seen.shown(whole), self.strokes.copy()
        return Moment(shown, strokes, guide, plain, anchored, self.start, *numbers, self.truth)


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
    for _ in range(int(rng.integers(*ROUNDS))):
        lesson = _lesson([here])
        if not lesson.taught:
            return
        now = here.moment(lesson)
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
    lesson = _lesson(taught)
    if lesson.taught:
        yield there.moment(lesson)
        there.strokes = _plain(there.truth, length, rng)
        yield there.moment(_lesson([*taught, there]))
        yield taught[0].moment(lesson)


def _start(seen: Seen, rng: Chance) -> str | None:
    """What a piece begins from."""
    luck = rng.random()
    if luck < NONE:
        return None
    return fitting(names_of(AUTO), seen) if luck < NONE + CHOSEN else USUAL


def _lesson(sheets: list[Sheet]) -> Lesson:
    painted = [painted for sheet in sheets if (painted := sheet.painted) is not None]
    return learned(painted, "objects", BOTH)


def _begun(sheet: Sheet, length: int, rng: Chance) -> Strokes:
    """The first strokes: on what the starting model got wrong, or one of each."""
    usual = _plain(sheet.truth, length, rng)
    if rng.random() > FROM_START:
        return usual
    strokes = corrected(np.zeros_like(usual), sheet.start > 0.5, sheet.truth, length)
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
