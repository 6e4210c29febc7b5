"""Reading a model's card without its weights and without torch: the list of models appears at once.

A safetensors file begins with eight bytes (the length of its header, little-endian), then the header as JSON; our
card is one string in the header's `__metadata__`. See https://huggingface.co/docs/safetensors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from napari_unet.core.data.json_file import parse_json
from napari_unet.core.errors import ModelError, SettingsError
from napari_unet.core.model.card import SCHEMA, WEIGHTS, ModelCard
from napari_unet.core.model.shipped import model_path, shipped

KEY = "napari_unet"
"""The entry of the header's metadata that holds the card."""

VALUES = "training"
"""The entry that holds how a model was learning, where it can be gone on with: all of it that is no tensor."""

PREFIX = 8
LARGEST_HEADER = 100_000_000
"""In bytes; the limit of the safetensors library. A longer one is not a header."""


def read_card(path: Path) -> ModelCard:
    """The card of a model, from its folder or its .safetensors file.

    Raises
    ------
    ModelError : there is no such file, it is cut off or damaged, it is not one of ours, or it is from a newer version.
    """
    file = weights_file(path)
    header = read_header(file)
    try:
        return _card_in(file, header)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise ModelError(
            f"{file} is damaged: its header cannot be understood ({error}).",
            "The file is needed as it was written.",
            "Copy it again, or choose another model.",
        ) from error


def read_values(path: Path) -> dict[str, Any]:
    """How a model was learning when its file was written; empty when that cannot be read. Never raises."""
    try:
        return dict(parse_json(read_header(path)["__metadata__"][VALUES]))
    except (ModelError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _card_in(file: Path, header: dict[str, Any]) -> ModelCard:
    text = header.get("__metadata__", {}).get(KEY)
    if text is None:
        raise ModelError(
            f"{file.name} holds weights, but not of a model that this program trained.",
            "A model of napari-unet carries its card in the file.",
            "Choose a model.safetensors, or a model folder, that was made by training here.",
        )
    _check_complete(file, header)
    return _card(file, parse_json(text))


def weights_file(path: Path) -> Path:
    """The .safetensors file that `path` means: a model's folder, the file itself, or the name of one that came along.

    Raises ModelError without one.
    """
    found = model_path(path)
    file = found / WEIGHTS if found.is_dir() else found
    if not file.is_file():
        known = f"; {', '.join(shipped())} came along" if shipped() else ""
        needed = f"A model is a folder with a {WEIGHTS} in it, or that file{known}."
        raise ModelError(f"There is no model at {path}.", needed)
    return file


def written(path: Path) -> int:
    """When the weights of a model (a model folder or the file itself) were written, in ns; 0 where there are none."""
    file = path / WEIGHTS if path.is_dir() else path
    return file.stat().st_mtime_ns if file.is_file() else 0


def read_header(file: Path) -> dict[str, Any]:
    """The table of tensors, and what stands beside it. Raises ModelError."""
    try:
        with file.open("rb") as stream:
            prefix = stream.read(PREFIX)
            length = int.from_bytes(prefix, "little")
            if len(prefix) < PREFIX or not 2 <= length <= LARGEST_HEADER:
                raise _not_a_model(file)
            text = stream.read(length)
    except OSError as error:
        raise ModelError(f"{file} cannot be read ({error.strerror}).") from error
    if text[:1] != b"{":
        raise _not_a_model(file)
    if len(text) < length:
        raise cut_off(file)
    try:
        header = parse_json(text)
    except ValueError as error:
        raise _not_a_model(file) from error
    return dict(header)


def _check_complete(file: Path, header: dict[str, Any]) -> None:
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(PREFIX), "little")
    if file.stat().st_size < PREFIX + length + max(ends, default=0):
        raise cut_off(file)


def _card(file: Path, values: dict[str, Any]) -> ModelCard:
    schema = values.get("schema", SCHEMA)
    if schema > SCHEMA:
        raise ModelError(
            f"{file} was made by a newer version of napari-unet (its layout is {schema}, this one knows {SCHEMA}).",
            "This version cannot read it.",
            "Update napari-unet, or choose another model.",
        )
    try:
        return ModelCard.from_json(values)
    except (SettingsError, TypeError, KeyError) as error:
        raise ModelError(f"The card in {file} cannot be understood: {error}", "", "Choose another model.") from error


def cut_off(file: Path) -> ModelError:
    """The error for a file that ends too early."""
    return ModelError(
        f"{file} is cut off: it ends after {file.stat().st_size} bytes, in the middle of the model.",
        "The whole file is needed.",
        "Copy it again, or choose another model.",
    )


def _not_a_model(file: Path) -> ModelError:
    return ModelError(
        f"{file} is not a model file.", f"A model is a safetensors file, such as {WEIGHTS}.", "Choose another file."
    )
