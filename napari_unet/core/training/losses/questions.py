"""The two questions a network answers, put so that every term of the loss can be asked of either.

Yes or no (objects: is this pixel cell? is it border?) and one of many (regions: which class?).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

from napari_unet.core.training.losses.levels import shares_of
from napari_unet.core.training.losses.terms import binary_entropy, binary_focal, class_entropy, class_focal


class Question(Protocol):
    """What the terms need to know; (B, ...) float32 unless said otherwise."""

    @property
    def known(self) -> Tensor:
        """1 where the answer is known, else 0."""

    @property
    def weights(self) -> Tensor:
        """How much each pixel counts; 0 where unknown."""

    @property
    def trusted(self) -> Tensor:
        """How much of each known pixel counts by its origin, 0..1; 0 where unknown."""

    @property
    def wanted(self) -> Tensor:
        """(B, K, ...), what the shapes should be, 0..1."""

    @property
    def probability(self) -> Tensor:
        """(B, K, ...), what the network takes the shapes to be."""

    @property
    def shares(self) -> Tensor:
        """(B, classes, ...), which class a pixel has; soft edges have a share of two."""

    @property
    def wrong(self) -> Tensor:
        """How much of a pixel's probability is not with the truth."""

    def entropy(self) -> Tensor:
        """Cross-entropy of each pixel."""

    def focal(self, focus: float) -> Tensor:
        """Cross-entropy of each pixel, counting little where it is easy."""


@dataclass(frozen=True)
class YesOrNo:
    """One plane. All (B, ...); `yes` is how far the answer should be yes, 0..1."""

    logits: Tensor
    yes: Tensor
    known: Tensor
    trusted: Tensor
    weights: Tensor

    @cached_property
    def wanted(self) -> Tensor:
        """The plane, as one of one."""
        return self.yes[:, None]

    @cached_property
    def probability(self) -> Tensor:
        """The plane, as one of one."""
        return torch.sigmoid(self.logits)[:, None]

    @property
    def shares(self) -> Tensor:
        """No and yes."""
        return torch.stack([1 - self.yes, self.yes], 1)

    @property
    def wrong(self) -> Tensor:
        """How much of the probability is not with the truth."""
        probability = self.probability[:, 0]
        return probability * (1 - self.yes) + (1 - probability) * self.yes

    def entropy(self) -> Tensor:
        """Cross-entropy of each pixel."""
        return binary_entropy(self.logits, self.yes)

    def focal(self, focus: float) -> Tensor:
        """Cross-entropy of each pixel, counting little where it is easy."""
        return binary_focal(self.logits, self.yes, focus)


@dataclass(frozen=True)
class OneOfMany:
    """Logits (B, K, ...), the true class (B, ...) int64, where it is known and how much that counts (B, ...)."""

    logits: Tensor
    classes: Tensor
    known: Tensor
    trusted: Tensor

    @property
    def weights(self) -> Tensor:
        """Every pixel counts as much as its origin."""
        return self.trusted

    @cached_property
    def wanted(self) -> Tensor:
        """One plane for each class."""
        return shares_of(self.classes, self.logits.shape[1])

    @cached_property
    def probability(self) -> Tensor:
        """One plane for each class."""
        return torch.softmax(self.logits, 1)

    @property
    def shares(self) -> Tensor:
        """Each pixel has one class."""
        return self.wanted

    @property
    def wrong(self) -> Tensor:
        """How much of the probability is not with the truth."""
        return 1 - self.probability.gather(1, self.classes[:, None])[:, 0]

    def entropy(self) -> Tensor:
        """Cross-entropy of each pixel."""
        return class_entropy(self.logits, self.classes)

    def focal(self, focus: float) -> Tensor:
        """Cross-entropy of each pixel, counting little where it is easy."""
        return class_focal(self.logits, self.classes, focus)
