"""Taking in a model from a BioImage.IO package: our own comes back whole, another one becomes one to start from."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from napari_unet.core.data.atomic import PART, storage_errors
from napari_unet.core.errors import ModelError
from napari_unet.core.explaining import write_description
from napari_unet.core.importing.opening import shortened
from napari_unet.core.model.card import OBJECT_PLANES, WEIGHTS, ModelCard
from napari_unet.core.model.checkpoint import Model, load_model, save_model
from napari_unet.core.model.refusing import refuse_replacing
from napari_unet.core.model.transfer import COLOURS
from napari_unet.core.settings import NetworkSettings, Plan, PostprocessingSettings
from napari_unet.core.sharing.chain import understood_steps
from napari_unet.core.sharing.fitting import fitted, grouped, shape_of
from napari_unet.core.sharing.opening import Package
from napari_unet.core.sharing.reading import Description, read_description
from napari_unet.core.sharing.tensors import MOST_WEIGHTS, tensors_in

NAMED = 8
"""Layers that have no place here are named up to so many."""


@dataclass(frozen=True)
class Brought:
    """A model that was taken in: its folder, its card, whether it is whole, and a sentence on what was taken."""

    folder: Path
    card: ModelCard
    whole: bool
    sentence: str


def import_model(package: Path, out: Path, overwrite: bool) -> Brought:
    """Take in the model of a package as a folder `out` to segment with, or to start a training from.

    A package that was written here comes back as it was. Of another one, the weights that fit a U-Net of this program
    are taken; it cannot answer our question yet, so it is one to start from.

    Raises
    ------
    ModelError : the package is damaged or made to harm, or its model is no U-Net that can be had here.
    StorageError : `out` holds a model already, or the disk is full.
    """
    refuse_replacing(out, overwrite)
    archive = Package(package)
    description = read_description(archive)
    own = _own(archive, description.own, out) if description.own else None
    model, sentence = (own, f"{own.card.name} came back whole.") if own else _foreign(archive, description)
    save_model(model, out)
    write_description(out)
    return Brought(out, model.card, own is not None, sentence)


def _own(archive: Package, file: str, beside: Path) -> Model:
    """The model as it was written here; its file lies beside its place for a moment."""
    copy = beside.with_name(f".{secrets.token_hex(4)}{PART}{Path(WEIGHTS).suffix}")
    data = archive.read(file, MOST_WEIGHTS)
    with storage_errors(beside):
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            copy.write_bytes(data)
            return load_model(copy)
        except ModelError as error:  # which names the copy, of which nobody knows
            what, needed = (said.replace(str(copy), file) for said in (error.what, error.needed))
            raise ModelError(what, needed, "Download the package again, or choose another one.") from error
        finally:
            copy.unlink(missing_ok=True)


def _foreign(archive: Package, description: Description) -> tuple[Model, str]:
    """A model with what fits of the package's, and what that is."""
    if not description.weights:
        others = f" It has {', '.join(description.others)}." if description.others else ""
        raise ModelError(
            f"{description.name} has no weights that can be read here.{others}",
            "Read are PyTorch state dicts and TorchScript.",
            "Convert it with bioimageio.core, or start from another model.",
        )
    source = next(iter(description.weights.values()))
    layers = grouped(tensors_in(archive.read(source, MOST_WEIGHTS), source))
    channels, network = shape_of(layers, description.name)
    card, doubt = _card(description, channels, network)
    made, taken = fitted(card, layers)
    parts = [f"{taken.taken} of {taken.layers} layers were taken; anew: {', '.join(taken.left)}."]
    parts += [f"{_listed(taken.unused)} had no place here."] if taken.unused else []
    parts += [doubt] if doubt else []
    noticed = f"From {description.name} (BioImage.IO): {' '.join(parts)}"
    return Model(
        replace(card, noticed=(noticed,)), made
    ), f"{noticed} It is a model to start from: train it before you use it."


def _card(description: Description, channels: int, network: NetworkSettings) -> tuple[ModelCard, str]:
    preprocessing, doubt = understood_steps(description.preprocessing)
    card = ModelCard(
        name=description.name,
        kind="objects",
        class_names=("cell",),
        channels=channels,
        colour=channels == COLOURS,
        plan=Plan(network=network, preprocessing=preprocessing),
        postprocessing=PostprocessingSettings(),
        outputs=OBJECT_PLANES,
        start=description.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return card, doubt


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(map(shortened, names[:NAMED])) + more
