"""What a training begins with, new or gone on with: device, division, card, network and the first patches."""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from napari_unet.core.data.fingerprint import fingerprint
from napari_unet.core.data.planes import FLAT
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import TrainingError
from napari_unet.core.inference.device import describe_device, pick_device
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.model.network import Network
from napari_unet.core.settings import TrainingSettings
from napari_unet.core.training.beginning import (
    first_network,
    kept_shape,
    learned_before,
    load_start,
    new_card,
    untaught,
)
from napari_unet.core.training.circumstances import machine, object_width, versions
from napari_unet.core.training.distributed import Ranks
from napari_unet.core.training.elsewhere import moved, precision_there
from napari_unet.core.training.judging.division import Division, divide, divide_as_before, may_join
from napari_unet.core.training.judging.measuring import check_measurable
from napari_unet.core.training.patches.sampler import Sampler
from napari_unet.core.training.patches.volumes import VolumeSampler, volumes_of
from napari_unet.core.training.precision import learning_precision, name_of
from napari_unet.core.training.resuming import State, as_it_began, changed_since
from napari_unet.core.training.task import TrainingTask

AGREE = 2.0
"""Spacings agree when neither is so many times the other (nnU-Net)."""

SLOWER = 0.1
"""A model that already knows something is taught at this share of the rate."""


@dataclass(frozen=True)
class Beginning:
    """What a training begins with.

    Parameters
    ----------
    network : with its first weights.
    sampler : filled with what is learned from.
    rate : the highest learning rate.
    start : the model that it starts from, if any.
    notes : sentences that should be known.
    """

    task: TrainingTask
    ranks: Ranks
    device: torch.device
    precision: torch.dtype
    card: ModelCard
    division: Division
    network: Network
    sampler: Sampler
    rate: float
    start: Path | None
    notes: tuple[str, ...]


def begin(task: TrainingTask, samples: Sequence[Sample], ranks: Ranks, state: State | None = None) -> Beginning:
    """Begin, or go on from a state.

    Raises
    ------
    TrainingError, PictureError, ModelError, DeviceError : see `loop.train`.
    """
    settings = task.plan.training
    if state:
        samples = [one for one in samples if may_join(one, state.values["data"])]
    torch.manual_seed(settings.seed)
    device = pick_device(settings.device)
    precision = (precision_there if state else learning_precision)(device.type, settings.precision)
    model = None if state else load_start(task)
    division = divided(task, samples, state)
    check_division(division)
    card = resumed_card(state, task, samples) if state else new_card(samples, task, model)
    check_measurable(division.measured, card)
    card = dataclasses.replace(
        card,
        device=describe_device(device),
        precision=name_of(precision),
        validation=tuple(sample.name for sample in division.measured),
    )
    if not state:
        microns = card.plan.preprocessing.pixel_size
        width = object_width(division.learned, microns) if task.kind == "objects" else 0.0
        card = dataclasses.replace(card, object_width=width, machine=machine(), versions=versions())
    if card.plan.network.dimensions == "3-D":
        for sample in division.learned:  # says of which picture it has no focal planes
            next(volumes_of(sample), None)
        if not state:
            kept = model is not None and model.card.plan.network == card.plan.network
            card = in_depth(card, division.learned, kept=kept)
    network, left = first_network(card, model)
    if not ranks.leads:
        torch.manual_seed(settings.seed + ranks.rank)
    side = patch_side(division.learned, settings, network)
    sampler = sampler_for(card, side, settings.seed + ranks.rank, device, network.strides)
    sampler.put(division.learned)
    start = _started_from(task, state)
    rate = settings.rate * (SLOWER if start else 1)
    notes = (*(_resumed(state, task, samples) if state else _notes(task, division, model)), left)
    notes = (*notes, moved(state.card, device, precision) if state else untaught(samples, task))
    told = tuple(part for part in notes if part)
    return Beginning(task, ranks, device, precision, card, division, network, sampler, rate, start, told)


def divided(task: TrainingTask, samples: Sequence[Sample], state: State | None) -> Division:
    """What is learned from and what measures; going on, as it was."""
    if state:
        return divide_as_before(samples, state.values["measured"])
    return divide(samples, task.plan.training.validation, task.plan.training.seed)


