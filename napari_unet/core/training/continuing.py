"""The state of a learner, and going on from it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from napari_unet.core.training.fitting_memory import Size
from napari_unet.core.training.luck import restore_luck
from napari_unet.core.training.report import EpochDone
from napari_unet.core.training.resuming import State, asked_of, newer

if TYPE_CHECKING:
    from napari_unet.core.training.learner import Learner


def state_of(learner: Learner, luck: list[dict[str, Any]], ended: str) -> State:
    """Everything that is needed to go on from here. `ended` is why there is nothing to go on with."""
    values = {
        "asked": asked_of(learner.task),
        "newer": learner.newer,
        "start": str(learner.start or ""),
        "epoch": learner.epoch,
        "ended": ended,
        "data": learner.card.data,
        "measured": [sample.name for sample in learner.division.measured],
        "size": dataclasses.astuple(learner.size),
        "steps_per_epoch": learner.steps_per_epoch,
        "measuring_took": learner.measuring_took,
        "best": learner.keeping.state(),
        "schedule": learner.schedule.state(),
        "optimising": learner.optimising.values(),
        "returns": learner.returning.count,
        "luck": luck,
    }
    return State(learner.dated(learner.card), learner.optimising.tensors(), values)


def restore(learner: Learner, state: State) -> None:
    """Go on from a state."""
    values, learner.newer = state.values, sorted(newer(state))
    learner.epoch, learner.size, learner.luck = values["epoch"], Size(*values["size"]), values["luck"]
    learner.steps_per_epoch, learner.measuring_took = values["steps_per_epoch"], values["measuring_took"]
    learner.schedule.steps = learner.steps_per_epoch * learner.settings.epochs
    learner.schedule.restore(values["schedule"])
    learner.keeping.restore(values["best"])
    learner.sampler.patch = learner.size.patch
    learner.optimising.restore(state.tensors, values["optimising"])
    learner.returning.count = values["returns"]
    learner.returning.remember()
    for line in learner.keeping.lines(learner.epoch) if learner.ranks.leads else []:
        parts = {part.name: line[part.name] for part in dataclasses.fields(EpochDone)}
        learner.watch.after(EpochDone(**parts), line["loss"])
    restore_luck(values["luck"], learner.ranks.rank, learner.sampler)
