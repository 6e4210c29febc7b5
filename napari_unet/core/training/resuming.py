"""Going on with a training that was broken off, exactly where it was: its state after each epoch, in one file.

`last.safetensors` is the model of the last epoch, as any other model file; behind its weights stand those of all that
learns, and in its header what is no tensor: clock, scores, and the state of everything random. Never pickle.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.fingerprint import fingerprint
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import TrainingError
from napari_unet.core.model.card import RESUME, ModelCard
from napari_unet.core.model.checkpoint import STATE
from napari_unet.core.model.header import KEY, VALUES, cut_off, read_card, read_values
from napari_unet.core.settings import Plan, Value
from napari_unet.core.training.elsewhere import where_it_can
from napari_unet.core.training.task import TrainingTask

MODEL = "average/"
"""Those of the model begin with this while it learns."""

FREE = ("epochs", "minutes", "patience", "checkpoints", "device")
"""Settings that may be others than it began with: how long it learns, and where."""

LENGTHS = {"done": "epochs", "time": "minutes", "patience": "patience"}
"""Which setting must grow for a training that ended so to go on."""


@dataclass(frozen=True)
class State:
    """A training after an epoch: the model's card, all tensors, and all else as JSON values."""

    card: ModelCard
    tensors: dict[str, Tensor]
    values: dict[str, Any]


def save_state(state: State, folder: Path) -> None:
    """Write the state, whole or not at all. Raises StorageError."""
    plain = {_stored(name): value.detach().cpu().contiguous() for name, value in state.tensors.items()}
    header = {KEY: json.dumps(state.card.to_json()), VALUES: json.dumps(state.values)}
    data = safetensors.torch.save(plain, metadata=header)
    with atomic_path(folder / RESUME) as temporary:
        temporary.write_bytes(data)


