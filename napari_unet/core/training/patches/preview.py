"""What the network is shown while it learns: patches after all random changes, with the outlines that it is taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import TrainingError
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import Kind
from napari_unet.core.training.patches.groups import draw_weights, look_of
from napari_unet.core.training.patches.sampler import Sampler
from napari_unet.core.training.patches.volumes import VolumeSampler


@dataclass(frozen=True)
class Examples:
    """Patches to look at: pictures (N, C, P, P) float32, 0..1, and outlines (N, P, P) bool."""

    pictures: NDArray[np.float32]
    outlines: NDArray[np.bool_]


def examples(samples: Sequence[Sample], card: ModelCard, count: int, seed: int) -> Examples:
    """`count` patches as the plan of the card would have them once all is eased in, always the same for the same seed.

    Raises TrainingError when nothing is painted, PictureError and ModelError when a picture does not fit.
    """
    samples = _some([sample for sample in samples if sample.complete or sample.annotation.any()], count, seed)
    largest = max((max(sample.annotation.shape[-2:]) for sample in samples), default=0)
    if card.plan.network.dimensions == "3-D":
        strides = new_network(card).strides
        sampler: Sampler = VolumeSampler(card, card.plan.training.patch, seed, torch.device("cpu"), strides)
    else:
        sampler = Sampler(card, max(min(card.plan.training.patch, largest), 1), seed, torch.device("cpu"))
    sampler.put(samples)
    if not sampler.area:
        raise TrainingError(
            "There is nothing to show yet.",
            "Patches are cut around what was painted, and nothing was.",
            "Paint an object and some background first.",
        )
    batch = sampler.made(card.plan.augmentation.eased, count)
    return Examples(
        batch.pictures.clamp(0, 1).contiguous().numpy(),
        _outlines(batch.planes, card.kind) & (batch.known[:, 0].numpy() > 0),
    )


def _some(samples: Sequence[Sample], count: int, seed: int) -> Sequence[Sample]:
    """As many samples as there are patches to show: making all of a large project ready would take minutes."""
    if len(samples) <= count:
        return samples
    weights = draw_weights([look_of(sample) for sample in samples])
    chosen = np.random.default_rng(seed).choice(len(samples), count, replace=False, p=weights)
    return [samples[place] for place in sorted(chosen)]


def _outlines(planes: Tensor, kind: Kind) -> NDArray[np.bool_]:
    """Where what is taught ends: (N, P, P). Of objects that touch, each has its own."""
    near = (1, *(3,) * (planes.ndim - 2))
    if kind == "objects":
        own = ((planes[:, 0] > 0.5) & (planes[:, 1] < 0.5)).numpy()
        return np.asarray(own & ~ndimage.minimum_filter(own, near, mode="nearest"))
    classes = planes[:, 0].numpy()
    return np.asarray(classes != ndimage.minimum_filter(classes, near, mode="nearest"))
