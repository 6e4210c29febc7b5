"""The U-Net, readable in one sitting (Ronneberger, Fischer, Brox 2015, https://arxiv.org/abs/1505.04597).

    picture ─ Block ───────────────── skip ─────────────── Block ─ 1 x 1 ─ logits
                └─ halve ─ Block ──── skip ──── Block ─ enlarge ─┘
                             └─ halve ─ Block ─ enlarge ─┘

Every level down halves the side and doubles the channels; every level up undoes both and is handed what the level of
the same size saw on the way down. Nothing in here knows about cells: what the output planes mean is training's affair.

When to use it: always at first. It is the fastest of those with skips, and what most papers compare with.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import ClassVar

from torch import Tensor, nn

from napari_unet.core.model.network import Network
from napari_unet.core.model.parts import Block, Enlarge, flattened, halved, he_initialise, joined, mixing
from napari_unet.core.settings import NetworkSettings

MakeBlock = Callable[[int, int, NetworkSettings, int], nn.Module]


class UNet(Network):
    """The U-Net; its relatives have other blocks, or look at the skips in another way."""

    can_be_flat: ClassVar[bool] = True
    block: ClassVar[MakeBlock] = Block
    shown: ClassVar[int] = 2
    """How many times a level's own channels its block on the way up is shown: from the skip and from below."""

    def __init__(self, channels: int, outputs: int, settings: NetworkSettings) -> None:
        super().__init__(channels, outputs, settings)
        widths, block = self.widths, type(self).block
        upwards = list(reversed(range(settings.depth)))
        self.down = nn.ModuleList(
            block(before, after, settings, level)
            for level, (before, after) in enumerate(zip([channels, *widths], widths, strict=False))
        )
        self.enlarge = nn.ModuleList(
            Enlarge(widths[level + 1], widths[level], settings, self.is_flat(level)) for level in upwards
        )
        self.up = nn.ModuleList(block(self.shown * widths[level], widths[level], settings, level) for level in upwards)
        for level in range(self.flat_levels):
            flattened(self.down[level])
            flattened(self.up[upwards.index(level)])
        self.head = mixing(widths[0], outputs, settings)
        coarse = upwards[:-1] if settings.deep_supervision else []
        self.coarse = nn.ModuleList(mixing(widths[level], outputs, settings) for level in coarse)
        self.apply(he_initialise)

    def forward(self, picture: Tensor) -> Tensor:
        """Logits (B, outputs, [Z,] Y, X) of pictures (B, channels, [Z,] Y, X) whose sides are multiples of `stride`."""
        logits: Tensor = self.head(deque(self.rising(picture), maxlen=1).pop())
        return logits

    def levels(self, picture: Tensor) -> tuple[Tensor, ...]:
        """The answer at full size; with deep supervision also those at a half, a quarter, ... of it."""
        heads = [*self.coarse, self.head] if self.coarse else [self.head]
        seen = list(self.rising(picture))[-len(heads) :]
        return tuple(head(x) for head, x in zip(reversed(heads), reversed(seen), strict=True))

    def rising(self, picture: Tensor) -> Iterator[Tensor]:
        """What each level has seen on the way up, (B, width, [Z,] Y, X): the deepest first, that at full size last."""
        self.check(picture)
        skips: list[Tensor] = []
        x = picture
        for level, block in enumerate(self.down):
            x = block(halved(x, self.is_flat(level - 1)) if level else x)
            skips.append(x)
        skips.pop()
        for step, block in enumerate(self.up):
            x = block(self.handed(step, skips.pop(), x))
            yield x

    def is_flat(self, level: int) -> bool:
        """Whether a level works within planes."""
        return level < self.flat_levels

    def handed(self, step: int, skip: Tensor, below: Tensor) -> Tensor:
        """What a level's block is shown on the way up: what was seen on the way down, and what comes from below."""
        return joined(skip, self.enlarge[step](below))
