"""A running average of the weights: steadier and a little better than the weights of any one step (Polyak 1992)."""

from __future__ import annotations

import copy

import torch

from napari_unet.core.model.network import Network


class Average:
    """A second network whose weights follow those of the one that learns. Measured and saved is this one.

    Parameters
    ----------
    network : the one that learns.
    decay : it looks back over about 1 / (1 - decay) steps; over fewer while there have been few. 0 is no average: the
        weights of the last step.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.updates, self._decay = 0, decay

    @torch.no_grad()
    def follow(self, network: Network) -> None:
        """Take in the weights after one more step."""
        self.updates += 1
        share = 1 - min(self._decay, (1 + self.updates) / (10 + self.updates))
        learned = network.state_dict()
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                value.lerp_(learned[name], share)
            else:
                value.copy_(learned[name])
