"""The network as TorchScript: one file that torch runs from Python, C++ or Java, for pictures of any size."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from napari_unet.core.errors import ModelError
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.preprocessing import View
from napari_unet.core.sharing.answering import AnySize
from napari_unet.core.sharing.chain import in_words, unscaled
from napari_unet.core.sharing.shape import axes_of, channel_names
from napari_unet.core.sharing.specimen import Specimen, specimen_of
from napari_unet.core.sharing.words import OURS

NOTE = f"{OURS}.json"
"""What lies in the file beside the network: see `note_of`."""

NEAR = 1e-4
"""Answers may differ by so much: they are summed in another order."""


def write_torchscript(model: Model, file: Path) -> None:
    """Write the network for normalised pictures, and try it. Raises ModelError when it answers something else."""
    traced(model, specimen_of(model, tiles=False), file)


def traced(model: Model, specimen: Specimen, file: Path) -> None:
    """Write the network as it is traced on a small picture, and compare its answers to a larger one of an odd size."""
    shown = seen(model.card, specimen.picture)
    small = shown[(slice(None), *(slice(0, stride) for stride in model.network.strides))]
    with warnings.catch_warnings(), torch.inference_mode(False), torch.no_grad():
        warnings.simplefilter(
            "ignore"
        )  # of checks on sizes, which a trace leaves out, and that torch has newer formats
        module = torch.jit.trace(AnySize(model).eval(), torch.from_numpy(small)[None].contiguous(), check_trace=False)
        torch.jit.save(module, str(file), _extra_files={NOTE: json.dumps(note_of(model)).encode()})
        read = torch.jit.load(str(file), map_location="cpu")
        compare(read(torch.from_numpy(shown)[None])[0].numpy(), specimen.probability, model.card)
        odd = torch.from_numpy(shown[..., 1:, 2:].copy())[None]
        compare(read(odd)[0].numpy(), AnySize(model)(odd)[0].numpy(), model.card)


def seen(card: ModelCard, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """A picture (C, [Z,] Y, X) of the size that the network sees, normalised as it sees it."""
    return View(picture, unscaled(card), "The test picture", 0.0).whole()


def compare(found: NDArray[np.float32], expected: NDArray[np.float32], card: ModelCard) -> None:
    """Raises ModelError when two answers differ by more than NEAR."""
    if found.shape == expected.shape and np.abs(found - expected).max(initial=0.0) <= NEAR:
        return
    raise ModelError(
        f"The file would not answer as {card.name} does, and was not written.",
        f"Answers may differ by {NEAR:g} at most.",
        "This is a mistake of the program: please report it with the model's card.",
    )


def note_of(model: Model) -> dict[str, Any]:
    """What must be known to run the bare network; plain values."""
    card, network = model.card, model.network
    return {
        "name": card.name,
        "input": f"float32, (batch, channel, {', '.join(axes_of(network))})",
        "channels": list(channel_names(card)),
        "prepare": in_words(card),
        "output": "probability, 0 to 1",
        "planes": list(card.outputs),
        "multiples": list(network.strides),
        "card": card.to_json(),
    }
