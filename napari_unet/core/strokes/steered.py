"""The steered network: a U-Net that is shown the picture, the strokes, and what others make of it.

    picture (3) · painted as this · painted as something else · guide · anchored guide · start
    · how far the guide is trusted · how far the start · how much is painted · plain guide  ──►  logit of "this"

Inside is the U-Net of this package. It is shown every 2 x 2 pixels as one with four times the channels, and answers all
four (sub-pixel convolution, Shi et al. 2016, https://arxiv.org/abs/1609.05158): four times as quick, and it sees twice
as far.

It was trained to follow strokes: on pictures of many kinds, with a different thing to find in each and an annotator who
paints where the answer is wrong, so it has learned how far to trust the guides (forests on these strokes), the start (a
model that may know such pictures or not) and its own eyes. Nothing is learned when a stroke is painted: it looks again.

The idea of strokes as input: Xu et al. 2016 (https://arxiv.org/abs/1603.04042) for clicks, ScribblePrompt (Wong et al.
2024, https://arxiv.org/abs/2312.07381) for scribbles in medicine. The guide and the start as further inputs are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from napari_unet.core.model.network import Network

CHANNELS = 12
"""Planes that it is shown; see above."""

FOLDED = 2
"""Side of the squares of pixels that are shown as one."""


@dataclass(frozen=True)
class Steering:
    """What the network is shown of a window, for each of B classes to find.

    Parameters
    ----------
    picture : (3, Y, X) float32.
    this, other : (B, Y, X) bool, where a person painted the class, and anything else.
    guide, plain, anchored, start : (B, Y, X) float32, 0..1, how probable three forests and the starting model find it;
        the plain one knows no textures.
    guide_trust, start_trust : (B,) float32, 0..1, how far they agree with all strokes; see `trust`.
    amount : 0..1, how much is painted, on whatever pictures.
    """

    picture: NDArray[np.float32]
    this: NDArray[np.bool_]
    other: NDArray[np.bool_]
    guide: NDArray[np.float32]
    plain: NDArray[np.float32]
    anchored: NDArray[np.float32]
    start: NDArray[np.float32]
    guide_trust: NDArray[np.float32]
    start_trust: NDArray[np.float32]
    amount: float

    def planes(self) -> NDArray[np.float32]:
        """(B, CHANNELS, Y, X) float32; probabilities are brought to -1..1, so that knowing nothing is 0."""
        picture = np.broadcast_to(self.picture, (len(self.this), *self.picture.shape))
        numbers = [self.guide_trust, self.start_trust, np.full(len(self.this), (1 + self.amount) / 2)]
        everywhere = [np.broadcast_to(each[:, None, None], self.this.shape) for each in numbers]
        probable = self.guide, self.anchored, self.start, *everywhere, self.plain
        told = [self.this, self.other, *(2 * each - 1 for each in probable)]
        return np.concatenate([picture, np.stack(told, 1)], axis=1, dtype=np.float32)


@torch.inference_mode()
def steer(network: Network, steering: Steering, device: torch.device) -> NDArray[np.float32]:
    """How probable each class is, (B, Y, X) float32, 0..1; each on its own."""
    logits = answered(network, padded(torch.from_numpy(steering.planes()).to(device), stride_of(network)))
    rows, columns = steering.picture.shape[1:]
    answer: NDArray[np.float32] = torch.sigmoid(logits)[:, 0, :rows, :columns].float().cpu().numpy()
    return answer


def answered(network: Network, planes: Tensor) -> Tensor:
    """Logits (B, 1, Y, X) of planes (B, CHANNELS, Y, X), whose sides are multiples of `stride_of(network)`."""
    folded = functional.pixel_unshuffle(planes, FOLDED).contiguous(memory_format=torch.channels_last)
    return functional.pixel_shuffle(network(folded), FOLDED)


def stride_of(network: Network) -> int:
    """Sides of what is shown must be multiples of this."""
    return FOLDED * network.stride


def padded(planes: Tensor, stride: int) -> Tensor:
    """Mirrored below and at the right, so that both sides are multiples of `stride`."""
    rows, columns = (-side % stride for side in planes.shape[-2:])
    small = rows >= planes.shape[-2] or columns >= planes.shape[-1]
    return functional.pad(planes, (0, columns, 0, rows), mode="replicate" if small else "reflect")
