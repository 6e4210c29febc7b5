"""What every network of the catalogue has and does, whatever it is built of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from torch import Tensor, nn

from napari_unet.core.errors import PictureError
from napari_unet.core.settings import NetworkSettings


class Network(nn.Module, ABC):
    """A picture in, one logit per output plane and pixel out.

    Parameters
    ----------
    channels : planes of the picture.
    outputs : planes of the answer.
    settings : depth, width and all else. The kind of network is the class, not `settings.architecture`.
    """

    convolutions: ClassVar[int] = 2
    """How many convolutions of the full kernel follow each other at a level, on the way down and on the way up."""

    can_be_flat: ClassVar[bool] = False
    """Whether its first levels can work within planes."""

    down: nn.ModuleList
    """The way down: one block per level, the first at full size. All networks have it, by this name."""

    def __init__(self, channels: int, outputs: int, settings: NetworkSettings) -> None:
        super().__init__()
        self.channels, self.outputs, self.settings = channels, outputs, settings

    @abstractmethod
    def forward(self, picture: Tensor) -> Tensor:
        """Logits (B, outputs, [Z,] Y, X) of pictures (B, channels, [Z,] Y, X), whose sides are multiples of `stride`.

        Raises
        ------
        PictureError : a side is no multiple of `stride`, or a plane is shown to a network for stacks.
        """

    @abstractmethod
    def levels(self, picture: Tensor) -> tuple[Tensor, ...]:
        """The answer of `forward`, then those that only teach: one after the other (deep supervision, Lee et al. 2015,
        https://arxiv.org/abs/1409.5185), each at its own size. Without deep supervision there is only the first.
        """

    def encoder(self) -> Iterator[nn.Parameter]:
        """The parameters of the way down: what sees, and may be kept as it is while the rest learns to answer."""
        return self.down.parameters()

    @property
    def stride(self) -> int:
        """Sides of a plane must be multiples of this, in pixels."""
        return int(2**self.settings.depth)

    @property
    def flat_levels(self) -> int:
        """So many levels, the first ones, work within planes: there Z is neither looked along nor halved.

        The rule of nnU-Net (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z): along an axis whose
        spacing is far larger than the others', nothing is halved and kernels are of side 1 until the spacings agree.
        """
        flat = self.can_be_flat and self.settings.dimensions == "3-D"
        return min(self.settings.flat_levels, self.settings.depth) if flat else 0

    @property
    def strides(self) -> tuple[int, ...]:
        """What the sides of a picture must be multiples of, along ([Z,] Y, X)."""
        plane = (self.stride, self.stride)
        return plane if self.settings.dimensions == "2-D" else (2 ** (self.settings.depth - self.flat_levels), *plane)

    @property
    def context(self) -> int:
        """How far the network sees around a pixel, in pixels: the radius of its receptive field, or a little more.

        At level n, whose pixels are 2**n wide: `convolutions` on the way down and as many on the way up reach half a
        kernel * 2**n each, halving reaches 2**n, enlarging 2**(n + 1); summed over the levels. For the usual U-Net
        that is 9 * 2**depth - 7. (Group and instance normalisation also look at the mean of all they are shown.)
        """
        reach = self.convolutions * self.half_kernel
        return reach * (3 * self.stride - 2) + 3 * (self.stride - 1)

    @property
    def half_kernel(self) -> int:
        """How far one convolution sees, in pixels of its level."""
        return int(self.settings.kernel) // 2

    @property
    def widths(self) -> list[int]:
        """The channels of each level, the first at full size."""
        return [self.settings.width * 2**level for level in range(self.settings.depth + 1)]

    def check(self, picture: Tensor) -> None:
        """Raises PictureError for a picture that this network cannot be shown."""
        sides = picture.shape[2:]
        if f"{len(sides)}-D" != self.settings.dimensions:
            raise PictureError(
                f"The network was shown a picture of {len(sides)} dimensions.",
                f"It is made for {self.settings.dimensions} pictures.",
                "Choose another model, or train one with other dimensions.",
            )
        if any(side % stride for side, stride in zip(sides, self.strides, strict=True)):
            padded = [-(-side // stride) * stride for side, stride in zip(sides, self.strides, strict=True)]
            raise PictureError(
                f"The network was shown a patch of {_product(sides)} pixels.",
                f"With depth {self.settings.depth}, sides must be multiples of {_multiples(self.strides)}.",
                f"Pad it to {_product(padded)}.",
            )


def _multiples(strides: tuple[int, ...]) -> str:
    return str(strides[0]) if len(set(strides)) == 1 else _product(strides)


def _product(sides: list[int] | tuple[int, ...]) -> str:
    return " x ".join(map(str, sides))
