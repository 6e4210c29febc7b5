"""Settings of the network."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.option import Settings, option


@dataclass(frozen=True)
class NetworkSettings(Settings):
    """Which network, and its shape. The architectures are described, with their papers, in `core/model`."""

    architecture: str = option(
        "unet",
        "Architecture",
        "U-Net suits nearly everything; the others spend more time per step, plain has no skips and is for comparison.",
        choices=("unet", "residual", "attention", "nested", "dense", "plain"),
        advanced=True,
    )
    dimensions: str = option(
        "2-D",
        "Dimensions",
        "Single planes (2-D), also of stacks, or volumes (3-D), which take several times as long.",
        choices=("2-D", "3-D"),
        advanced=True,
    )
    depth: int = option(
        4,
        "Depth",
        "How many times the picture is halved. Deeper sees more surroundings.",
        minimum=1,
        maximum=6,
        step=1,
        advanced=True,
    )
    flat_levels: int = option(
        0,
        "Flat levels",
        "So many levels of a 3-D network work within planes. 0 is automatic: until a voxel is about as deep as wide.",
        minimum=0,
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
    kernel: str = option(
        "3",
        "Kernel",
        "Side of each convolution in pixels. Larger sees further at each level and is slower.",
        choices=("3", "5", "7"),
        advanced=True,
    )
    norm: str = option(
        "batch",
        "Normalisation layers",
        "Batch is fastest and shows no seams in large pictures; group and instance suit very few patches per step.",
        choices=("batch", "group", "instance", "none"),
        advanced=True,
    )
    activation: str = option(
        "relu",
        "Activation",
        "What bends the signal between convolutions. ReLU is fastest; ELU and SiLU are smoother.",
        choices=("relu", "leaky", "elu", "gelu", "silu"),
        advanced=True,
    )
    upsampling: str = option(
        "bilinear",
        "Upsampling",
        "How the picture is made larger again on the way up.",
        choices=("bilinear", "nearest", "transposed"),
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
    dropout_rises: bool = option(
        False,
        "More dropout below",
        "Every second level down leaves out as much again: 0.1, 0.1, 0.2, 0.2, 0.3.",
        advanced=True,
    )
    deep_supervision: bool = option(
        False,
        "Deep supervision",
        "Coarser levels answer too, and learn from their own mistakes. Helps deep and nested networks.",
        advanced=True,
    )
