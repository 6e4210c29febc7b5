"""The network: any shape its settings allow, and it sees exactly as far as it says."""

from __future__ import annotations

import pytest
import torch

from napari_unet.core.errors import PictureError
from napari_unet.core.model import UNet
from napari_unet.core.settings import NetworkSettings


@pytest.mark.parametrize("norm", ["batch", "group", "instance", "none"])
@pytest.mark.parametrize("upsampling", ["bilinear", "transposed"])
def test_answers_every_pixel_with_every_plane(norm: str, upsampling: str) -> None:
    settings = NetworkSettings(depth=2, width=12, norm=norm, upsampling=upsampling, dropout=0.5)
    network = UNet(channels=5, outputs=3, settings=settings)
    assert network(torch.rand(2, 5, 24, 16)).shape == (2, 3, 24, 16)


def test_all_weights_learn() -> None:
    network = UNet(1, 2, NetworkSettings(depth=3, width=4))
    network(torch.rand(2, 1, 32, 32)).square().mean().backward()
    idle = [name for name, value in network.named_parameters() if value.grad is None or not value.grad.any()]
    # A bias straight before batch normalisation has nothing to do, but no such bias exists.
    assert idle == []


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


def test_a_side_that_cannot_be_halved_is_refused_with_the_size_to_pad_to() -> None:
    with pytest.raises(PictureError, match="Pad it to 104 x 48"):
        UNet(1, 1, NetworkSettings(depth=3, width=4))(torch.rand(1, 1, 100, 48))


def test_signals_neither_fade_nor_explode_through_fresh_weights() -> None:
    torch.manual_seed(0)
    network = UNet(1, 4, NetworkSettings(depth=4, width=16, norm="none"))
    spread = float(network(torch.randn(1, 1, 64, 64)).detach().std())
    assert 0.1 < spread < 10
