"""The residual U-Net (Zhang, Liu, Wang 2018, https://arxiv.org/abs/1711.10684; blocks of He et al. 2016,
https://arxiv.org/abs/1512.03385).

    x ─┬─ convolution ─ activation ─ convolution ─ + ─ activation ─ dropout
       └──────────────── shortcut ─────────────────┘

A U-Net whose blocks learn only what to change of their input. The shortcut is the input itself, or a 1 x 1 convolution
of it where the channels differ.

When to use it: deep networks (depth 5 and more) and long trainings, where gradients must travel far.
"""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn

from napari_unet.core.model.parts import ACTIVATIONS, convolved, dropout, mixing, normalisation, weighed
from napari_unet.core.model.unet import MakeBlock, UNet
from napari_unet.core.settings import NetworkSettings

QUIET = 0.3
"""What a block adds begins at this share of what it adds to, where nothing is normalised."""


class ResidualBlock(nn.Module):
    """Two convolutions and a shortcut around them. The size stays."""

    def __init__(self, before: int, after: int, settings: NetworkSettings, level: int) -> None:
        super().__init__()
        self.change = nn.Sequential(*convolved(before, after, settings), *weighed(after, after, settings))
        self.shortcut: nn.Module = nn.Identity()
        if before != after:
            bias = settings.norm == "none"
            self.shortcut = nn.Sequential(mixing(before, after, settings, bias), normalisation(after, settings))
        self.end = nn.Sequential(ACTIVATIONS[settings.activation](), *dropout(settings, level))

    def forward(self, x: Tensor) -> Tensor:
        """(B, before, [Z,] Y, X) to (B, after, [Z,] Y, X)."""
        changed: Tensor = self.end(self.change(x) + self.shortcut(x))
        return changed


class ResidualUNet(UNet):
    """The U-Net of residual blocks."""

    block: ClassVar[MakeBlock] = ResidualBlock

    def __init__(self, channels: int, outputs: int, settings: NetworkSettings) -> None:
        super().__init__(channels, outputs, settings)
        if settings.norm == "none":
            self.apply(begin_quietly)


def begin_quietly(layer: nn.Module) -> None:
    """Without normalisation, sums of equals would double what they sum from block to block (Zhang et al. 2019)."""
    if isinstance(layer, ResidualBlock):
        *_, weight, _ = layer.change.parameters()
        weight.data.mul_(QUIET)
