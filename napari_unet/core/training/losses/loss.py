"""How wrong an answer is, over the known pixels only: where nothing is known, the gradient is exactly zero.

The terms stand in `loss_terms`; here they are weighted and added up. docs/losses.md says what each is good for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from napari_unet.core.errors import SettingsError
from napari_unet.core.settings import Kind, LossSettings
from napari_unet.core.training.losses.levels import Truth, level_weights, reduced
from napari_unet.core.training.losses.maps import GAP, OUTLINE, TRUST, map_names
from napari_unet.core.training.losses.questions import OneOfMany, Question, YesOrNo
from napari_unet.core.training.losses.terms import balanced, boundary_loss, dice_loss, mean_where, tversky_loss
from napari_unet.core.training.precision import exactly

CELL, BORDER, DISTANCE = range(3)
CLASSES = slice(3, None)
"""Behind them, a plane for each class of objects, where those are told apart."""

TOLD_APART = 1.0
"""Weight of which class an object is. It is asked only inside objects, so it hardly disturbs the other terms."""

RARE = 0.5
"""How far rare classes of objects are weighted up; see `terms.balanced`."""

Term = tuple[float, Callable[[], Tensor]]
"""A weight, and what it weighs: computed only when the weight is not 0."""


class Answers(Protocol):
    """The part of a batch that says what is right: planes, known (B, K, [Z,] Y, X) and maps (B, M, [Z,] Y, X)."""

    @property
    def planes(self) -> Tensor:
        """What should be answered; see `targets.Targets`, planes of objects in 0..1."""

    @property
    def known(self) -> Tensor:
        """1 where that is known, else 0."""

    @property
    def maps(self) -> Tensor:
        """What `target_maps.map_names` names; not looked at when that is nothing."""


class Loss:
    """The loss of a kind of model with given settings.

    Parameters
    ----------
    outputs : planes that the network answers with; of regions, the classes with background.

    Raises SettingsError when no term tells what is searched from background.
    """

    def __init__(self, kind: Kind, settings: LossSettings, outputs: int) -> None:
        check_something_is_taught(settings)
        self.kind, self.settings, self.outputs = kind, settings, outputs
        self._names = map_names(kind, settings)

    def __call__(self, levels: Sequence[Tensor], batch: Answers) -> Tensor:
        """One number, float32 also under autocast.

        Parameters
        ----------
        levels : logits (B, outputs, [Z,] Y, X), finest first; coarser ones, of deep supervision, at their own size.
        batch : on the same device as the logits.
        """
        of_one = objects_loss if self.kind == "objects" else regions_loss
        with exactly(levels[0].device.type):
            maps = {name: batch.maps[:, number].float() for number, name in enumerate(self._names)}
            truth = Truth(batch.planes.float(), batch.known.float(), maps)
            losses = []
            for weight, logits in zip(level_weights(len(levels)), levels, strict=True):
                at_its_size = reduced(truth, self.kind, self.outputs, logits.shape[2:])
                losses.append(weight * of_one(self.settings, logits.float(), at_its_size))
            return torch.stack(losses).sum()


def check_something_is_taught(settings: LossSettings) -> None:
    """Raises SettingsError when no term tells what is searched from background."""
    terms = (settings.cross_entropy, settings.soft_dice, settings.tversky, settings.focal, settings.boundary)
    if not any(terms):
        raise SettingsError(
            "Cross-entropy, Dice, Tversky, focal and boundary all have the weight 0.",
            "Without any of them nothing tells what is searched from background.",
            "Give one of them a weight above 0; cross-entropy 1 and Dice 1 are usual.",
        )


def objects_loss(settings: LossSettings, logits: Tensor, truth: Truth) -> Tensor:
    """Cell and border are asked for yes or no; how deep inside a cell a pixel lies, by the squared error; and of which
    class an object is, as one of many, inside those whose class is known.

    The boundary term is of the cell plane alone: the border plane's lines have no inside.
    """
    weights = gap_weights(settings, truth)

    def question(plane: int) -> YesOrNo:
        known, counts = truth.known[:, plane], trusted(truth, plane)
        return YesOrNo(logits[:, plane], truth.planes[:, plane], known, counts, weights * counts)

    def depth() -> Tensor:
        errors = (torch.sigmoid(logits[:, DISTANCE]) - truth.planes[:, DISTANCE]).square()
        return mean_where(errors, trusted(truth, DISTANCE), truth.known[:, DISTANCE])

    cell, border = question(CELL), question(BORDER)
    terms = _pixel_terms(settings, cell) + _shape_terms(settings, cell)
    if settings.border:
        of_border = _pixel_terms(settings, border) + _shape_terms(settings, border)
        terms += [(settings.border * weight, term) for weight, term in of_border]
    terms.append((settings.boundary, lambda: _boundary(cell, truth)))
    terms.append((settings.distance, depth))
    if logits[:, CLASSES].shape[1]:
        terms.append((TOLD_APART, lambda: class_loss(logits[:, CLASSES], truth)))
    return _added(terms)


def class_loss(logits: Tensor, truth: Truth) -> Tensor:
    """Cross-entropy over the classes of objects, in pixels of objects whose class is known; rare classes count more.

    Parameters
    ----------
    logits : (B, classes, ...).
    """
    known = truth.known[:, CLASSES.start]  # of one class as of the others
    question = OneOfMany(logits, truth.planes[:, CLASSES].argmax(1), known, trusted(truth, CLASSES.start))
    return mean_where(question.entropy(), balanced(question.weights, question.shares, RARE), known)


def regions_loss(settings: LossSettings, logits: Tensor, truth: Truth) -> Tensor:
    """One of many: every term over the classes."""
    question = OneOfMany(logits, truth.planes[:, 0].long(), truth.known[:, 0], trusted(truth, 0))
    terms = _pixel_terms(settings, question) + _shape_terms(settings, question)
    terms.append((settings.boundary, lambda: _boundary(question, truth)))
    return _added(terms)


def trusted(truth: Truth, plane: int) -> Tensor:
    """How much of each pixel of a plane counts (B, ...): 0 where it is unknown, else by where its label came from."""
    known = truth.known[:, plane]
    return known * truth.maps[TRUST] if TRUST in truth.maps else known


def gap_weights(settings: LossSettings, truth: Truth) -> Tensor:
    """How much each pixel counts in the entropies, (B, ...): `border_weight` at most, 1 far from where cells meet.

    Either the same wherever the border is known to run, or falling with the distance to two cells as in the original
    U-Net; see `target_maps.gap_map`.
    """
    near = truth.maps[GAP] if GAP in truth.maps else truth.planes[:, BORDER] * truth.known[:, BORDER]
    return 1 + (settings.border_weight - 1) * near


def _pixel_terms(settings: LossSettings, question: Question) -> list[Term]:
    """How wrong each pixel is."""
    if not settings.cross_entropy and not settings.focal:
        return []
    weights = question.weights
    if settings.balance:
        weights = balanced(weights, question.shares, settings.balance)
    return [
        (settings.cross_entropy, lambda: mean_where(question.entropy(), weights, question.known)),
        (settings.focal, lambda: mean_where(question.focal(settings.focus), weights, question.known)),
    ]


def _shape_terms(settings: LossSettings, question: Question) -> list[Term]:
    """How wrong the shapes are as a whole.

    They are shares, which would not fall when all pixels of a batch counted less: so each is weighed as they are.
    """
    counts = question.trusted
    share = 1 if counts is question.known else counts.sum() / question.known.sum().clamp(min=1)
    return [
        (settings.soft_dice, lambda: share * dice_loss(question.probability, question.wanted, counts)),
        (
            settings.tversky,
            lambda: share * tversky_loss(question.probability, question.wanted, counts, settings.misses),
        ),
    ]


def _boundary(question: Question, truth: Truth) -> Tensor:
    outline = truth.maps[OUTLINE]
    weighed = outline if question.trusted is question.known else outline * question.trusted
    return boundary_loss(question.wrong, weighed, question.known)


def _added(terms: Sequence[Term]) -> Tensor:
    """The weighted sum of the terms whose weight is not 0."""
    return torch.stack([weight * term() for weight, term in terms if weight]).sum()