def load_state(folder: Path) -> State:
    """The state in a model's folder. Raises TrainingError when there is none, ModelError when it is damaged."""
    file = folder / RESUME
    if not file.is_file():
        raise TrainingError(
            f"In {folder} is no training to go on with.",
            f"{RESUME} is written at the end of each epoch.",
            "Train anew.",
        )
    card = read_card(file)
    try:
        with safetensors.safe_open(file, "pt") as stream:
            header = stream.metadata() or {}
            tensors = {_alive(name): stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118 - no dict
    except (safetensors.SafetensorError, OSError, RuntimeError, ValueError) as error:
        raise cut_off(file) from error
    if VALUES not in header:
        raise TrainingError(
            f"{file} holds a model but not how it was learning.",
            "It was made by an earlier version.",
            "Train anew, starting from this model.",
        )
    return State(card, tensors, _values(file))


def _values(file: Path) -> dict[str, Any]:
    """How it was learning. Raises TrainingError when that is damaged."""
    values = read_values(file)
    kinds = {"epoch": int, "ended": str, "data": dict, "asked": dict}
    if not all(isinstance(values.get(name), kind) for name, kind in kinds.items()):
        raise TrainingError(
            f"How the model in {file} was learning is damaged.", "It is needed to go on.",
            "Train anew, starting from this model.",
        )  # fmt: skip
    return values


def as_begun(state: State, task: TrainingTask) -> TrainingTask:
    """The task, with the settings that the training began with wherever nobody asked for others now.

    What is usual may have changed since with the version of the program: that is no reason to learn otherwise, or not
    at all. Whoever began it cannot have said anything about settings that are newer than it. It may have begun on
    another computer: only a device that somebody asks for now has to be there.
    """
    stays, said = newer(state), task.said
    if said is not None:
        asked = said.each | (said.together - stays.keys())
        stays = {name: value for name, value in _begun(state).items() if name not in asked}
    plan = task.plan.with_values(stays)
    chosen = said is not None and "device" in said.each
    return dataclasses.replace(task, plan=plan if chosen else where_it_can(plan))


def as_it_began(state: State, task: TrainingTask) -> str:
    """A sentence on what stays otherwise than is usual now, and that nobody asked for; or nothing.

    The task is one of `as_begun`.
    """
    usual, now, older = Plan().values(), task.plan.values(), newer(state)
    asked = usual.keys() if task.said is None else task.said.each | task.said.together
    stays = [name for name, value in usual.items() if now[name] != value and (name in older or name not in asked)]
    if not stays:
        return ""
    how = "It began with an older version, and goes on as that one did" if older else "It goes on as it began"
    return f"{how}: {', '.join(f'{name} {now[name]}' for name in stays)}."


def _begun(state: State) -> dict[str, Value]:
    """Every setting of a training when it began; those that there were not yet as what was done then."""
    return Plan.from_json(state.values["asked"]["plan"]).values()


def newer(state: State) -> dict[str, Value]:
    """The settings that there were not when a training began, with the values that mean what was done then.

    They are named in the state since it was first gone on with: from then on it has a value for each of them.
    """
    asked, known = state.values["asked"]["plan"], state.values.get("newer")
    begun = Plan.from_json(asked).to_json()
    return {
        name: value
        for group, values in begun.items()
        for name, value in values.items()
        if name not in asked.get(group, {}) or (isinstance(known, list) and name in known)
    }


def check_resumable(state: State, task: TrainingTask, samples: Sequence[Sample]) -> None:
    """Raises TrainingError when the state is of another training than the task asks for, or of one that has ended.

    The task is one of `as_begun`.
    """
    asked = asked_of(task)
    # A model that started from another has that one's network on its card; asking for that is right, too.
    differing = _differences(state.values["asked"], asked) & _differences(_of_card(state.card), asked) - set(FREE)
    if differing:
        before = _begun(state)
        names = [f"{name} {before[name]}" if name in before else name for name in sorted(differing)]
        raise TrainingError(
            f"The training in {task.out} began with other settings: {', '.join(names)}.",
            f"It can only go on as it began; free to change are {', '.join(FREE)}.",
            "Set them as they were, or leave them out, or train anew, starting from this model.",
        )
    missing = sorted(set(state.values["data"]) - {sample.name for sample in samples})
    if missing:
        raise TrainingError(
            f"The training in {task.out} began with other pictures: {missing[0]} is missing.",
            "It can only go on with all those it began with.",
            "Put them back, or train anew, starting from this model.",
        )
    _check_unfinished(state, task)


def _check_unfinished(state: State, task: TrainingTask) -> None:
    ended = state.values["ended"]
    if ended not in LENGTHS:
        return
    name = LENGTHS[ended]
    before, now = state.values["asked"]["plan"]["training"][name], getattr(task.plan.training, name)
    # No minutes and no patience are no limit at all.
    if now > before or (before and not now):
        return
    raise TrainingError(
        f"The training in {task.out} has come to its end, after {state.values['epoch']} epochs.",
        "There is nothing left to learn in the time it was given.",
        f"Give it more {name}, or train anew, starting from this model.",
    )


def changed_since(state: State, samples: Sequence[Sample]) -> str:
    """A sentence when pictures or labels have changed since, or nothing."""
    data = state.values["data"]
    count = sum(data.get(sample.name) != fingerprint(sample) for sample in samples)
    if not count:
        return ""
    return (
        f"{count} picture{'s have' if count > 1 else ' has'} changed since and {'are' if count > 1 else 'is'} taken as "
        "now: the model will not be bit for bit what it would have been."
    )


def asked_of(task: TrainingTask) -> dict[str, Any]:
    """What a task asks for, as JSON values."""
    return {"kind": task.kind, "class_names": list(task.class_names), "plan": task.plan.to_json()}


def _stored(name: str) -> str:
    """A tensor's name in the file: those of the model as in any other."""
    return name.removeprefix(MODEL) if name.startswith(MODEL) else f"{STATE}{name}"


def _alive(name: str) -> str:
    return name.removeprefix(STATE) if name.startswith(STATE) else f"{MODEL}{name}"


def _of_card(card: ModelCard) -> dict[str, Any]:
    return {"kind": card.kind, "class_names": list(card.class_names), "plan": card.plan.to_json()}


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """The names of what differs, of single settings within the plan."""
    different = {name for name in ("kind", "class_names") if before[name] != now[name]}
    then, values = (Plan.from_json(one["plan"]).values() for one in (before, now))
    return different | {name for name, value in then.items() if values[name] != value}
