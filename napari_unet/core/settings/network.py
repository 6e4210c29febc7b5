"""Settings of the network."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.option import Settings, option


@dataclass(frozen=True)
class NetworkSettings(Settings):
    """The shape of the U-Net (Ronneberger et al. 2015)."""

    depth: int = option(
        4,
        "Depth",
        "How many times the picture is halved. Deeper sees more surroundings.",
        minimum=1,
        maximum=6,
        step=1,
        advanced=True,
    )
    width: int = option(
        16,
        "Width",
        "Channels at full size; each level below has twice as many. Wider learns more and runs slower.",
        minimum=4,
        maximum=128,
        step=4,
        advanced=True,
    )
    norm: str = option(
        "batch",
        "Normalisation layers",
        "Batch is fastest and shows no seams in large pictures; group and instance suit very few patches per step.",
        choices=("batch", "group", "instance", "none"),
        advanced=True,
    )
    upsampling: str = option(
        "bilinear",
        "Upsampling",
        "How the picture is made larger again on the way up.",
        choices=("bilinear", "transposed"),
        advanced=True,
    )
    dropout: float = option(
        0.0,
        "Dropout",
        "Share of channels left out at random while training. 0 is off.",
        minimum=0.0,
        maximum=0.8,
        step=0.05,
        advanced=True,
    )
