"""Sittings of the simulated annotator with forest and starting model, kept as the network will be shown them.

`python -m benchmarks.starting_models rehearse --data DIR --out FOLDER --seconds S --source NAME`, one of SOURCES,
writes shards: x (N, S, S, 3) uint8 pictures, s strokes, 0..255 the guide g, plain p, anchored a, and the start c, t
the truth, and n (N, 5), see `Moment.numbers`. Made ahead of the training, since a forest takes as long as a learning
step. With `--shown MODEL`, strokes correct what that steered model answers.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.starting_models.steering.scenes import SOURCES
from benchmarks.starting_models.steering.sheets import Moment
from benchmarks.starting_models.steering.sitting import sitting
from napari_unet.core.model import load_model
from napari_unet.core.strokes.seen import SHOWN

SHARD = 400


def rehearse(folder: Path, out: Path, source: str, seconds: float, seed: int, shown: Path | None) -> int:
    """Write shards for so long; how many moments there are. Raises Missing, ModelError.

    Parameters
    ----------
    shown : a steered model whose own answers are corrected; None before there is one.
    """
    network = load_model(shown).network.eval() if shown else None
    out.mkdir(parents=True, exist_ok=True)
    rng, begun, shard, count = np.random.default_rng(seed), time.monotonic(), list[Moment](), 0
    for pieces in SOURCES[source](folder, rng):
        shard += sitting(pieces, rng, network)
        over = time.monotonic() - begun > seconds
        if len(shard) >= SHARD or over:
            save(shard, out / f"{source}-{seed}-{count}.npz")
            count, shard = count + len(shard), []
        if over:
            break
    return count


def save(moments: list[Moment], file: Path) -> None:
    """Write one shard."""
    low, high = SHOWN
    pictures = np.stack([np.moveaxis(moment.shown, 0, -1) for moment in moments])
    np.savez(
        file,
        x=_digits((pictures - low) / (high - low)),
        s=np.stack([moment.strokes for moment in moments]),
        g=_digits(np.stack([moment.guide for moment in moments])),
        p=_digits(np.stack([moment.plain for moment in moments])),
        a=_digits(np.stack([moment.anchored for moment in moments])),
        c=_digits(np.stack([moment.start for moment in moments])),
        t=np.stack([moment.truth for moment in moments]),
        n=np.array([moment.numbers for moment in moments], np.float32),
    )


def _digits(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.round(values * 255).astype(np.uint8)
