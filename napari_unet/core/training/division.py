"""Which pictures are learned from and which only measure: by whole pictures, the same for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from napari_unet.core.data.annotation import UNLABELLED
from napari_unet.core.data.sample import Sample
from napari_unet.core.data.validation import how_many
from napari_unet.core.training.groups import look_of


@dataclass(frozen=True)
class Division:
    """The samples to learn from, those to measure on, and a sentence when there is something to know about it."""

    learned: tuple[Sample, ...]
    measured: tuple[Sample, ...]
    note: str


def divide(samples: Sequence[Sample], share: float, seed: int) -> Division:
    """Divide the samples that have any label.

    Those marked for validation measure, and if there are any, no others do. Otherwise a share of the complete
    pictures does, spread over the kinds of picture; at least one, when two are complete.
    """
    useful = [sample for sample in samples if is_labelled(sample)]
    chosen = {sample.name for sample in useful if sample.validation}
    if not chosen and share:
        chosen = _chosen([sample for sample in useful if sample.complete and sample.validation is None], share, seed)
    learned = tuple(sample for sample in useful if sample.name not in chosen)
    measured = tuple(sample for sample in useful if sample.name in chosen)
    return Division(learned, measured, "" if measured else _why_none(share))


def is_labelled(sample: Sample) -> bool:
    """Whether there is anything to learn from: a label, or the word that all of it is background."""
    return sample.complete or bool(np.any(sample.annotation != UNLABELLED))


def _chosen(samples: Sequence[Sample], share: float, seed: int) -> set[str]:
    if len(samples) < 2:
        return set()
    number = how_many(len(samples), share)
    # Pictures in the order of their kinds; every n-th of them represents all kinds by their numbers.
    ordered = sorted(samples, key=lambda sample: (look_of(sample), _lot(sample.name, seed)))
    return {ordered[int((index + 0.5) * len(ordered) / number)].name for index in range(number)}


def _lot(name: str, seed: int) -> str:
    """A picture's place in the draw: the same in whichever order the pictures were added."""
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()


def _why_none(share: float) -> str:
    if not share:
        return "No picture is kept out of learning, so the model cannot be measured: its score is not known."
    return (
        "No picture could be kept out of learning, so the model's score is not known; "
        "label a second picture completely to measure it."
    )
