"""How long a training will take, and how much memory: before it begins, and after its first epoch."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import torch

from napari_unet.core.training.estimating import estimate, measured, peak_memory
from napari_unet.core.training.report import Estimated

if TYPE_CHECKING:
    from napari_unet.core.training.learner import Learner


def before_start(learner: Learner) -> Estimated:
    """Computed before the first step."""
    shape, steps = (learner.size.batch, learner.size.patch), round(learner.schedule.left)
    plan = learner.card.plan.with_values({"precision": learner.card.precision})  # what it really computes in
    # Finding out must not change what is drawn.
    with torch.random.fork_rng():
        found = estimate(learner.optimising.network, plan, shape, steps, learner.device)
    learner.memory = found.memory
    return dataclasses.replace(found, seconds=learner.schedule.bounded(found.seconds))


def after_first_epoch(learner: Learner, measurings: float) -> Estimated:
    """Measured; `measurings` are those that follow the last epoch."""
    schedule = learner.schedule
    seconds = (schedule.learning - learner.measuring_took) / max(schedule.done, 1)
    measuring = learner.measuring_took * (learner.settings.epochs - 1 + measurings)
    found = measured(seconds, round(schedule.left), measuring, peak_memory(learner.device))
    # The larger patches are still to come.
    memory = max(found.memory, learner.memory) if learner.sampler.patch < learner.size.patch else found.memory
    return dataclasses.replace(found, seconds=schedule.bounded(found.seconds), memory=memory)
