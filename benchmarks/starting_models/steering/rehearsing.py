"""Sittings of the simulated annotator with the forest alone, kept as the network will be shown them.

`python -m benchmarks.starting_models rehearse --data DIR --out FOLDER --seconds S --source real|made-up` writes
shards: x (N, S, S, 3) uint8 pictures, s strokes, g the guide 0..255, t the truth. Made ahead of the training, since a
forest takes as long as a learning step.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.annotator import BACKGROUND, FOREGROUND, Mask, Strokes, corrected, first, stroke_in
from benchmarks.starting_models.steering.scenes import SOURCES, Chance, Pair, Piece
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.seen import SHOWN, Seen

SHARD = 400
LENGTHS = (14, 40)
"""Strokes are of so many pixels' length: people differ."""

ROUNDS = (3, 8)
ELSEWHERE = 0.2
"""Share of rounds whose forest is also asked about another piece, where nothing is painted."""

SMOOTH = 0.2
"""Share of rounds in which the annotator goes by a smoothed answer, as a better learner would give."""

Planes = NDArray[np.float32]


@dataclass(frozen=True)
class Moment:
    """A picture, what is painted on it, what the forest makes of it, and the truth."""

    piece: Piece
    strokes: Strokes
    guide: Planes


def rehearse(folder: Path, out: Path, source: str, seconds: float, seed: int) -> int:
    """Write shards for so long; how many moments there are. Raises Missing."""
    out.mkdir(parents=True, exist_ok=True)
    rng, begun, shard, count = np.random.default_rng(seed), time.monotonic(), list[Moment](), 0
    for pair in SOURCES[source](folder, rng):
        shard += sitting(pair, rng)
        over = time.monotonic() - begun > seconds
        if len(shard) >= SHARD or over:
            save(shard, out / f"{source}-{seed}-{count}.npz")
            count, shard = count + len(shard), []
        if over:
            break
    return count


def sitting(pair: Pair, rng: Chance) -> Iterator[Moment]:
    """Round after round on one piece; sometimes what was learned there is tried on the other."""
    here, there = (Seen(_channels_first(piece), "piece") for piece in pair)
    features, length = here.features(here.whole), int(rng.integers(*LENGTHS))
    strokes, guide = _begun(pair[0].truth, length, rng), None
    for _ in range(int(rng.integers(*ROUNDS))):
        if guide is not None:
            strokes = _more(strokes, guide, pair[0].truth, length, rng)
        if not ((strokes == BACKGROUND).any() and (strokes == FOREGROUND).any()):
            return
        painted = strokes > 0
        forest = Guide(features[painted], (strokes[painted] == FOREGROUND).astype(np.intp), 2, 1)
        guide = forest.ask(features)[1]
        yield Moment(pair[0], strokes, guide)
        if rng.random() < ELSEWHERE:
            yield Moment(pair[1], np.zeros_like(strokes), forest.ask(there.features(there.whole))[1])


def _begun(truth: Mask, length: int, rng: Chance) -> Strokes:
    """The annotator's first strokes; half the time not in the largest object, and not close beside it."""
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


def _more(strokes: Strokes, guide: Planes, truth: Mask, length: int, rng: Chance) -> Strokes:
    seen = ndimage.gaussian_filter(guide, 2) if rng.random() < SMOOTH else guide
    return corrected(strokes, seen > 0.5, truth, length)


def _channels_first(piece: Piece) -> NDArray[np.generic]:
    return piece.image[np.newaxis] if piece.image.ndim == 2 else np.moveaxis(piece.image, -1, 0)


def save(moments: list[Moment], file: Path) -> None:
    """Write one shard."""
    low, high = SHOWN
    shown = [Seen(_channels_first(moment.piece), "piece") for moment in moments]
    pictures = np.stack([np.moveaxis(seen.shown(seen.whole), 0, -1) for seen in shown])
    np.savez(
        file,
        x=np.round((pictures - low) / (high - low) * 255).astype(np.uint8),
        s=np.stack([moment.strokes for moment in moments]),
        g=np.round(np.stack([moment.guide for moment in moments]) * 255).astype(np.uint8),
        t=np.stack([moment.piece.truth for moment in moments]),
    )
