"""The U-Net as it has always been: models saved long ago must load. What all networks do is in test_networks.py."""

from __future__ import annotations

import pytest
import torch

from napari_unet.core.model import UNet
from napari_unet.core.settings import NetworkSettings


def test_its_weights_have_the_names_they_have_in_saved_models() -> None:
    names = UNet(1, 2, NetworkSettings(depth=1, width=4)).state_dict()
    norm = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    blocks = ("down.0", "down.1", "up.0")
    expected = {f"{block}.{place}.weight" for block in blocks for place in (0, 3)}
    expected |= {f"{block}.{place}.{part}" for block in blocks for place in (1, 4) for part in norm}
    expected |= {f"{layer}.{part}" for layer in ("enlarge.0.mix", "head") for part in ("weight", "bias")}
    assert set(names) == expected


def test_its_context_is_that_of_two_convolutions_of_three_per_level() -> None:
    assert [UNet(1, 1, NetworkSettings(depth=depth, width=4)).context for depth in (1, 2, 4)] == [11, 29, 137]


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("upsampling", ["bilinear", "transposed"])
def test_sees_as_far_as_its_context_and_no_further(depth: int, upsampling: str) -> None:
    torch.manual_seed(0)
    network = UNet(1, 1, NetworkSettings(depth=depth, width=4, norm="none", upsampling=upsampling)).double()
    for layer in network.modules():
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.uniform_(layer.weight, 0.1, 1.0)
    side = -(-(2 * network.context + 3 * network.stride) // network.stride) * network.stride
    reach = 0
    for centre in range(side // 2, side // 2 + network.stride):
        picture = torch.rand(1, 1, side, side, dtype=torch.float64, requires_grad=True)
        network(picture)[0, 0, centre, centre].backward()
        seen = torch.nonzero(picture.grad[0, 0].abs().sum(0)).flatten()
        reach = max(reach, centre - int(seen.min()), int(seen.max()) - centre)
    assert reach <= network.context
    assert reach >= 0.7 * network.context
