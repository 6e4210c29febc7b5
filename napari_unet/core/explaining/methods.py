"""The paragraph for a paper's Methods: everything that was done, in the past tense, from a model's card."""

from __future__ import annotations

from napari_unet.core.explaining.phrases import (
    augmentation_phrases,
    cleanup_phrases,
    loss_phrase,
    network_sentence,
    preprocessing_phrases,
    versions_phrase,
)
from napari_unet.core.explaining.wording import LABELS, lasted, measures, spread_of
from napari_unet.core.model.card import ModelCard
from napari_unet.core.wording import counted, listed

OPTIMISERS = {
    "adamw": "AdamW",
    "muon": "Muon (AdamW for the first and last layer)",
    "adam": "Adam",
    "sgd": "stochastic gradient descent with momentum",
}
SCHEDULES = {
    "cosine": "which fell along a cosine to the end",
    "plateau": "which fell whenever the validation score stopped rising",
    "constant": "kept constant",
}


def methods(card: ModelCard, epochs: int) -> str:
    """The paragraph. `epochs` is how many the training did in all; the kept model may be of an earlier one."""
    parts = (
        _task(card),
        network_sentence(card.plan.network, len(card.outputs)),
        _data(card),
        _preprocessing(card),
        _augmentation(card),
        _loss(card),
        _optimising(card),
        _length(card, epochs),
        _selection(card, epochs),
        _cleanup(card),
        versions_phrase(card.versions, card.device, card.machine),
    )
    return " ".join(part for part in parts if part)


def _task(card: ModelCard) -> str:
    if card.kind == "objects":
        planes = "its interior, its borders with touching neighbours and the depth inside it"
        found = f"Each {card.noun} was segmented individually by a network that predicted {planes}."
        if not card.object_classes:
            return found
        names = listed([f"'{name}'" for name in card.object_classes])
        taught = "learned with cross-entropy inside annotated objects"
        return f"{found} Its class, of {names}, was {taught}: the one of the largest mean probability over its pixels."
    names = listed([f"'{name}'" for name in card.class_names])
    word = "the class" if len(card.class_names) == 1 else "the classes"
    return f"Each pixel was assigned to background or to {word} {names} by a network."


def _data(card: ModelCard) -> str:
    measured = len(card.validation)
    learned = sum(name not in card.validation for name in card.data)
    start = f", starting from the weights of the model '{card.start}'," if card.start != "none" else ""
    taught = f"It was trained{start} on {counted(learned, 'annotated picture')}"
    if not measured:
        return f"{taught}; no picture was kept for validation."
    parts = [name for name in card.validation if name not in card.data]
    kept = f"{counted(len(parts), 'part')} of them" if parts else f"{counted(measured, 'further picture')}"
    return f"{taught}; {kept} {'was' if measured == 1 else 'were'} kept out of training for validation."


def _preprocessing(card: ModelCard) -> str:
    return f"Pictures were {listed(preprocessing_phrases(card.plan.preprocessing))}."


def _augmentation(card: ModelCard) -> str:
    stained = card.colour and card.plan.network.dimensions == "2-D"
    phrases = augmentation_phrases(card.plan.augmentation, stained=stained)
    if not phrases:
        return "No data augmentation was used."
    return f"Patches were augmented at random by {listed(phrases)}."


def _loss(card: ModelCard) -> str:
    return f"The loss was {loss_phrase(card.plan.loss, card.kind)}; unlabelled pixels did not count."


def _optimising(card: ModelCard) -> str:
    how = card.plan.training
    rate = f"a learning rate of {how.rate:g}"
    if card.start != "none":
        rate = f"a tenth of {rate} (it started from a trained model)"
    details = [
        f"a weight decay of {how.decay:g}" if how.decay else "",
        f"gradients clipped to a norm of {how.clip:g}" if how.clip else "",
        f"a warm-up over {how.warm:.0%} of the training" if how.warm else "",
        f"an exponential moving average of the weights (decay {how.averaging:g})" if how.averaging else "",
    ]
    withs = listed([part for part in details if part])
    frozen = "With the encoder frozen, weights" if how.freeze else "Weights"
    extra = f", with {withs}" if withs else ""
    return f"{frozen} were optimised with {OPTIMISERS[how.optimiser]} at {rate}, {SCHEDULES[how.schedule]}{extra}."


def _length(card: ModelCard, epochs: int) -> str:
    how = card.plan.training
    side = "cube" if card.plan.network.dimensions == "3-D" else "square"
    precision = f" in {card.precision}" if card.precision else ""
    limits = [
        f"after at most {how.minutes:g} min" if how.minutes else "",
        f"when the score had not risen for {how.patience} epochs" if how.patience else "",
    ]
    ended = listed([part for part in limits if part]).replace(" and when", " or when")
    early = f", ending {ended}" if ended else ""
    most = f", {how.small_steps} steps at most" if how.small_steps else ""
    first = f", at first (for {how.small_first:.0%} of the training{most}) of half the side" if how.small_first else ""
    return (
        f"Training ran for {counted(epochs, 'epoch')} ({lasted(card.seconds)}){early}, with batches of "
        f"{how.batch} {'patch' if how.batch == 1 else 'patches'} ({side}s of up to {how.patch} px{first}){precision}, "
        f"random seed {how.seed}."
    )


def _selection(card: ModelCard, epochs: int) -> str:
    if not card.scores:
        return f"The model of epoch {card.epochs_done} was kept."
    scores = [f"{LABELS.get(name, name)} {spread_of(card.scores, name)}" for name in measures(card.scores)]
    several = card.scores.get("pictures", 1.0) > 1
    spread = ", mean ± standard deviation over pictures" if several else ""
    # The last one is kept unless an earlier one was clearly better: see `training.ending`.
    last = card.epochs_done >= epochs
    why = "as none scored clearly higher" if last else "which scored best"
    return (
        f"The model of epoch {card.epochs_done}, {why} on the validation data, was kept "
        f"({listed(scores)}{spread}; the same data chose the post-processing)."
    )


def _cleanup(card: ModelCard) -> str:
    return f"Probabilities were turned into labels by {listed(cleanup_phrases(card.postprocessing, card.kind))}."
