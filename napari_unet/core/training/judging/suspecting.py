"""Why a model may have become worse than the one before it: what its card and its pictures tell."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import UnetError
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.training.judging.opinion import opinion
from napari_unet.core.training.patches.groups import look_of

FEW = 3
"""Fewer pictures than this are little to learn from."""

HALF = 0.5
"""A training of less than this share of the other's steps was short."""

ASKED = 6
"""So many of the learned pictures are shown to the better model at most."""

DISAGREES = 0.4
"""Where the better model finds this share of what was painted to be something else, the labels contradict it."""


@dataclass(frozen=True)
class Suspects:
    """Where to look.

    Parameters
    ----------
    worse, better : the new model and the older one.
    measured : the pictures they were compared on.
    learned : what the new model has learned from; empty when not known.
    """

    worse: Model
    better: Model
    measured: tuple[Sample, ...]
    learned: tuple[Sample, ...]

    def reasons(self, losses: Sequence[float], device: str) -> str:
        """What may be why, as sentences; `losses` is how much better the older model is on each picture that decided.

        Nothing when nothing is known.
        """
        found = [self._contradicting(device), self._strange(losses), self._few(), self._short()]
        return " ".join(sentence for sentence in found if sentence)

    def _contradicting(self, device: str) -> str:
        opinions = []
        for sample in self.learned[:ASKED]:
            with suppress(UnetError):  # the other model may not see such pictures at all
                opinions.append(opinion(self.better, sample, device))
        shares = [one.disagreed for one in opinions if one.painted]
        if not shares or sum(shares) / len(shares) < DISAGREES:
            return ""
        return (
            f"The labels it learned from contradict what {self.better.card.name} knows, which sees something else in "
            f"{sum(shares) / len(shares):.0%} of what is painted: masks may be shifted or belong to other pictures."
        )

    def _strange(self, losses: Sequence[float]) -> str:
        if not self.learned or len(losses) != len(self.measured):
            return ""
        # Size says little here: a part that measures is smaller than what it was cut from.
        known = {look_of(sample)[1:] for sample in self.learned}
        looks = [look_of(sample)[1:] for sample in self.measured]
        strange = [loss for look, loss in zip(looks, losses, strict=True) if look not in known]
        if sum(strange) <= 0:
            return ""
        return f"{len(strange)} of the {len(looks)} pictures look unlike all that it has learned from."

    def _few(self) -> str:
        own, theirs = _taught(self.worse.card), _taught(self.better.card)
        if own >= min(FEW, theirs):
            return ""
        return f"It has learned from {own} picture{'s' if own != 1 else ''} only, the other from {theirs}."

    def _short(self) -> str:
        own, theirs = self.worse.card.steps_done, self.better.card.steps_done
        if not 0 < own < HALF * theirs:
            return ""
        return f"It has learned for {own} steps only, the other for {theirs}."


def _taught(card: ModelCard) -> int:
    return len(set(card.data) - set(card.validation))
