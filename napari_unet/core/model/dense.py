"""The dense U-Net (Jégou et al. 2017, https://arxiv.org/abs/1611.09326; blocks of Huang et al. 2017,
https://arxiv.org/abs/1608.06993).

    x ─┬─ convolution ─┬─ convolution ─┬─ convolution ─┬─ mix ─ dropout
       ├───────────────┴───────────────┴───────────────┤
       (each is shown x and what all before it have found)

A U-Net in whose blocks nothing is computed twice: every convolution adds a few channels to all that is known. As in the
papers, one convolution comes before the first block, and a 1 x 1 convolution ends each.

When to use it: few pictures and small objects of many looks; simple features stay at hand up to the end of a block.
It sees further than a U-Net of the same depth, so large pictures are cut into fewer, larger tiles.
"""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn

from napari_unet.core.model.parts import ACTIVATIONS, convolved, dropout, he_initialise, joined, mixing, normalisation
from napari_unet.core.model.unet import MakeBlock, UNet
from napari_unet.core.settings import NetworkSettings

STEPS = 3
"""Convolutions in a block. The papers have four and more; each makes the tiles' overlap larger."""


class DenseBlock(nn.Module):
    """Convolutions that each add half of `after` channels to all before, and a mix of them all. The size stays."""

    def __init__(self, before: int, after: int, settings: NetworkSettings, level: int) -> None:
        super().__init__()
        growth = max(1, after // 2)
        self.grow = nn.ModuleList(
            nn.Sequential(*convolved(before + step * growth, growth, settings)) for step in range(STEPS)
        )
        bias = settings.norm == "none"
        mix = [mixing(before + STEPS * growth, after, settings, bias), normalisation(after, settings)]
        self.mix = nn.Sequential(*mix, ACTIVATIONS[settings.activation](), *dropout(settings, level))

    def forward(self, x: Tensor) -> Tensor:
        """(B, before, [Z,] Y, X) to (B, after, [Z,] Y, X)."""
        for layer in self.grow:
            x = joined(x, layer(x))
        mixed: Tensor = self.mix(x)
        return mixed


class DenseUNet(UNet):
    """The U-Net of dense blocks."""

    block: ClassVar[MakeBlock] = DenseBlock
    convolutions: ClassVar[int] = STEPS

    def __init__(self, channels: int, outputs: int, settings: NetworkSettings) -> None:
        super().__init__(channels, outputs, settings)
        width = settings.width
        stem = nn.Sequential(*convolved(channels, width, settings))
        self.down[0] = nn.Sequential(stem, DenseBlock(width, width, settings, level=0)).apply(he_initialise)

    @property
    def context(self) -> int:
        """As of the other networks, and one convolution at full size more."""
        return super().context + self.half_kernel
