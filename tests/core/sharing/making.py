"""Small models of ours, a U-Net of somebody else, and packages of BioImage.IO made by hand."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from napari_unet.core.model import Model, ModelCard, save_model
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import NetworkSettings, Plan, PostprocessingSettings, PreprocessingSettings

OBJECTS = ("cell", "border", "distance")
CARD = ModelCard(
    name="small cells",
    kind="objects",
    class_names=("cell",),
    channels=1,
    colour=False,
    plan=Plan(network=NetworkSettings(depth=2, width=4)),
    postprocessing=PostprocessingSettings(threshold=0.4),
    outputs=OBJECTS,
    object_width=12.0,
    scores={"dice": 0.9, "pictures": 3.0},
    data={"a": "0123"},
    created="2026-11-29T10:00:00+00:00",
)


def made(card: ModelCard = CARD, seed: int = 0, **settings: Any) -> Model:
    """A model that has seen something: its answers differ from place to place, its means and spreads are its own."""
    preparing = {name: settings.pop(name) for name in list(settings) if hasattr(PreprocessingSettings(), name)}
    plan = replace(
        card.plan,
        network=replace(card.plan.network, **settings),
        preprocessing=replace(card.plan.preprocessing, **preparing),
    )
    card = replace(card, plan=plan)
    torch.manual_seed(seed)
    network = new_network(card)
    with torch.no_grad():
        for _ in range(20):
            network(torch.rand(2, card.channels, *(2 * stride for stride in network.strides)))
    return Model(card, network.eval())


def kept(folder: Path, model: Model) -> Path:
    """The same, in a folder."""
    save_model(model, folder)
    return folder


class TheirBlock(nn.Module):
    """Twice convolution with a bias, normalisation, rectifier."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after)
        self.conv2, self.bn2 = nn.Conv2d(after, after, 3, padding=1), nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))))


class TheirUNet(nn.Module):
    """A U-Net as many write it, of depth 2."""

    def __init__(self, width: int = 8, channels: int = 2) -> None:
        super().__init__()
        self.enc1, self.enc2 = TheirBlock(channels, width), TheirBlock(width, 2 * width)
        self.bottom = TheirBlock(2 * width, 4 * width)
        self.up2, self.dec2 = nn.ConvTranspose2d(4 * width, 2 * width, 2, stride=2), TheirBlock(4 * width, 2 * width)
        self.up1, self.dec1 = nn.ConvTranspose2d(2 * width, width, 2, stride=2), TheirBlock(2 * width, width)
        self.out = nn.Conv2d(width, 5, 1)

    def forward(self, x: Tensor) -> Tensor:
        one = self.enc1(x)
        two = self.enc2(torch.max_pool2d(one, 2))
        low = self.bottom(torch.max_pool2d(two, 2))
        two = self.dec2(torch.cat([two, self.up2(low)], 1))
        return self.out(self.dec1(torch.cat([one, self.up1(two)], 1)))


def theirs() -> TheirUNet:
    """Somebody's network, that has seen something."""
    torch.manual_seed(5)
    network = TheirUNet()
    with torch.no_grad():
        for _ in range(20):
            network(torch.rand(2, 2, 16, 16))
    return network.eval()


def state_bytes(state: Any) -> bytes:
    """A file of torch."""
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


def package(path: Path, data: bytes, kind: str = "pytorch_state_dict", **said: Any) -> Path:
    """A package with one file of weights; its description is JSON, which is YAML."""
    description = {
        "name": "Their nuclei",
        "inputs": [{"preprocessing": [{"id": "zero_mean_unit_variance", "kwargs": {"axes": ["y", "x"]}}]}],
        "weights": {kind: {"source": "weights.pt"}},
        **said,
    }
    return zipped(path, {"rdf.yaml": json.dumps(description).encode(), "weights.pt": data})


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """A .zip of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path
