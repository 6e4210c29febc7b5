"""How a training begins: what can be learned from these samples, the model's card, and the network's first weights."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from napari_unet.core.data.annotation import BACKGROUND, FIRST
from napari_unet.core.data.channels import choice, places
from napari_unet.core.data.fingerprint import fingerprint
from napari_unet.core.data.object_classes import known
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import ModelError, TrainingError
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model, load_model, new_network
from napari_unet.core.model.network import Network
from napari_unet.core.model.transfer import take_over
from napari_unet.core.settings import LossSettings, Plan, PostprocessingSettings
from napari_unet.core.training.judging.division import is_labelled, learned_by
from napari_unet.core.training.task import TrainingTask, output_names

COLOUR_CHANNELS = 3


def check_learnable(samples: Sequence[Sample], task: TrainingTask) -> None:
    """Raises TrainingError when what cannot be done without is missing."""
    if not any(is_labelled(sample) for sample in samples):
        raise TrainingError(
            f"None of the {len(samples)} pictures has a label." if samples else "There is no picture to learn from.",
            "Training learns from what is painted.",
            "Paint some cells and some background, or add masks.",
        )
    seen = {int(value) for sample in samples for value in np.unique(sample.annotation)}
    background = BACKGROUND in seen or any(sample.complete and 0 in sample.annotation for sample in samples)
    if not any(value >= FIRST for value in seen):
        raise TrainingError(
            "Only background is painted.", "Training learns the difference.", f"Paint some {_wanted(task)} too."
        )
    if not background and (task.kind == "objects" or len(seen - {0}) < 2):
        raise TrainingError(
            "No background is painted.", "Training learns the difference.", "Paint some background too."
        )
    if task.kind == "regions":
        _check_classes(seen, task)


def _wanted(task: TrainingTask) -> str:
    return "objects" if task.kind == "objects" and len(task.class_names) > 1 else task.class_names[0]


def _check_classes(seen: set[int], task: TrainingTask) -> None:
    there = range(FIRST, FIRST + len(task.class_names))
    strange = sorted(value for value in seen if value >= there.stop)
    if strange:
        raise TrainingError(
            f"A mask has class {strange[0] - BACKGROUND}, but there are {len(there)} classes.",
            f"Known are {', '.join(task.class_names)}.",
            "Name the missing class, or correct the mask.",
        )


def channels_of(samples: Sequence[Sample], chosen: str) -> tuple[int, bool]:
    """How many channels the model needs, and whether they are colours: then grey pictures may be among them.

    Where channels are `chosen`, pictures may have others besides, and none are colours. Raises PictureError for a
    picture that lacks one, ModelError for pictures that differ.
    """
    if choice(chosen):
        at = [places(chosen, len(sample.image), sample.channel_names, sample.name) for sample in samples]
        return len(at[0]), False
    colour = any(sample.colour for sample in samples)
    counts = sorted({len(sample.image) for sample in samples} - ({1} if colour else set()))
    if len(counts) > 1:
        names = [next(sample.name for sample in samples if len(sample.image) == count) for count in counts]
        raise ModelError(
            f"{names[0]} has {counts[0]} channels and {names[1]} has {counts[1]}.",
            "All pictures of one training need the same channels (only grey and colour can be mixed).",
            "Choose channels that all have (Channels in the window, --channels in the terminal), or leave some out.",
        )
    return (COLOUR_CHANNELS if colour else counts[0]), colour


def new_card(samples: Sequence[Sample], task: TrainingTask, start: Model | None) -> ModelCard:
    """The card of the model that is about to be trained; it takes the shape of the network of `start`."""
    plan = planned(task, start)
    channels, colour = channels_of(samples, plan.preprocessing.channels)
    return ModelCard(
        name=task.name,
        kind=task.kind,
        class_names=task.class_names,
        channels=channels,
        colour=colour,
        plan=plan,
        postprocessing=usual_cleanup(task.plan.loss),
        outputs=output_names(task.kind, task.class_names, told_apart=len(classes_taught(samples, task)) > 1),
        data={sample.name: fingerprint(sample) for sample in samples},
        start=start.card.name if start else "none",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def classes_taught(samples: Sequence[Sample], task: TrainingTask) -> set[int]:
    """The classes, from 1, of which an object is annotated; a network learns to tell them apart from two on."""
    count = len(task.class_names)
    if task.kind == "regions" or count < 2:
        return set()
    there = ((sample, set(np.unique(sample.annotation).tolist())) for sample in samples if sample.classes)
    return {
        value
        for sample, numbers in there
        for number, value in known(sample.classes, count).items()
        if number in numbers
    }


def untaught(samples: Sequence[Sample], task: TrainingTask) -> str:
    """A sentence when the project has classes of objects but there is nothing to learn them from, or nothing."""
    if task.kind == "regions" or len(task.class_names) < 2 or len(classes_taught(samples, task)) > 1:
        return ""
    return f"Classes are not learned: of {', '.join(task.class_names)}, at least two need an annotated object."


def usual_cleanup(loss: LossSettings) -> PostprocessingSettings:
    """The clean-up to begin with: cells are not parted by planes that nobody taught the network."""
    usual = PostprocessingSettings()
    return usual if loss.border or loss.distance else dataclasses.replace(usual, split=0.0)


def planned(task: TrainingTask, start: Model | None) -> Plan:
    """The task's plan; a model that is gone on from sees pictures as it always has, and usually keeps its network.

    Only which channels it sees may be chosen anew.
    """
    if start is None:
        return task.plan
    kept = start.card.plan
    network = kept.network if task.plan.training.keep_network else task.plan.network
    chosen = task.plan.preprocessing.channels or kept.preprocessing.channels
    preprocessing = dataclasses.replace(kept.preprocessing, channels=chosen)
    return dataclasses.replace(task.plan, network=network, preprocessing=preprocessing)


def load_start(task: TrainingTask) -> Model | None:
    """The model to go on from, if any. Raises ModelError."""
    return load_model(task.start) if task.start else None


def kept_shape(task: TrainingTask, start: Model | None) -> str:
    """A sentence when the settings ask for another network than the model that is gone on from has, or nothing."""
    if start is None or planned(task, start).network == task.plan.network:
        return ""
    shape = start.card.plan.network
    return f"The network keeps the shape of {start.card.name}: depth {shape.depth}, width {shape.width}."


def learned_before(measured: Sequence[Sample], start: Model | None) -> str:
    """A sentence when the model that is gone on from has learned from pictures that measure now, or nothing."""
    if start is None:
        return ""
    count = sum(learned_by(start.card, sample.name) for sample in measured)
    if not count:
        return ""
    return f"{start.card.name} has learned from {count} of the {len(measured)} pictures that measure: scores flatter."


def first_network(card: ModelCard, start: Model | None) -> tuple[Network, str]:
    """A network with random weights, or with those of `start` wherever they fit; and a sentence on what did not."""
    network = new_network(card)
    if start is None:
        return network, ""
    # The last layer of a model of the other kind answers another question.
    taken = take_over(network, start, start.card.kind == card.kind, card.outputs)
    if not taken.left:
        return network, ""
    return network, f"From {start.card.name}, {taken.taken} of {taken.layers} layers; anew: {', '.join(taken.left)}."
