"""What every network is built of: convolution, normalisation, activation, halving and enlarging, for 2-D and 3-D."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_unet.core.settings import NetworkSettings

GROUPS = 8
"""Channels are normalised in at most this many groups (Wu and He 2018)."""

MOST_DROPPED = 0.8
"""Dropout that rises towards the deepest level stays below this share."""


@dataclass(frozen=True)
class Layers:
    """torch's layers for pictures of so many dimensions, and its name for straight lines between pixels."""

    convolution: type[nn.Conv2d | nn.Conv3d]
    enlarging: type[nn.ConvTranspose2d | nn.ConvTranspose3d]
    batch: type[nn.BatchNorm2d | nn.BatchNorm3d]
    dropout: type[nn.Dropout2d | nn.Dropout3d]
    lines: str


LAYERS = {
    "2-D": Layers(nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d, nn.Dropout2d, "bilinear"),
    "3-D": Layers(nn.Conv3d, nn.ConvTranspose3d, nn.BatchNorm3d, nn.Dropout3d, "trilinear"),
}
"""By `NetworkSettings.dimensions`."""

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": lambda: nn.ReLU(inplace=True),
    "leaky": lambda: nn.LeakyReLU(0.01, inplace=True),
    "elu": lambda: nn.ELU(inplace=True),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}
"""By `NetworkSettings.activation`. The smooth two need their input again to learn, so they leave it as it is."""


class Block(nn.Sequential):
    """Twice: convolution, normalisation, activation. Dropout at the end. The size stays.

    Parameters
    ----------
    before, after : channels.
    settings : kernel, normalisation, activation and dropout.
    level : how many times the picture has been halved here.
    """

    def __init__(self, before: int, after: int, settings: NetworkSettings, level: int) -> None:
        parts = [*convolved(before, after, settings), *convolved(after, after, settings)]
        super().__init__(*parts, *dropout(settings, level))


class InstanceNorm(nn.InstanceNorm2d):
    """Instance normalisation, of planes and stacks. torch's own refuses the one pixel that is left of a small picture
    at the deepest level.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, [Z,] Y, X), each plane with mean 0 and spread 1 before weight and bias."""
        quick = torch.backends.cudnn.enabled
        return torch.instance_norm(x, self.weight, self.bias, None, None, True, 0.0, self.eps, quick)


class GroupNorm(nn.GroupNorm):
    """Group normalisation, also of one pixel in groups of one channel."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, [Z,] Y, X), each group with mean 0 and spread 1 before weight and bias."""
        return torch.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)


class Enlarge(nn.Module):
    """Doubles the sides and changes the channels: a learned kernel of side 2, or side 1 and then interpolation."""

    def __init__(self, before: int, after: int, settings: NetworkSettings, flat: bool = False) -> None:
        super().__init__()
        layers = LAYERS[settings.dimensions]
        self.mode = {"bilinear": layers.lines, "nearest": "nearest", "transposed": ""}[settings.upsampling]
        self.flat, side = flat, (1, 2, 2) if flat else 2
        self.mix: nn.Module = (
            mixing(before, after, settings)
            if self.mode
            else layers.enlarging(before, after, kernel_size=side, stride=side)  # type: ignore[arg-type]
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, before, [Z,] Y, X) to (B, after, [2 Z,] 2 Y, 2 X); flat, Z stays."""
        x = self.mix(x)
        # Mixing commutes with interpolation, and is four times cheaper before it.
        return enlarged(x, self.mode, self.flat) if self.mode else x


def convolved(before: int, after: int, settings: NetworkSettings) -> list[nn.Module]:
    """A convolution that keeps the size, its normalisation and activation."""
    return [*weighed(before, after, settings), ACTIVATIONS[settings.activation]()]


def weighed(before: int, after: int, settings: NetworkSettings) -> list[nn.Module]:
    """A convolution that keeps the size, and its normalisation (which makes a bias pointless)."""
    side = int(settings.kernel)
    convolution = LAYERS[settings.dimensions].convolution
    bias = settings.norm == "none"
    return [convolution(before, after, side, padding=side // 2, bias=bias), normalisation(after, settings)]


def mixing(before: int, after: int, settings: NetworkSettings, bias: bool = True) -> nn.Module:
    """A convolution of side 1: every pixel's channels are mixed anew."""
    return LAYERS[settings.dimensions].convolution(before, after, kernel_size=1, bias=bias)


def normalisation(channels: int, settings: NetworkSettings) -> nn.Module:
    """The normalisation layer that the settings name."""
    layers = LAYERS[settings.dimensions]
    if settings.norm == "batch":
        return layers.batch(channels)
    if settings.norm == "group":
        return GroupNorm(largest_divisor(channels, GROUPS), channels)
    if settings.norm == "instance":
        return InstanceNorm(channels, affine=True)
    return nn.Identity()


def dropout(settings: NetworkSettings, level: int) -> list[nn.Module]:
    """The layer that leaves out whole channels (Tompson et al. 2015) at a level, or none."""
    share = settings.dropout * (1 + level // 2) if settings.dropout_rises else settings.dropout
    return [LAYERS[settings.dimensions].dropout(min(share, MOST_DROPPED))] if share else []


def halved(x: Tensor, flat: bool = False) -> Tensor:
    """(B, C, [Z,] Y, X) with half the sides: the brightest of each 2 x 2 (x 2) pixels; flat, Z stays."""
    if x.ndim < len("BCZYX"):
        return functional.max_pool2d(x, 2)
    return functional.max_pool3d(x, (1, 2, 2) if flat else 2)


def enlarged(x: Tensor, mode: str, flat: bool = False) -> Tensor:
    """(B, C, [Z,] Y, X) with sides twice as long, interpolated; flat, Z stays."""
    corners = None if mode == "nearest" else False
    factor = (1.0, 2.0, 2.0) if flat else 2.0
    return functional.interpolate(x, scale_factor=factor, mode=mode, align_corners=corners)


def flattened(block: nn.Module) -> nn.Module:
    """A block for stacks, whose kernels are of side 1 along Z instead. Changed in place."""
    for parent in list(block.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, nn.Conv3d) and layer.kernel_size[0] > 1:
                sides, padding = (1, *layer.kernel_size[1:]), (0, *layer.padding[1:])
                bias = layer.bias is not None
                flat = nn.Conv3d(layer.in_channels, layer.out_channels, sides, padding=padding, bias=bias)  # type: ignore[arg-type]
                setattr(parent, name, flat)
    return block


def joined(*parts: Tensor) -> Tensor:
    """(B, C, [Z,] Y, X) with the channels of all parts."""
    return torch.cat(parts, dim=1)


def largest_divisor(number: int, limit: int) -> int:
    """The largest divisor of `number` that is not above `limit`."""
    return next(divisor for divisor in range(min(number, limit), 0, -1) if number % divisor == 0)


def he_initialise(layer: nn.Module) -> None:
    """Weights whose signals neither grow nor fade through rectifiers (He et al. 2015)."""
    if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Conv3d, nn.ConvTranspose3d)):
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
