"""Going on with a training on another computer: where it learns there, and in which number format."""

from __future__ import annotations

import torch

from napari_unet.core.inference.device import describe_device, trouble
from napari_unet.core.model.card import ModelCard
from napari_unet.core.settings import Plan
from napari_unet.core.training.precision import learning_precision, name_of, possible_formats


def where_it_can(plan: Plan) -> Plan:
    """The plan, with any device of this computer where the one it names cannot be used here."""
    device = plan.training.device
    missing = device != "auto" and trouble(device) is not None
    return plan.with_values({"device": "auto"}) if missing else plan


def precision_there(kind: str, wanted: str) -> torch.dtype:
    """As `learning_precision`; a format that a kind of device cannot learn in is left for what suits that."""
    possible = wanted == "auto" or wanted in possible_formats(kind)
    return learning_precision(kind, wanted if possible else "auto")


def moved(card: ModelCard, device: torch.device, precision: torch.dtype) -> str:
    """A sentence where a training of this card goes on on another kind of device than before; or nothing."""
    here, number = describe_device(device), name_of(precision)
    if not card.device or _kind(card.device) == _kind(here):
        return ""
    otherwise = f", in {number} instead of {card.precision}" if number != card.precision else ""
    return (
        f"It was learning on {card.device}, and goes on here on {here}{otherwise}: "
        "the model will not be bit for bit what it would have been."
    )


def _kind(described: str) -> str:
    """The kind of a device in the words of `describe_device`: it stands in brackets, but for the processor."""
    return described.rpartition("(")[2] if described.endswith(")") else "cpu"
