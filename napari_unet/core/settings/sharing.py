"""Settings of writing a model for other programs."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.option import Settings, option


@dataclass(frozen=True)
class SharingSettings(Settings):
    """As what a model is shared, and under which terms."""

    target: str = option(
        "bioimageio",
        "Format",
        "A BioImage.IO package for other programs and the model zoo; or the bare network as ONNX or TorchScript.",
        choices=("bioimageio", "onnx", "torchscript"),
        flag="format",
    )
    licence: str = option(
        "CC-BY-4.0",
        "Licence",
        "What others may do with the model; it is named in a BioImage.IO package.",
        choices=("CC-BY-4.0", "CC0-1.0", "BSD-3-Clause", "MIT", "Apache-2.0"),
    )
    tiles: bool = option(
        False,
        "For tiles",
        "Name in a package how much of a tile's edge to throw away: no seams where pictures are cut. "
        "Whole pictures are answered a little otherwise then.",
        advanced=True,
    )
    overwrite: bool = option(
        False, "Replace files", "Replace a file of this name that is already there.", advanced=True
    )
