"""Every network there is, by the name it has in the settings. What sets them apart: docs/networks.md."""

from __future__ import annotations

from napari_unet.core.model.attention import AttentionUNet
from napari_unet.core.model.dense import DenseUNet
from napari_unet.core.model.nested import NestedUNet
from napari_unet.core.model.network import Network
from napari_unet.core.model.plain import PlainNetwork
from napari_unet.core.model.residual import ResidualUNet
from napari_unet.core.model.unet import UNet
from napari_unet.core.settings import NetworkSettings

CATALOGUE: dict[str, type[Network]] = {
    "unet": UNet,
    "residual": ResidualUNet,
    "attention": AttentionUNet,
    "nested": NestedUNet,
    "dense": DenseUNet,
    "plain": PlainNetwork,
}
"""By `NetworkSettings.architecture`."""


def make_network(channels: int, outputs: int, settings: NetworkSettings) -> Network:
    """A network as the settings describe it, with random weights."""
    return CATALOGUE[settings.architecture](channels, outputs, settings)
