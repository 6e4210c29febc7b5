"""A piece that is painted on, and what is known of it at a moment; as the learner knows it, and the window asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.annotator import BACKGROUND, FOREGROUND, Mask, Strokes
from benchmarks.starting_models.steering.pieces import Chance, Piece
from napari_unet.core.model import Network
from napari_unet.core.model.shipped import AUTO, USUAL
from napari_unet.core.strokes.heard import beside_plain, beside_start, leaned, loud, unmisled
from napari_unet.core.strokes.lesson import Lesson
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import fitting, meant, names_of, tells_one_region
from napari_unet.core.strokes.steered import Steering, steer
from napari_unet.core.strokes.trust import BOTH, UNKNOWN

CHOSEN, NONE = 0.6, 0.15
"""Share of pieces that begin from what fits best, as in the window, and from nothing; all others, from the usual."""

CPU = torch.device("cpu")

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Moment:
    """What the network is shown of a piece, the truth, and how its start is heard beside the network."""

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
    one_region: bool
    sure: float

    @property
    def numbers(self) -> tuple[float, ...]:
        """Trust in guide and in start, how much is painted, how far the two agree, and how far the start is doubted or
        the plain guide knows better.
        """
        return self.guide_trust, self.start_trust, self.amount, self.agreement, self.doubt

    def answer(self, network: Network) -> Plane:
        """What is made of it with a steered network, (Y, X), 0..1."""
        strokes = (self.strokes[np.newaxis] == value for value in (FOREGROUND, BACKGROUND))
        told = (plane[np.newaxis] for plane in (self.guide, self.plain, self.anchored, self.start))
        trusts = (np.array([value], np.float32) for value in (self.guide_trust, self.start_trust))
        steering = Steering(self.shown, *strokes, *told, *trusts, self.amount)
        agreement, doubt = (np.array([number], np.float32) for number in (self.agreement, self.doubt))
        steering = unmisled(steering, agreement)
        answer = leaned(steer(network, steering, CPU), steering, agreement, np.array([self.sure], np.float32))
        answer = beside_plain(answer, steering.plain, loud(steering, doubt))
        return (beside_start(answer, steering.start) if self.one_region else answer)[0]


class Sheet:
    """A piece, what is known of it, and what is painted on it."""

    def __init__(self, piece: Piece, rng: Chance) -> None:
        image = piece.image[np.newaxis] if piece.image.ndim == 2 else np.moveaxis(piece.image, -1, 0)
        self.truth, self.seen = piece.truth, Seen(image, "a piece")
        self.begun = _start(self.seen, rng)
        self.strokes: Strokes = np.zeros(piece.truth.shape, np.uint8)

    def start(self, lesson: Lesson) -> Plane:
        """What the start says of the side that is wanted, where it is still asked."""
        said = lesson.said_by(self.begun, self.seen, self.seen.whole) if self.begun else None
        told = meant(self.begun, said, "objects", BOTH) if self.begun else None
        return np.full(self.truth.shape, np.float32(UNKNOWN)) if told is None else told[0]

    @property
    def painted(self) -> Painted | None:
        """As the learner takes it."""
        return painted_on(self.seen, self.strokes, "objects", self.begun)

    def moment(self, lesson: Lesson) -> Moment:
        """All that is known of it now."""
        taught, whole = lesson.taught[self.seen.width], self.seen.whole
        looks = taught.features(self.seen, whole), self.seen.outstanding(whole)
        guide: Plane = taught.guide.survey(*looks)[1]
        plain: Plane = taught.plainly(self.seen, whole)[1]
        anchored = taught.anchored.survey(*looks)[1] if taught.anchored else np.full_like(guide, UNKNOWN)
        start = self.start(lesson)
        region = self.begun is not None and tells_one_region(self.begun) and bool((start != UNKNOWN).any())
        trusts = float(taught.trust[1]), float(lesson.trust[1]) if (start != UNKNOWN).any() else UNKNOWN
        doubt = max(float(taught.doubt[1]), float(taught.better[1]))
        numbers = *trusts, lesson.amount, float(taught.agreement[1]), doubt
        shown, strokes = self.seen.shown(whole), self.strokes.copy()
        sure = taught.sure.get(self.begun, 0.0) if self.begun else 0.0
        return Moment(shown, strokes, guide, plain, anchored, start, *numbers, self.truth, region, sure)


def _start(seen: Seen, rng: Chance) -> str | None:
    """What a piece begins from."""
    luck = rng.random()
    if luck < NONE:
        return None
    return fitting(names_of(AUTO), seen) if luck < NONE + CHOSEN else USUAL
