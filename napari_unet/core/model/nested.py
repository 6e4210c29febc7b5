"""The nested U-Net, U-Net++ (Zhou et al. 2018, https://arxiv.org/abs/1807.10165).

    picture ─ 0,0 ─── 0,1 ─── 0,2 ─── 0,3 ─ 1 x 1 ─ logits
               └─ 1,0 ─┘─ 1,1 ─┘─ 1,2 ─┘
                   └─ 2,0 ─┘─ 2,1 ─┘
                       └─ 3,0 ─┘

At every level, blocks between the way down and the way up bring the two closer: block (level, column) is shown all
blocks to its left and, enlarged, the one below to its left. The top row holds U-Nets of depth 1, 2, 3, ...

With deep supervision each of these answers at full size, and their mean is the network's answer ("accurate mode" in
the paper); without, the deepest alone answers.

When to use it: objects of very different sizes in one picture, when two to three times the time does not matter.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from napari_unet.core.model.network import Network
from napari_unet.core.model.parts import Block, Enlarge, halved, he_initialise, joined, mixing
from napari_unet.core.settings import NetworkSettings


class NestedUNet(Network):
    """The U-Net++."""

    def __init__(self, channels: int, outputs: int, settings: NetworkSettings) -> None:
        super().__init__(channels, outputs, settings)
        widths = self.widths
        self.down = nn.ModuleList(
            Block(before, after, settings, level)
            for level, (before, after) in enumerate(zip([channels, *widths], widths, strict=False))
        )
        self.enlarge, self.up = nn.ModuleDict(), nn.ModuleDict()
        for level, column in self.nodes():
            slim, wide = widths[level], widths[level + 1]
            self.enlarge[f"{level}_{column}"] = Enlarge(wide, slim, settings)
            self.up[f"{level}_{column}"] = Block((column + 1) * slim, slim, settings, level)
        self.head = mixing(widths[0], outputs, settings)
        shallower = range(1, settings.depth) if settings.deep_supervision else ()
        self.shallower = nn.ModuleList(mixing(widths[0], outputs, settings) for _ in shallower)
        self.apply(he_initialise)

    def forward(self, picture: Tensor) -> Tensor:
        """Logits (B, outputs, [Z,] Y, X) of pictures (B, channels, [Z,] Y, X) whose sides are multiples of `stride`."""
        return self.levels(picture)[0]

    def levels(self, picture: Tensor) -> tuple[Tensor, ...]:
        """The answer; with deep supervision it is the mean of those that follow it, of the deepest U-Net and of ever
        shallower ones, all at full size.
        """
        top = self.top(picture)
        if not self.shallower:
            return (self.head(top[-1]),)
        heads = [*self.shallower, self.head]
        answers = [head(x) for head, x in zip(reversed(heads), reversed(top), strict=True)]
        return torch.stack(answers).mean(0), *answers

    def top(self, picture: Tensor) -> list[Tensor]:
        """The top row's blocks (B, width, [Z,] Y, X) but the first: what the U-Nets of depth 1, 2, 3, ... have seen."""
        self.check(picture)
        x = picture
        rows: list[list[Tensor]] = []
        for level, block in enumerate(self.down):
            x = block(halved(x) if level else x)
            rows.append([x])
        for level, column in self.nodes():
            below = self.enlarge[f"{level}_{column}"](rows[level + 1][column - 1])
            rows[level].append(self.up[f"{level}_{column}"](joined(*rows[level], below)))
        return rows[0][1:]

    def nodes(self) -> list[tuple[int, int]]:
        """(level, column) of every block behind the way down, in the order in which they can be computed."""
        depth = self.settings.depth
        return [(level, column) for column in range(1, depth + 1) for level in range(depth + 1 - column)]
