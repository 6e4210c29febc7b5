"""Packing a trained model for the package: half the digits, and nothing of the machine that trained it."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import torch
from torch import Tensor

from napari_unet.core.data.atomic import write_json
from napari_unet.core.model.card import CARD, WEIGHTS, ModelCard
from napari_unet.core.model.checkpoint import load_model, save_model, save_weights

MOST_BYTES = 8_000_000
MOST_OF_CARD = 200_000
"""In bytes."""


def pack(folder: Path, to: Path) -> int:
    """Write the model in `folder` to `to` as it will be shipped. Returns its bytes; raises ValueError for too many."""
    model = load_model(folder)
    weights = {name: halved(value) for name, value in model.network.state_dict().items()}
    card = anonymous(model.card)
    save_weights(weights, card, to / WEIGHTS)
    write_json(to / CARD, card.to_json())
    size = (to / WEIGHTS).stat().st_size
    if size > MOST_BYTES:
        raise ValueError(f"{to / WEIGHTS} has {size:,} bytes; at most {MOST_BYTES:,} may be shipped.")
    return size


def mix(one: Path, other: Path, share: float, to: Path) -> None:
    """Write the model whose weights lie between those of two, so far on the way to the `other`, 0..1.

    Half-way between a network and what it became by learning on, it keeps what it knew and gains what it learned
    (Wortsman et al. 2022, https://arxiv.org/abs/2109.01903).
    """
    model, weights = load_model(other), load_model(one).network.state_dict()
    mixed = {
        name: torch.lerp(weights[name], value, share) if value.is_floating_point() else value
        for name, value in model.network.state_dict().items()
    }
    model.network.load_state_dict(mixed)
    save_model(model, to)


def halved(value: Tensor) -> Tensor:
    """Convolutions in float16. What stands once per channel is small, and a variance may be smaller than float16."""
    return value.half() if value.is_floating_point() and value.dim() > 1 else value


def anonymous(card: ModelCard) -> ModelCard:
    """The card without what is of the trainer's machine only: processor, memory, folders of other models."""
    plain = dataclasses.replace(card, machine={}, compared={})
    large = len(json.dumps(plain.to_json())) > MOST_OF_CARD
    return dataclasses.replace(plain, data=summary(card.data)) if large else plain


def summary(data: dict[str, str]) -> dict[str, str]:
    """How many pictures of each set there were, with one fingerprint of all of theirs."""
    sets = defaultdict(list)
    for name, print_of in sorted(data.items()):
        sets[name.split()[0]].append(print_of)
    return {
        name: f"{len(prints)} pictures, sha256 {sha256(' '.join(prints).encode()).hexdigest()[:16]}"
        for name, prints in sets.items()
    }
