"""A fully convolutional network without skips (Long, Shelhamer, Darrell 2015, https://arxiv.org/abs/1411.4038; the
mirrored way up of Noh, Hong, Han 2015, https://arxiv.org/abs/1505.04366).

    picture ─ Block                                        Block ─ 1 x 1 ─ logits
                └─ halve ─ Block                Block ─ enlarge ─┘
                             └─ halve ─ Block ─ enlarge ─┘

All the answer knows of a place has passed through the deepest level, so edges come out soft.

When to use it: to see what the skips of a U-Net are good for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from torch import Tensor

from napari_unet.core.model.parts import halved
from napari_unet.core.model.unet import UNet


class PlainNetwork(UNet):
    """The U-Net without its skips."""

    can_be_flat = False

    shown: ClassVar[int] = 1

    def rising(self, picture: Tensor) -> Iterator[Tensor]:
        """What each level has seen on the way up, (B, width, [Z,] Y, X): the deepest first, that at full size last."""
        self.check(picture)
        x = picture
        for level, block in enumerate(self.down):
            x = block(halved(x) if level else x)
        for enlarge, block in zip(self.enlarge, self.up, strict=True):
            x = block(enlarge(x))
            yield x
