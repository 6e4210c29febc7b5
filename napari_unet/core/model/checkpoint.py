"""Keeping a model: one safetensors file with weights and card (never pickle), and the card once more for reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
from torch import Tensor

from napari_unet.core.data.atomic import atomic_path, write_json
from napari_unet.core.errors import ModelError
from napari_unet.core.model.card import CARD, WEIGHTS, ModelCard
from napari_unet.core.model.catalogue import make_network
from napari_unet.core.model.header import KEY, cut_off, read_card, weights_file
from napari_unet.core.model.network import Network

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


def load_model(path: Path) -> Model:
    """The model in a folder or a .safetensors file, on the CPU, ready to predict.

    Raises
    ------
    ModelError : there is none, it is cut off, not one of ours, from a newer version, or does not fit its own card.
    """
    card = read_card(path)
    file = weights_file(path)
    network = new_network(card)
    try:
        # Read, not mapped: memory that the program has already may be enough, and Windows can replace the file.
        weights = safetensors.torch.load(file.read_bytes())
        network.load_state_dict({name: value for name, value in weights.items() if not name.startswith(STATE)})
    except safetensors.SafetensorError as error:
        raise cut_off(file) from error
    except RuntimeError as error:
        raise ModelError(f"The weights in {file} do not fit the network on its card.", str(error)) from error
    return Model(card, network.eval())
