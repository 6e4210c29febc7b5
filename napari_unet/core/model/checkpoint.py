"""Keeping a model: one safetensors file with weights and card (never pickle), and the card once more for reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from napari_unet.core.data.atomic import atomic_path, write_json
from napari_unet.core.errors import ModelError
from napari_unet.core.model.card import CARD, WEIGHTS, ModelCard
from napari_unet.core.model.catalogue import make_network
from napari_unet.core.model.header import KEY, cut_off, read_card, weights_file
from napari_unet.core.model.network import Network

SUSPICIOUS = 36
"""Bytes of a filter of 3 x 3 between two planes."""

STATE = "state/"
"""Tensors whose names begin with this are not the model's: they say how a training goes on from here."""


@dataclass(frozen=True)
class Model:
    """A network with everything known about it."""

    card: ModelCard
    network: Network


def new_network(card: ModelCard) -> Network:
    """A network of the kind and shape the card describes, with random weights."""
    return make_network(card.channels, len(card.outputs), card.plan.network)


def save_model(model: Model, folder: Path) -> None:
    """Write model.safetensors and model.json into `folder` (made if need be), each whole or not at all.

    Raises
    ------
    StorageError : the disk is full or the folder cannot be written to.
    """
    save_weights(model.network.state_dict(), model.card, folder / WEIGHTS)
    write_json(folder / CARD, model.card.to_json())


def save_weights(weights: dict[str, Tensor], card: ModelCard, file: Path) -> None:
    """Write weights with their card to `file`, whole or not at all. Raises StorageError."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    data = safetensors.torch.save(plain, metadata={KEY: json.dumps(card.to_json())})
    with atomic_path(file) as temporary:
        temporary.write_bytes(data)


def _check_size(card: ModelCard, file: Path) -> None:
    """Raises ModelError when the card describes a network far larger than its weights: it would fill the memory.

    Only what looks so is made, without numbers, to be sure: that takes seconds.
    """
    size, deepest = file.stat().st_size, card.plan.network.width * 2**card.plan.network.depth
    if SUSPICIOUS * deepest**2 < max(size, 2**28):
        return
    with torch.device("meta"):
        network = new_network(card)
    needed = sum(tensor.numel() * tensor.element_size() for tensor in network.state_dict().values())
    if needed > 2 * size + 2**20:
        raise ModelError(
            f"The weights in {file} do not fit the network on its card.",
            f"It would have {needed / 2**20:,.0f} MiB of them; the file has {size / 2**20:,.1f} MiB.",
            "Choose another model.",
        )


def load_model(path: Path) -> Model:
    """The model in a folder or a .safetensors file, on the CPU, ready to predict.

    Raises
    ------
    ModelError : there is none, it is cut off, not one of ours, from a newer version, or does not fit its own card.
    """
    card = read_card(path)
    file = weights_file(path)
    try:
        _check_size(card, file)
        network = new_network(card)
        # Read, not mapped: memory that the program has already may be enough, and Windows can replace the file.
        weights = safetensors.torch.load(file.read_bytes())
        network.load_state_dict({name: value for name, value in weights.items() if not name.startswith(STATE)})
    except safetensors.SafetensorError as error:
        raise cut_off(file) from error
    except (RuntimeError, ValueError, TypeError, KeyError, MemoryError, OverflowError) as error:
        raise ModelError(f"The weights in {file} do not fit the network on its card.", str(error)) from error
    return Model(card, network.eval())
