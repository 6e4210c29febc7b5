"""Settings of working block by block, for pictures larger than memory; and the one rule of which those are."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.option import Settings, option

LARGE_PIXELS = 2**26
"""A picture of more pixels is large (8,192 x 8,192, or 64 planes of 1,024 x 1,024): in one go, what is said about it
takes some 6 GB of memory.
"""


@dataclass(frozen=True)
class BlockSettings(Settings):
    """How a picture is taken block by block. What comes out is the same; memory and time differ."""

    in_blocks: str = option(
        "auto",
        "In blocks",
        f"Work block by block, in little memory: auto does so above {LARGE_PIXELS // 10**6} million pixels.",
        choices=("auto", "always", "never"),
        advanced=True,
    )
    block: int = option(
        2048,
        "Block",
        "Side of the square that is cleaned up at once. Larger is a little faster and needs more memory.",
        minimum=256,
        maximum=16384,
        step=256,
        unit="px",
        advanced=True,
    )
    halo: int = option(
        256,
        "Halo",
        "How far is looked beyond a block's edge; where an object is longer, further. At least two objects wide.",
        minimum=32,
        maximum=8192,
        step=32,
        unit="px",
        advanced=True,
    )


def goes_in_blocks(settings: BlockSettings, pixels: int) -> bool:
    """The rule: whether a picture with so many pixels, all planes together, is taken block by block."""
    return settings.in_blocks == "always" or (settings.in_blocks == "auto" and pixels > LARGE_PIXELS)
