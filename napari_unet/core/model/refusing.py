"""A model that is there already is not replaced unasked. No torch."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.errors import StorageError
from napari_unet.core.model.card import WEIGHTS


def refuse_replacing(
    model: Path,
    overwrite: bool,
    elsewhere: str = "Choose another folder",
    replace: str = "say that it may be replaced",
) -> None:
    """Raises StorageError when a file is where the model's folder goes, or a model that may not be replaced.

    `elsewhere` and `replace` are the words for what to do, as they are said where one asks.
    """
    if model.exists() and not model.is_dir():
        raise StorageError(f"{model} is a file.", "A model is a folder.", f"{elsewhere}.")
    if (model / WEIGHTS).exists() and not overwrite:
        raise StorageError(f"{model} already holds a model.", do=f"{elsewhere}, or {replace}.")
