"""The description of a model in BioImage.IO's words, version 0.5 (https://bioimage.io/docs, rdf.yaml)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import torch

from napari_unet.core.model.card import WEIGHTS, ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.settings import SharingSettings
from napari_unet.core.sharing.chain import seen_pixel, spoken
from napari_unet.core.sharing.shape import axes_of, channel_names, halos, identifiers, smallest
from napari_unet.core.sharing.words import OURS

DESCRIPTION, PAGE, COVER, TORCHSCRIPT = "rdf.yaml", "README.md", "cover.png", "weights.pt"
INPUT, OUTPUT = "test_input.npy", "test_output.npy"

FORMAT = "0.5.4"
"""Of the description: what newer and older programs both read."""

RAW, PROBABILITY = "raw", "probability"
UNNAMED = "Anonymous"
LONGEST, SHORTEST = 64, 5
"""Letters of a name in BioImage.IO."""

UNET = {
    "text": "Ronneberger O, Fischer P, Brox T (2015) U-Net: Convolutional Networks for Biomedical Image Segmentation.",
    "doi": "10.1007/978-3-319-24574-4_28",
}


def description_of(
    model: Model, files: Mapping[str, bytes], settings: SharingSettings, authors: Sequence[str]
) -> dict[str, Any]:
    """The description, as plain values; `files` are all others of the package."""
    card = model.card
    return {
        "format_version": FORMAT,
        "type": "model",
        "name": plain_name(card.name),
        "description": _summary(card),
        "timestamp": _made(card),
        "authors": [{"name": name.strip()} for name in authors if name.strip()] or [{"name": UNNAMED}],
        "cite": [UNET],
        "license": settings.licence,
        "documentation": PAGE,
        "covers": [COVER],
        "tags": _tags(card),
        "inputs": [_input(model, files, settings.tiles)],
        "outputs": [_output(model, files, settings.tiles)],
        "weights": {
            "torchscript": {**_file(TORCHSCRIPT, files), "pytorch_version": torch.__version__.partition("+")[0]}
        },
        "attachments": [_file(WEIGHTS, files)],
        "config": {OURS: {"model": WEIGHTS}},
    }


def plain_name(name: str) -> str:
    """The name with letters that BioImage.IO allows, as long as it wants them."""
    allowed = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "_+- ()") else "_" for letter in name
    )
    return f"{allowed} U-Net"[:LONGEST].strip() if len(allowed) < SHORTEST else allowed[:LONGEST].strip()


def _summary(card: ModelCard) -> str:
    found = f"every {card.noun}" if card.kind == "objects" else ", ".join(card.class_names)
    seen = "volumes" if card.plan.network.dimensions == "3-D" else "pictures"
    what = "in colour" if card.colour else f"of {card.channels} channel{'s' if card.channels > 1 else ''}"
    return f"A U-Net that finds {found} in {seen} {what}. Trained with napari-unet."[:512]


def _made(card: ModelCard) -> str:
    try:
        return datetime.fromisoformat(card.created).isoformat(timespec="seconds")
    except ValueError:
        return datetime.now(UTC).isoformat(timespec="seconds")


def _tags(card: ModelCard) -> list[str]:
    flat = card.plan.network.dimensions == "2-D"
    task = "instance-segmentation" if card.kind == "objects" else "semantic-segmentation"
    names = [name.replace("_", "-") for name in identifiers(card.class_names)]
    own = ["2d" if flat else "3d", "unet2d" if flat else "unet3d", "unet", "segmentation", task, "pytorch", "napari"]
    return [*own, *(name for name in names if name not in own)]


def _input(model: Model, files: Mapping[str, bytes], tiles: bool) -> dict[str, Any]:
    card, network = model.card, model.network
    axes = axes_of(network)
    sizes = {
        axis: {"min": least, "step": step}
        for axis, least, step in zip(axes, smallest(network, tiles), network.strides, strict=True)
    }
    names = list(channel_names(card))
    return {
        "id": RAW,
        "description": "The picture as acquired; brightness is scaled by the steps below.",
        "axes": [
            {"type": "batch"},
            {"type": "channel", "channel_names": names},
            *({"type": "space", "id": axis, "size": size, **_side(card, axis)} for axis, size in sizes.items()),
        ],
        "data": {"type": "float32"},
        "test_tensor": _file(INPUT, files),
        "preprocessing": spoken(card.plan.preprocessing, axes),
    }


def _output(model: Model, files: Mapping[str, bytes], tiles: bool) -> dict[str, Any]:
    card, network = model.card, model.network
    return {
        "id": PROBABILITY,
        "description": "What the network says of each pixel, 0 to 1, plane by plane.",
        "axes": [
            {"type": "batch"},
            {"type": "channel", "channel_names": identifiers(card.outputs)},
            *(
                {
                    "type": "space",
                    "id": axis,
                    "size": {"tensor_id": RAW, "axis_id": axis},
                    **({"halo": halo} if halo else {}),
                    **_side(card, axis),
                }
                for axis, halo in zip(axes_of(network), halos(network, tiles), strict=True)
            ),
        ],
        "data": {"type": "float32", "range": [0.0, 1.0]},
        "test_tensor": _file(OUTPUT, files),
    }


def _side(card: ModelCard, axis: str) -> dict[str, Any]:
    """How wide a pixel must be, where the model knows; the distance of planes is not rescaled here."""
    pixel = seen_pixel(card)
    return {"unit": "micrometer", "scale": pixel} if pixel and axis != "z" else {}


def _file(name: str, files: Mapping[str, bytes]) -> dict[str, str]:
    return {"source": name, "sha256": hashlib.sha256(files[name]).hexdigest()}
