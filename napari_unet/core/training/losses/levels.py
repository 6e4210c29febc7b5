"""What is known of a batch, also at the smaller sizes at which a network with deep supervision answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from napari_unet.core.settings import Kind

MOSTLY = 0.75
"""A coarse pixel is known when this share of what it covers is: all of it would silence thin strokes."""


@dataclass(frozen=True)
class Truth:
    """What a batch should be answered with.

    Parameters
    ----------
    planes, known : (B, K, [Z,] Y, X) float32; see `targets.Targets`, planes of objects in 0..1.
    maps : (B, [Z,] Y, X) float32 each, by the names of `target_maps.map_names`.
    """

    planes: Tensor
    known: Tensor
    maps: Mapping[str, Tensor]


def reduced(truth: Truth, kind: Kind, outputs: int, shape: Sequence[int]) -> Truth:
    """The truth at another, smaller size ([Z,] Y, X).

    Planes are averaged over what is known of each coarse pixel; of classes, the most frequent known one is taken.
    """
    if tuple(shape) == tuple(truth.planes.shape[2:]):
        return truth
    share = _shrunk(truth.known, shape)
    known = (share >= MOSTLY).to(share.dtype)
    maps = {name: _shrunk(values[:, None], shape)[:, 0] for name, values in truth.maps.items()}
    if kind == "objects":
        return Truth(_shrunk(truth.planes * truth.known, shape) / share.clamp(min=0.5), known, maps)
    shares = _shrunk(shares_of(truth.planes[:, 0].long(), outputs) * truth.known, shape)
    return Truth(shares.argmax(1, keepdim=True).to(share.dtype), known, maps)


def level_weights(count: int) -> list[float]:
    """How much each level counts, finest first: each half of the one before, 1 together."""
    halves = [0.5**level for level in range(count)]
    return [half / sum(halves) for half in halves]


def shares_of(classes: Tensor, outputs: int) -> Tensor:
    """The share each class has of a pixel, 0 or 1: (B, ...) int64 -> (B, K, ...) float32."""
    return functional.one_hot(classes, outputs).movedim(-1, 1).to(torch.float32)


def _shrunk(planes: Tensor, shape: Sequence[int]) -> Tensor:
    return functional.interpolate(planes, tuple(shape), mode="area")
