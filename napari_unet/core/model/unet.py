"""The U-Net, readable in one sitting (Ronneberger, Fischer, Brox 2015, https://arxiv.org/abs/1505.04597).

    picture ─ Block ───────────────── skip ─────────────── Block ─ 1 x 1 ─ logits
                └─ halve ─ Block ──── skip ──── Block ─ enlarge ─┘
                             └─ halve ─ Block ─ enlarge ─┘

Every level down halves the side and doubles the channels; every level up undoes both and is handed what the level of
the same size saw on the way down. Nothing in here knows about cells: what the output planes mean is training's affair.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_unet.core.errors import PictureError
from napari_unet.core.settings import NetworkSettings

GROUPS = 8
"""Channels are normalised in at most this many groups (Wu and He 2018)."""


class UNet(nn.Module):
    """A picture in, one logit per output plane and pixel out.

    Parameters
    ----------
    channels : planes of the picture.
    outputs : planes of the answer.
    settings : depth, width, normalisation, upsampling and dropout.
    """

    def __init__(self, channels: int, outputs: int, settings: NetworkSettings) -> None:
        super().__init__()
        self.channels, self.outputs, self.settings = channels, outputs, settings
        widths = [settings.width * 2**level for level in range(settings.depth + 1)]
        self.down = nn.ModuleList(
            Block(before, after, settings) for before, after in zip([channels, *widths], widths, strict=False)
        )
        self.enlarge = nn.ModuleList(Enlarge(wide, slim, settings) for slim, wide in pairs_upwards(widths))
        self.up = nn.ModuleList(Block(2 * slim, slim, settings) for slim, _ in pairs_upwards(widths))
        self.head = nn.Conv2d(widths[0], outputs, kernel_size=1)
        self.apply(he_initialise)

    def forward(self, picture: Tensor) -> Tensor:
        """Logits (B, outputs, Y, X) of pictures (B, channels, Y, X) whose sides are multiples of `stride`."""
        self._check(picture)
        skips: list[Tensor] = []
        x = picture
        for level, block in enumerate(self.down):
            x = block(functional.max_pool2d(x, 2) if level else x)
            skips.append(x)
        skips.pop()
        for enlarge, block in zip(self.enlarge, self.up, strict=True):
            x = block(torch.cat([skips.pop(), enlarge(x)], dim=1))
        logits: Tensor = self.head(x)
        return logits

    @property
    def stride(self) -> int:
        """Sides of a picture must be multiples of this, in pixels."""
        return int(2**self.settings.depth)

    @property
    def context(self) -> int:
        """How far the network sees around a pixel, in pixels: the radius of its receptive field.

        At level n, whose pixels are 2**n wide: two 3 x 3 convolutions on the way down and two on the way up reach
        2 * 2**n each, halving reaches 2**n, enlarging 2**(n + 1); summed over the levels that is 9 * 2**depth - 7.
        (Group and instance normalisation also look at the mean of everything they are shown.)
        """
        return 9 * self.stride - 7

    def _check(self, picture: Tensor) -> None:
        height, width = picture.shape[-2:]
        if height % self.stride or width % self.stride:
            padded = [-(-side // self.stride) * self.stride for side in (height, width)]
            raise PictureError(
                f"The network was shown a patch of {height} x {width} pixels.",
                f"With depth {self.settings.depth}, sides must be multiples of {self.stride}.",
                f"Pad it to {padded[0]} x {padded[1]}.",
            )


class Block(nn.Sequential):
    """Twice: 3 x 3 convolution, normalisation, rectifier. Dropout at the end. The size stays."""

    def __init__(self, before: int, after: int, settings: NetworkSettings) -> None:
        bias = settings.norm == "none"
        parts: list[nn.Module] = []
        for channels in (before, after):
            parts += [nn.Conv2d(channels, after, kernel_size=3, padding=1, bias=bias), normalisation(after, settings)]
            parts += [nn.ReLU(inplace=True)]
        parts += [nn.Dropout2d(settings.dropout)] if settings.dropout else []
        super().__init__(*parts)


class Enlarge(nn.Module):
    """Doubles the sides and halves the channels: a learned 2 x 2 kernel, or 1 x 1 and straight lines in between."""

    def __init__(self, before: int, after: int, settings: NetworkSettings) -> None:
        super().__init__()
        self.bilinear = settings.upsampling == "bilinear"
        self.mix: nn.Module = (
            nn.Conv2d(before, after, kernel_size=1)
            if self.bilinear
            else nn.ConvTranspose2d(before, after, kernel_size=2, stride=2)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, before, Y, X) to (B, after, 2 Y, 2 X)."""
        x = self.mix(x)
        # Mixing commutes with interpolation, and is four times cheaper before it.
        return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False) if self.bilinear else x


def normalisation(channels: int, settings: NetworkSettings) -> nn.Module:
    """The normalisation layer that the settings name."""
    if settings.norm == "batch":
        return nn.BatchNorm2d(channels)
    if settings.norm == "group":
        return nn.GroupNorm(largest_divisor(channels, GROUPS), channels)
    if settings.norm == "instance":
        return nn.InstanceNorm2d(channels, affine=True)
    return nn.Identity()


def largest_divisor(number: int, limit: int) -> int:
    """The largest divisor of `number` that is not above `limit`."""
    return next(divisor for divisor in range(min(number, limit), 0, -1) if number % divisor == 0)


def pairs_upwards(widths: list[int]) -> Iterator[tuple[int, int]]:
    """(slimmer, wider) neighbours of the levels, from the deepest up."""
    return zip(reversed(widths[:-1]), reversed(widths[1:]), strict=True)


def he_initialise(layer: nn.Module) -> None:
    """Weights whose signals neither grow nor fade through rectifiers (He et al. 2015)."""
    if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
