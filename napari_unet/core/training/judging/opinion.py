"""What a model says of painted labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, FIRST, completed
from napari_unet.core.data.sample import Sample
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.training.judging.measuring import Measuring

SURE = 0.75
"""A model is sure of what it gives at least this probability."""


@dataclass(frozen=True)
class Opinion:
    """What a model says of one picture's labels.

    `painted` pixels are painted as anything but background. Of them the model is sure that `disagreed` (a share) are
    something else, most of them `instead` of `name`, which they were mostly painted as.
    """

    painted: int
    disagreed: float
    name: str = ""
    instead: str = ""


def opinion(model: Model, sample: Sample, device: str) -> Opinion:
    """What the model says of the labels of a sample."""
    answer = next(Measuring([sample], device, lambda: False).answers(model))
    annotation = completed(answer.sample.annotation) if answer.sample.complete else answer.sample.annotation
    names, probability = _classes(model, answer.probability)
    painted = annotation >= FIRST
    if model.card.kind == "regions":
        painted &= annotation < BACKGROUND + len(names)  # of a class that was added while it learned, it knows nothing
    if not painted.any():
        return Opinion(0, 0.0)
    truth = np.minimum(annotation[painted] - BACKGROUND, len(names) - 1)
    said = probability[:, painted]
    winner = said.argmax(0)
    wrong = (winner != truth) & (said.max(0) > SURE)
    if not wrong.any():
        return Opinion(int(painted.sum()), 0.0)
    pairs = np.bincount(truth[wrong] * len(names) + winner[wrong], minlength=len(names) ** 2)
    true, other = divmod(int(pairs.argmax()), len(names))
    return Opinion(int(painted.sum()), float(wrong.mean()), names[true], names[other])


def _classes(model: Model, probability: NDArray[np.float16]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names and probabilities (K, Y, X) of background and what can be painted."""
    planes = probability.astype(np.float32)
    if model.card.kind == "regions":
        return model.card.outputs, planes
    return ("background", model.card.noun), np.stack([1 - planes[0], planes[0]])
