"""The attention U-Net (Oktay et al. 2018, https://arxiv.org/abs/1804.03999).

    skip ──┬────────────────────────────────────────────── x ─ to the level's block
           └─ halve, mix ─ + ─ rectifier ─ mix ─ sigmoid ─ enlarge ─┘
    below ────────── mix ──┘

A U-Net with a gate on every skip. What is known at the level below, which sees further, decides at each place how much
of the skip passes. The gates begin nearly open, so that a U-Net's weights can be taken over and still answer alike.

When to use it: small objects in large, busy surroundings, of which the fine levels alone would take too much for one.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from napari_unet.core.model.parts import LAYERS, enlarged, he_initialise, joined, mixing
from napari_unet.core.model.unet import UNet
from napari_unet.core.settings import NetworkSettings

OPEN = 3.0
"""The logit with which a gate begins: 95 % pass."""


class Gate(nn.Module):
    """Additive attention: where to let a skip pass, decided at the size of the level below."""

    def __init__(self, slim: int, wide: int, settings: NetworkSettings) -> None:
        super().__init__()
        layers, inner = LAYERS[settings.dimensions], max(1, slim // 2)
        self.mode = layers.lines
        self.skip = layers.convolution(slim, inner, kernel_size=2, stride=2, bias=False)
        self.below = mixing(wide, inner, settings)
        self.open = mixing(inner, 1, settings)
        self.apply(he_initialise)
        weight, bias = self.open.parameters()
        nn.init.normal_(weight, std=0.1)
        nn.init.constant_(bias, OPEN)

    def forward(self, skip: Tensor, below: Tensor) -> Tensor:
        """The skip (B, slim, [Z,] Y, X), weakened where `below` (B, wide, half the sides) says so."""
        wanted = torch.relu(self.skip(skip) + self.below(below))
        return skip * enlarged(torch.sigmoid(self.open(wanted)), self.mode)


class AttentionUNet(UNet):
    """The U-Net with gates on its skips."""

    can_be_flat = False

    def __init__(self, channels: int, outputs: int, settings: NetworkSettings) -> None:
        super().__init__(channels, outputs, settings)
        widths = self.widths
        self.gates = nn.ModuleList(
            Gate(widths[level], widths[level + 1], settings) for level in reversed(range(settings.depth))
        )

    def handed(self, step: int, skip: Tensor, below: Tensor) -> Tensor:
        """What passes the gate, and what comes from below."""
        return joined(self.gates[step](skip, below), self.enlarge[step](below))
