"""Rehearsed moments as the network is shown them: turned, lit anew, and with one start or another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.measure import label

from benchmarks.annotator import BACKGROUND, FOREGROUND, Strokes
from benchmarks.starting_models.steering.pieces import Chance, Mask
from napari_unet.core.strokes.heard import unmisled
from napari_unet.core.strokes.seen import SHOWN
from napari_unet.core.strokes.steered import Steering
from napari_unet.core.strokes.trust import UNKNOWN, amount, trust

KEYS = "xsgpactn"
"""What shards hold; see `rehearsing`."""

NUMBERS = 4
"""So many of the numbers of a moment are told; what else there is says how the answer is heard."""

SILENT, STRANGE = 0.15, 0.9
"""So many examples have their start taken away, and so many of those of sources that no start knows. While it was
seldom taken away there, the network saw many a start that was wrong, and came to believe those that are right too
little.
"""

ONE_SIDED = 0.05
"""Share of those painted on in which only one class is painted: there is no forest then."""

Plane = NDArray[np.float32]
Shards = dict[str, NDArray[np.generic]]


@dataclass
class Known:
    """What is told of one moment, before it is turned into planes."""

    picture: Plane
    strokes: Strokes
    guide: Plane
    plain: Plane
    anchored: Plane
    start: Plane
    truth: Mask
    guide_trust: float
    start_trust: float
    amount: float
    agreement: float


def example(shards: Shards, place: int, rng: Chance) -> tuple[Plane, Plane]:
    """One moment: planes (CHANNELS, S, S) and truth (S, S), both float32."""
    known = _turned(shards, place, rng)
    if rng.random() < (STRANGE if shards["strange"][place] else SILENT):
        known.start_trust = UNKNOWN
        known.start, known.anchored = (np.full_like(known.start, UNKNOWN) for _ in range(2))
        known.agreement = 0.0
    if known.strokes.any() and rng.random() < ONE_SIDED:
        _one_sided(known, rng)
    return _shown(known, np.moveaxis(_lit(known.picture, rng), -1, 0)).planes()[0], known.truth.astype(np.float32)


def _shown(known: Known, picture: Plane) -> Steering:
    """As `asking` shows it."""
    this, other = (known.strokes[None] == value for value in (FOREGROUND, BACKGROUND))
    trusts = (np.array([value], np.float32) for value in (known.guide_trust, known.start_trust))
    told = (known.guide[None], known.plain[None], known.anchored[None], known.start[None])
    steering = Steering(picture, this, other, *told, *trusts, known.amount)
    return unmisled(steering, np.array([known.agreement], np.float32))


def _turned(shards: Shards, place: int, rng: Chance) -> Known:
    """The moment, turned by a multiple of a right angle, and mirrored half the time."""
    turns, mirrored = int(rng.integers(4)), rng.random() < 0.5
    parts = (np.rot90(shards[key][place], turns) for key in "xsgpact")
    picture, strokes, guide, plain, anchored, start, truth = (part[:, ::-1] if mirrored else part for part in parts)
    low, high = SHOWN
    shown = picture.astype(np.float32) / 255 * (high - low) + low
    told = (_probable(part) for part in (guide, plain, anchored, start))
    return Known(shown, strokes, *told, truth.astype(bool), *(float(number) for number in shards["n"][place][:NUMBERS]))


def _probable(digits: NDArray[np.uint8]) -> Plane:
    """0..1 of what shards hold; those who know nothing say exactly so again."""
    return np.where(digits == round(255 * UNKNOWN), UNKNOWN, digits / 255).astype(np.float32)


def _one_sided(known: Known, rng: Chance) -> None:
    """Takes the strokes of one class away, and with them the forest."""
    gone = rng.choice((FOREGROUND, BACKGROUND))
    known.strokes = np.where(known.strokes == gone, 0, known.strokes)
    known.guide, known.plain, known.anchored = (np.full_like(known.guide, UNKNOWN) for _ in range(3))
    known.guide_trust = UNKNOWN
    known.amount = amount(1)
    if known.start_trust != UNKNOWN:
        painted = known.strokes > 0
        numbers = label(known.strokes, connectivity=2)[painted]
        known.start_trust = trust(known.start[painted], known.strokes[painted] == FOREGROUND, numbers)


def _lit(picture: NDArray[np.float32], rng: Chance) -> NDArray[np.float32]:
    """Another brightness, contrast and gamma; now and then the negative, and noise."""
    if rng.random() < 0.3:
        picture = 1 - picture
    picture = np.sign(picture) * np.abs(picture) ** np.exp(rng.uniform(-0.5, 0.5))
    picture = picture * np.exp(rng.uniform(-0.3, 0.3)) + rng.uniform(-0.15, 0.15)
    if rng.random() < 0.5:
        picture = picture + rng.uniform(0, 0.12) * rng.standard_normal((*picture.shape[:2], 1))
    return picture.astype(np.float32)
