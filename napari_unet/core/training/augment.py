"""Random changes of what is learned from, so that the network does not learn accidents by heart.

A shape says where in a picture each pixel of a patch comes from: turned, mirrored, larger or smaller, bent. It is
applied to picture and targets alike; every plane of the targets keeps its meaning under it (a distance is a share of
its own object). `recolour` changes brightness only, and only the picture's.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from napari_unet.core.settings import AugmentationSettings

AS_TAKEN = 0.35
"""Share of patches that are neither turned by odd angles nor resized: those keep the sharpness pictures really have."""

BEND = 48
"""Distance in pixels between the places that elastic bending moves independently."""


def random_shape(settings: AugmentationSettings, patch: int, generator: torch.Generator) -> Tensor:
    """Where the pixels of a patch come from: offsets (P, P, 2) in (y, x) from its centre, in the picture's pixels."""
    line = torch.arange(patch, dtype=torch.float32) - (patch - 1) / 2
    offsets = torch.stack(torch.meshgrid(line, line, indexing="ij"), -1)
    if settings.flips:
        offsets = _flipped(offsets, generator)
    if settings.elastic:
        offsets = offsets + _bend(settings.elastic, patch, generator)
    if _random(generator) < AS_TAKEN:
        return offsets
    angle = math.radians(settings.rotation) * _between(-1, 1, generator)
    scale = settings.scale ** _between(-1, 1, generator)
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    shape: Tensor = offsets @ turn / scale
    return shape


def cut(planes: Tensor, positions: Tensor, mode: str) -> Tensor:
    """The values of planes (K, Y, X) at positions (P, P, 2) in (y, x) pixels; beyond the edge, the planes mirrored."""
    sides = torch.tensor(planes.shape[1:], dtype=torch.float32)
    unit = 2 * positions / (sides - 1).clamp(min=1) - 1
    grid = unit.flip(-1)[None]
    values: Tensor = functional.grid_sample(
        planes[None], grid, mode=mode, padding_mode="reflection", align_corners=True
    )
    return values[0]


def recolour(picture: Tensor, settings: AugmentationSettings, generator: torch.Generator) -> Tensor:
    """A normalised patch (C, P, P) with other contrast, brightness, gamma and noise, or as its negative."""
    if settings.brightness or settings.contrast or settings.gamma:
        picture = _relit(picture, settings, generator)
    if _random(generator) < settings.invert:
        picture = 1 - picture
    if settings.noise:
        strength = settings.noise * _random(generator) ** 2
        picture = picture + strength * torch.randn(picture.shape, generator=generator)
    return picture


def _relit(picture: Tensor, settings: AugmentationSettings, generator: torch.Generator) -> Tensor:
    gamma = math.exp(_between(-1.5, 1.5, generator) * settings.gamma)
    # Each channel of a colour picture also changes a little on its own: no two stains are alike.
    own = (2 * torch.rand((len(picture), 1, 1), generator=generator) - 1) * (
        settings.contrast / 2 if len(picture) > 1 else 0
    )
    gain = torch.exp(own) * math.exp(_between(-1, 1, generator) * settings.contrast)
    offset = _between(-0.5, 0.5, generator) * settings.brightness
    return picture.clamp(min=0) ** gamma * gain + picture.clamp(max=0) + offset


def _flipped(offsets: Tensor, generator: torch.Generator) -> Tensor:
    which = int(torch.randint(8, (), generator=generator))
    offsets = offsets.flip(-1) if which & 1 else offsets
    return offsets * torch.tensor([-1.0 if which & 2 else 1.0, -1.0 if which & 4 else 1.0])


def _bend(strength: float, patch: int, generator: torch.Generator) -> Tensor:
    places = max(3, patch // BEND)
    moves = strength * torch.randn((1, 2, places, places), generator=generator)
    smooth = functional.interpolate(moves, (patch, patch), mode="bicubic", align_corners=True)
    return smooth[0].movedim(0, -1)


def _random(generator: torch.Generator) -> float:
    return float(torch.rand((), generator=generator))


def _between(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * _random(generator)
