"""Which pictures are learned from and which only measure: whole pictures; a part of one when there is no other."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from napari_unet.core.data.annotation import UNLABELLED
from napari_unet.core.data.sample import Sample
from napari_unet.core.data.validation import how_many
from napari_unet.core.model.card import ModelCard
from napari_unet.core.training.judging.block import Block, block_named, choose_block, cut_out, picture_of, without
from napari_unet.core.training.patches.groups import look_of

MOST_PARTS = 4
"""Where only parts can measure, so many pictures lend one at most: each lent part is missing from learning."""


@dataclass(frozen=True)
class Division:
    """The samples to learn from, those to measure on, and a sentence when there is something to know about it.

    `parts` says which part of a picture measures, by the picture's name, where whole pictures do not. Such a picture is
    in `learned` with that part and a margin unlabelled, and in `measured` as the part alone, called as `Block.name_in`
    says.
    """

    learned: tuple[Sample, ...]
    measured: tuple[Sample, ...]
    note: str
    parts: Mapping[str, Block] = field(default_factory=dict)

    def again(self, sample: Sample) -> tuple[Sample | None, Sample | None]:
        """A whole sample as it has become meanwhile, divided as it was: what of it is learned, what of it measures.

        A picture that is new is learned from; None stands for nothing of it.
        """
        block = self.parts.get(sample.name)
        if block is not None and block.fits(sample):
            return without(sample, block), cut_out(sample, block)
        if any(sample.name == measured.name for measured in self.measured):
            return None, sample
        return sample, None


def divide(samples: Sequence[Sample], share: float, seed: int) -> Division:
    """Divide the samples that have any label.

    Those marked for validation measure, and if there are any, no others do. Otherwise a share of the complete
    pictures does, spread over the kinds of picture; at least one, when two are complete. Where that leaves none, a
    compact part of a picture measures (of MOST_PARTS pictures at most), whatever the seed: the same one for as long as
    the picture has its name and labels on both sides of the cut. Never are single pixels kept out: each of them is
    nearly the same as its neighbour, and a score on them would flatter.
    """
    useful = [sample for sample in samples if is_labelled(sample)]
    chosen = {sample.name for sample in useful if sample.validation}
    if not chosen and share:
        chosen = _chosen([sample for sample in useful if sample.complete and sample.validation is None], share, seed)
    if not chosen and share:
        return _by_parts(useful, share)
    learned = tuple(sample for sample in useful if sample.name not in chosen)
    measured = tuple(sample for sample in useful if sample.name in chosen)
    return Division(learned, measured, "" if measured else _why_none(share))


def divide_as_before(samples: Sequence[Sample], measured: Sequence[str]) -> Division:
    """Divide the samples that have any label so that what is called so measures: pictures, and parts of others.

    What is new is learned from, and whatever was learned from before never measures.
    """
    useful = [sample for sample in samples if is_labelled(sample)]
    chosen = tuple(sample for sample in useful if sample.name in measured)
    others = [sample for sample in useful if sample.name not in measured]
    parts = {sample.name: block for sample in others for name in measured if (block := block_named(name, sample))}
    learned = tuple(without(sample, parts[sample.name]) if sample.name in parts else sample for sample in others)
    cut = tuple(cut_out(sample, parts[sample.name]) for sample in others if sample.name in parts)
    return Division(learned, (*chosen, *cut), "", parts)


def is_labelled(sample: Sample) -> bool:
    """Whether there is anything to learn from: a label, or the word that all of it is background."""
    return sample.complete or bool(np.any(sample.annotation != UNLABELLED))


def may_join(sample: Sample, known: Collection[str]) -> bool:
    """Whether a sample has a part in a training that began with those `known`, by their names.

    One that has come since must be there to be learned from: labelled, and not kept out of learning to measure others.
    """
    return sample.name in known or (is_labelled(sample) and not sample.validation)


def learned_by(card: ModelCard, name: str) -> bool:
    """Whether a model has learned from the picture of that name, or from this part of it."""
    if name in card.validation:
        return False
    picture = picture_of(name)
    return picture in card.data and picture not in card.validation


def _by_parts(samples: Sequence[Sample], share: float) -> Division:
    complete = [sample for sample in samples if sample.complete]
    parts: dict[str, Block] = {}
    for sample in sorted(complete or samples, key=lambda sample: lot(sample.name, 0)):
        block = choose_block(sample, share) if len(parts) < MOST_PARTS else None
        if block:
            parts[sample.name] = block
    learned = tuple(without(sample, parts[sample.name]) if sample.name in parts else sample for sample in samples)
    measured = tuple(cut_out(sample, parts[sample.name]) for sample in samples if sample.name in parts)
    return Division(learned, measured, _of_parts(measured) if measured else _why_none(share), parts)


def _of_parts(measured: Sequence[Sample]) -> str:
    names = f"A part of {picture_of(measured[0].name)}" if len(measured) == 1 else f"Parts of {len(measured)} pictures"
    return f"{names} measures and is not learned from; label a second picture completely to measure on a whole one."


def _chosen(samples: Sequence[Sample], share: float, seed: int) -> set[str]:
    if len(samples) < 2:
        return set()
    number = how_many(len(samples), share)
    # Pictures in the order of their kinds; every n-th of them represents all kinds by their numbers.
    ordered = sorted(samples, key=lambda sample: (look_of(sample), lot(sample.name, seed)))
    return {ordered[int((index + 0.5) * len(ordered) / number)].name for index in range(number)}


def lot(name: str, seed: int) -> str:
    """A picture's place in the draw: the same in whichever order the pictures were added."""
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()


def _why_none(share: float) -> str:
    if not share:
        return "No picture is kept out of learning, so the model cannot be measured: its score is not known."
    return (
        "No picture could be kept out of learning, so the model's score is not known; "
        "label a second picture completely to measure it."
    )
