"""Writing a model for other programs, as one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.errors import SettingsError
from napari_unet.core.export.refusing import refuse_overwriting
from napari_unet.core.model.checkpoint import load_model
from napari_unet.core.settings import SharingSettings
from napari_unet.core.sharing.onnx_file import write_onnx
from napari_unet.core.sharing.package import write_package
from napari_unet.core.sharing.torchscript import write_torchscript
from napari_unet.core.sharing.words import SUFFIX


def export_model(model: Path, file: Path, settings: SharingSettings, authors: Sequence[str]) -> None:
    """Write a model for other programs, whole or not at all; it was tried before.

    Parameters
    ----------
    model : its folder, or its .safetensors file.
    file : ends in .zip for a BioImage.IO package, .onnx, or .pt for TorchScript.
    authors : names of those who are to be named in a package.

    Raises
    ------
    ModelError : there is no model, or it cannot be told in the other format's words.
    SettingsError : the file's name ends otherwise, or an extra is not installed.
    StorageError : the file is there already, or the disk is full.
    """
    check_name(file, settings.target)
    refuse_overwriting([file], settings.overwrite, "Choose another name, or say that it may be replaced.")
    read = load_model(model)
    home = model if model.is_dir() else model.parent
    with atomic_path(file) as temporary:
        if settings.target == "onnx":
            write_onnx(read, temporary)
        elif settings.target == "torchscript":
            write_torchscript(read, temporary)
        else:
            write_package(read, home, temporary, settings, authors)


def check_name(file: Path, target: str) -> None:
    """Raises SettingsError when a name does not end as files of this format do."""
    if file.suffix.lower() != SUFFIX[target]:
        raise SettingsError(
            f"The name {file.name} does not say that it is {target}.", f"It must end in {SUFFIX[target]}."
        )
