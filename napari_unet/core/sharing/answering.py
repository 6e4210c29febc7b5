"""The network as others run it: from what it sees to probability, in one module without settings."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from napari_unet.core.inference.once import to_probability
from napari_unet.core.model.checkpoint import Model


class Answering(nn.Module):
    """A network that answers with probability instead of logits."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.network, self._card = model.network.eval(), model.card

    def forward(self, picture: Tensor) -> Tensor:
        """Probability (B, K, [Z,] Y, X) of normalised pictures (B, C, [Z,] Y, X) whose sides are whole strides."""
        logits: Tensor = self.network(picture)
        return to_probability(self._card, logits.transpose(0, 1)).transpose(0, 1)


class AnySize(nn.Module):
    """The same for pictures of any size: they are gone on with, mirrored, as at home, and the answer is cut to size.

    Written for `torch.jit.trace`: every size is computed from the picture's own, so that the trace knows all sizes. (To
    script it instead would not outlive Python 3.13.)
    """

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.answering, self._strides = Answering(model), model.network.strides

    def forward(self, picture: Tensor) -> Tensor:
        """Probability (B, K, [Z,] Y, X) of normalised pictures (B, C, [Z,] Y, X)."""
        whole = picture
        for axis, stride in enumerate(self._strides, 2):
            whole = gone_on(whole, axis, stride)
        answer: Tensor = self.answering(whole)
        inside = (slice(None), slice(None), *(slice(0, side) for side in picture.shape[2:]))
        return answer[inside].contiguous()


def gone_on(picture: Tensor, axis: int, stride: int) -> Tensor:
    """The picture with one side a multiple of `stride`: what lies beyond mirrors it, as `View.window` does."""
    side = picture.shape[axis]
    place = torch.arange((side + stride - 1) // stride * stride)
    # Of a single pixel all are the first. Tensors, not numbers: a trace would keep these for ever.
    place = place % torch.clamp(torch.as_tensor(2 * side - 2), min=1)
    place = torch.where(place >= side, 2 * side - 2 - place, place)
    return picture[
        (slice(None),) * axis + (place,)
    ]  # works on every device, unlike index_select with a place on the CPU