def _notes(task: TrainingTask, division: Division, model: Model | None) -> tuple[str, ...]:
    frozen = "" if model or not task.plan.training.freeze else "The encoder is frozen before it has learned anything."
    return division.note, kept_shape(task, model), learned_before(division.measured, model), frozen


def _resumed(state: State, task: TrainingTask, samples: Sequence[Sample]) -> tuple[str, ...]:
    after = f"It goes on after epoch {state.values['epoch']}."
    return after, as_it_began(state, task), changed_since(state, samples)


def _started_from(task: TrainingTask, state: State | None) -> Path | None:
    if state is None:
        return task.start
    return Path(state.values["start"]) if state.values["start"] else None


def resumed_card(state: State, task: TrainingTask, samples: Sequence[Sample]) -> ModelCard:
    """The card of a training that is gone on with: as it was, but for how long it learns and what it learns from."""
    asked = task.plan.training
    used = dataclasses.replace(
        asked, batch=state.card.plan.training.batch, patch=state.card.plan.training.patch
    )  # fewer or smaller where memory has run out
    data = {sample.name: fingerprint(sample) for sample in samples}
    return dataclasses.replace(state.card, plan=dataclasses.replace(state.card.plan, training=used), data=data)


def check_division(division: Division) -> None:
    """Raises TrainingError when every labelled picture is marked for validation."""
    if not division.learned:
        raise TrainingError(
            f"All {len(division.measured)} labelled pictures are marked for validation.",
            "Training needs at least one to learn from.",
            "Take the mark off some of them.",
        )


def in_depth(card: ModelCard, samples: Sequence[Sample], *, kept: bool) -> ModelCard:
    """The card of a 3-D network with what its stacks say: levels that work within planes, and a clean-up in 3-D.

    A network that is `kept`, of the model that is gone on from, keeps its levels.
    """
    deep = statistics.median(sample.voxel_depth for sample in samples)
    rounded = min(max(round(deep * 20) / 20, 0.05), 100.0)
    cleanup = dataclasses.replace(card.postprocessing, volume=True, voxel_depth=rounded)
    shape = card.plan.network
    if kept or shape.flat_levels:
        return dataclasses.replace(card, postprocessing=cleanup)
    planes = max(sample.annotation.shape[-3] for sample in samples if sample.annotation.ndim > FLAT)
    plan = card.plan.with_values({"flat_levels": flat_levels(deep, planes, shape.depth)})
    return dataclasses.replace(card, plan=plan, postprocessing=cleanup)


def flat_levels(deep: float, planes: int, depth: int) -> int:
    """How many levels of a network of this depth work within planes: until a voxel is less than twice as deep as wide
    (see `Network.flat_levels`), and at least as many as it takes that no stack is halved to less than a plane.

    Parameters
    ----------
    deep : how many times as deep as wide a voxel is.
    planes : of the stack that has most.
    """
    agreeing = sum(1 for level in range(depth) if deep / 2**level >= AGREE)
    return max(agreeing, depth - min(depth, int(math.log2(planes))))


def sampler_for(card: ModelCard, side: int, seed: int, device: torch.device, strides: tuple[int, ...]) -> Sampler:
    """Patches for a 2-D network, blocks for a 3-D one."""
    if card.plan.network.dimensions == "3-D":
        return VolumeSampler(card, side, seed, device, strides)
    return Sampler(card, side, seed, device)


def patch_side(samples: Sequence[Sample], settings: TrainingSettings, network: Network) -> int:
    """The side of patches: as set, but not larger than the largest picture, and a multiple of the network's stride.

    Blocks of 3-D networks have as many voxels as a square of this side has pixels.
    """
    stride = network.stride
    if network.settings.dimensions == "3-D":
        return math.ceil(max(settings.patch, 2 * stride) / stride) * stride
    largest: int = max(max(sample.annotation.shape[-2:]) for sample in samples)
    return math.ceil(max(min(settings.patch, largest), 2 * stride) / stride) * stride
