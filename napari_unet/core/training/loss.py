"""How wrong an answer is, over the known pixels only: where nothing is known, the gradient is exactly zero.

Cross-entropy says how wrong each pixel is, soft Dice (Milletari et al. 2016, https://arxiv.org/abs/1606.04797) how
wrong the shape as a whole is, which matters where there is little to find.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from napari_unet.core.settings import Kind

BORDER_WEIGHT = 4.0
"""Pixels where objects meet are few; each counts as much as this many others."""

DISTANCE_WEIGHT = 4.0
"""Squared errors of a distance are small numbers; this brings them beside cross-entropy."""

SMALL = 1e-6


def loss_of(kind: Kind, logits: Tensor, planes: Tensor, known: Tensor) -> Tensor:
    """One number.

    Parameters
    ----------
    logits : (B, K, Y, X) float.
    planes : objects: (B, 3, Y, X) float 0..1; regions: (B, 1, Y, X) classes.
    known : like planes, 0 or 1.
    """
    logits = logits.float()
    if kind == "objects":
        return objects_loss(logits, planes, known)
    return regions_loss(logits, planes[:, 0].long(), known[:, 0])


def objects_loss(logits: Tensor, planes: Tensor, known: Tensor) -> Tensor:
    """Cell and border: cross-entropy and Dice. Distance: squared error.

    Pixels between neighbours count more in both entropies, as in the original U-Net.
    """
    weights = 1 + (BORDER_WEIGHT - 1) * planes[:, 1] * known[:, 1]
    cell = mean_where(cross_entropy(logits[:, 0], planes[:, 0]) * weights, known[:, 0])
    cell = cell + dice_loss(torch.sigmoid(logits[:, :1]), planes[:, :1], known[:, 0])
    border = mean_where(cross_entropy(logits[:, 1], planes[:, 1]) * weights, known[:, 1])
    border = border + dice_loss(torch.sigmoid(logits[:, 1:2]), planes[:, 1:2], known[:, 1])
    distance = mean_where((torch.sigmoid(logits[:, 2]) - planes[:, 2]).square(), known[:, 2])
    return cell + border + DISTANCE_WEIGHT * distance


def regions_loss(logits: Tensor, classes: Tensor, known: Tensor) -> Tensor:
    """Cross-entropy over the classes, and Dice averaged over the classes."""
    entropy = mean_where(functional.cross_entropy(logits, classes, reduction="none"), known)
    wanted = functional.one_hot(classes, logits.shape[1]).movedim(-1, 1).to(logits.dtype)
    return entropy + dice_loss(torch.softmax(logits, 1), wanted, known)


def cross_entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    """Per pixel, for answers that are yes or no."""
    return functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")


def dice_loss(probability: Tensor, wanted: Tensor, known: Tensor) -> Tensor:
    """1 - soft Dice over the known pixels of the whole batch, averaged over the planes that occur.

    Parameters
    ----------
    probability, wanted : (B, K, Y, X), 0..1.
    known : (B, Y, X), 0 or 1.
    """
    where = known[:, None]
    axes = (0, 2, 3)
    overlap = (probability * wanted * where).sum(axes)
    total = ((probability + wanted) * where).sum(axes)
    occurs = ((wanted * where).sum(axes) > 0).to(total.dtype)
    losses = (1 - 2 * overlap / (total + SMALL)) * occurs
    return losses.sum() / occurs.sum().clamp(min=1)


def mean_where(errors: Tensor, known: Tensor) -> Tensor:
    """The mean error over the known pixels; 0 when none is known."""
    return (errors * known).sum() / known.sum().clamp(min=1)
