"""A running average of the weights: steadier and a little better than the weights of any one step (Polyak 1992)."""

from __future__ import annotations

import copy

import torch

from napari_unet.core.model.unet import UNet

DECAY = 0.995
"""The average looks back over about 1 / (1 - DECAY) steps; over fewer while there have been few."""


class Average:
    """A second network whose weights follow those of the one that learns. Measured and saved is this one."""

    def __init__(self, network: UNet) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._updates = 0

    @torch.no_grad()
    def follow(self, network: UNet) -> None:
        """Take in the weights after one more step."""
        self._updates += 1
        share = 1 - min(DECAY, (1 + self._updates) / (10 + self._updates))
        learned = network.state_dict()
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                value.lerp_(learned[name], share)
            else:
                value.copy_(learned[name])
