"""How files of shared models are called. No torch: the window asks for a name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from napari_unet.core.settings import SharingSettings

SUFFIX = {"bioimageio": ".zip", "onnx": ".onnx", "torchscript": ".pt"}
"""How a file of each format ends, by `SharingSettings.target`."""

OURS = "napari_unet"
"""Under this name files hold what is ours in them: the entry of a package's `config`, of ONNX metadata, and so on."""

TITLES = {"bioimageio": "BioImage.IO package", "onnx": "ONNX", "torchscript": "TorchScript"}


def usual_for(file: Path) -> SharingSettings:
    """The usual settings, with the format that a file's name ends like."""
    usual = SharingSettings()
    target = next((name for name, suffix in SUFFIX.items() if file.suffix.lower() == suffix), usual.target)
    return replace(usual, target=target)
