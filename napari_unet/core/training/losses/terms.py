"""The terms a loss is added up from; each a small function of logits or probabilities, known pixels only.

Everywhere, ... stands for Y, X or Z, Y, X. What is unknown is multiplied by an exact 0, so its gradient is exactly 0.
"Wanted" may lie between 0 and 1: patches that are turned or resized have soft edges. Logits may be as large as float32
allows: what could overflow is computed from logarithms.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

SMALL = 1e-6

FEWEST = 32.0
"""A class of fewer pixels in a batch is not weighted up further: a slip of the brush must not outweigh all else."""


def mean_where(errors: Tensor, weights: Tensor, known: Tensor) -> Tensor:
    """The weighted sum of errors for each known pixel; 0 when none is known. All (B, ...); weights are 0 where unknown.

    Not divided by the weights: weighting some pixels up is meant to make them heard above the other terms, too.
    """
    return (errors * weights).sum() / known.sum().clamp(min=1)


def binary_entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of each pixel of one yes-or-no plane. All (B, ...)."""
    return functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")


def class_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy of each pixel over classes: logits (B, K, ...), classes (B, ...) int64 -> (B, ...)."""
    return functional.cross_entropy(logits, classes, reduction="none")


def binary_focal(logits: Tensor, wanted: Tensor, focus: float) -> Tensor:
    """Cross-entropy times (1 - probability of the truth) ** focus, for each pixel of one plane. All (B, ...).

    Lin et al. 2017, https://arxiv.org/abs/1708.02002, equation 4. With focus 0 it is `binary_entropy`.
    """
    yes, no = functional.logsigmoid(logits), functional.logsigmoid(-logits)
    return -(wanted * torch.exp(focus * no) * yes + (1 - wanted) * torch.exp(focus * yes) * no)


def class_focal(logits: Tensor, classes: Tensor, focus: float) -> Tensor:
    """As `binary_focal`, over classes: logits (B, K, ...), classes (B, ...) int64 -> (B, ...). K is 2 at least."""
    everything = torch.logsumexp(logits, 1)
    place = classes[:, None]
    right = logits.gather(1, place)[:, 0] - everything
    wrong = torch.logsumexp(logits.scatter(1, place, -torch.inf), 1) - everything
    return -torch.exp(focus * wrong) * right


def tversky_loss(probability: Tensor, wanted: Tensor, known: Tensor, misses: float) -> Tensor:
    """1 - Tversky index over the known pixels of the whole batch, averaged over the planes that occur.

    Salehi et al. 2017, https://arxiv.org/abs/1706.05721, where misses are weighted by beta and false alarms by alpha =
    1 - beta. Over the batch, not each picture: a patch with a corner of one cell would be all or nothing.

    Parameters
    ----------
    probability, wanted : (B, K, ...), 0..1.
    known : (B, ...), 0 where unknown, else how much it counts, at most 1.
    misses : weight of misses, 0..1; false alarms weigh 1 - misses.
    """
    axes = (0, *range(2, probability.ndim))
    where = known[:, None]
    there = wanted * where
    hits, found, truth = (part.sum(axes) for part in (probability * there, probability * where, there))
    wrong = misses * (truth - hits) + (1 - misses) * (found - hits)
    occurs = (truth > 0).to(hits.dtype)
    return ((1 - hits / (hits + wrong + SMALL)) * occurs).sum() / occurs.sum().clamp(min=1)


def dice_loss(probability: Tensor, wanted: Tensor, known: Tensor) -> Tensor:
    """1 - soft Dice (Milletari et al. 2016, https://arxiv.org/abs/1606.04797, with sums instead of sums of squares, as
    Drozdzal et al. 2016 have it): `tversky_loss` to which misses and false alarms are equally bad.
    """
    return tversky_loss(probability, wanted, known, 0.5)


def boundary_loss(wrong: Tensor, outline: Tensor, known: Tensor) -> Tensor:
    """How far from the true outline the mistakes lie: the mean of mistake times distance, where that is known.

    Kervadec et al. 2019, https://arxiv.org/abs/1812.07032, sum signed distance times probability. For one plane this
    differs from theirs by what does not depend on the answer, so that the right answer costs 0. Of several classes a
    mistake costs its distance from the true class's outline, whichever wrong class it is.

    Parameters
    ----------
    wrong : (B, ...), how much of the probability is not with the truth, 0..1.
    outline : (B, ...), distance from the true outline, 0..1, 0 where it is not known; see `target_maps.outline_map`.
    known : (B, ...), 0 or 1.
    """
    told = known * (outline > 0)
    return mean_where(wrong, outline * told, told)


def balanced(weights: Tensor, wanted: Tensor, balance: float) -> Tensor:
    """The weights (B, ...) changed so that rare classes count more, their sum staying as it is.

    A class is weighted by (its share of all weight) ** -balance: 0 changes nothing, with 1 every class that occurs in
    the batch counts the same. Of the batch alone: the same batch has the same loss, however training came to it.

    Parameters
    ----------
    weights : (B, ...), 0 where unknown.
    wanted : (B, K, ...), the share each class has of a pixel.
    balance : 0..1.
    """
    axes = (0, *range(2, wanted.ndim))
    sums = (wanted * weights[:, None]).sum(axes)
    factors = sums.clamp(min=FEWEST) ** -balance
    factors = factors * sums.sum() / (factors * sums).sum().clamp(min=SMALL)
    return weights * torch.einsum("bk...,k->b...", wanted, factors)
