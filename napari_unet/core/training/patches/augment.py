"""Random shapes of patches: turned, mirrored, larger or smaller, slanted, bent.

A shape says where in a picture each pixel of a patch comes from. It is applied to picture, targets and maps alike;
every plane of the targets keeps its meaning under it (a distance is a share of its own object).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from napari_unet.core.settings import AugmentationSettings

AS_TAKEN = 0.35
"""Share of patches that are at most mirrored and turned by quarters: those keep the sharpness pictures really have."""

BEND = 48
"""Distance in pixels between the places that elastic bending moves independently."""

OVERSHOOT = 1.9
"""Bicubic interpolation in two directions goes beyond its largest value at most so many times."""


@dataclass(frozen=True)
class Shape:
    """Where the pixels of a patch come from, about its centre.

    Parameters
    ----------
    matrix : (2, 2); a pixel at (y, x) from the patch's centre comes from (y, x) @ matrix from the place in the picture.
    moves : (2, n, n), pixels; how far an even grid of places in the patch is moved before. None: nowhere.
    exact : only mirrored and turned by quarters, so that every pixel is one of the picture's.
    """

    matrix: NDArray[np.float64]
    moves: NDArray[np.float32] | None = None
    exact: bool = False

    def reach(self, patch: int) -> NDArray[np.float64]:
        """How far from the centre a patch of this side reaches at most along (y, x), in the picture's pixels."""
        reach: NDArray[np.float64] = ((patch - 1) / 2 + self._bend) * np.abs(self.matrix).sum(0)
        return reach

    def centre_for(self, place: NDArray[np.intp], patch: int, sides: tuple[int, ...]) -> NDArray[np.float64]:
        """The centre (y, x) of a patch that holds `place`, with as little as possible of it outside the picture."""
        reach, last = self.reach(patch), np.array(sides, np.float64) - 1
        centre = np.where(last > 2 * reach, np.clip(place + 0.5, reach, np.maximum(last - reach, reach)), last / 2)
        if self.exact:
            return centre
        # In a picture's corner, a patch that stands on its own corner would miss the place altogether.
        away = np.abs((place - centre) @ np.linalg.inv(self.matrix)).max()
        most = max((patch - 1) / 2 - 1 - self._bend, 0)
        return centre if away <= most else place + (centre - place) * (most / away)

    @property
    def _bend(self) -> float:
        return 0.0 if self.moves is None else OVERSHOOT * float(np.abs(self.moves).max())


def draw_shape(settings: AugmentationSettings, patch: int, random: np.random.Generator) -> Shape:
    """A shape at random. Bending as in Ronneberger et al. 2015: a coarse grid of random moves, smooth in between."""
    flip = _flip(random) if settings.flips else np.eye(2)
    as_taken = random.random() < AS_TAKEN
    if as_taken or not (settings.rotation or settings.scale > 1 or settings.shear or settings.elastic):
        return Shape(flip, exact=True)
    angle = math.radians(settings.rotation) * random.uniform(-1, 1)
    scale = settings.scale ** random.uniform(-1, 1)
    slant = math.tan(math.radians(settings.shear) * random.uniform(-1, 1))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix = flip @ np.array([[1, slant], [0, 1]]) @ turn / scale
    if not settings.elastic:
        return Shape(matrix)
    places = max(3, patch // BEND)
    return Shape(matrix, (settings.elastic * random.standard_normal((2, places, places))).astype(np.float32))


def positions(shapes: Sequence[Shape], centres: NDArray[np.float32], patch: int, device: torch.device) -> Tensor:
    """Where the pixels of patches come from: (B, P, P, 2) float32 in (y, x) of the pictures.

    Parameters
    ----------
    shapes : one of each patch; all bent, or none.
    centres : (B, 2), where in its picture the centre of each patch lies.
    """
    matrices = torch.from_numpy(np.stack([shape.matrix for shape in shapes]).astype(np.float32)).to(device)
    middles = torch.from_numpy(centres).to(device)[:, None]
    offsets = _offsets(patch, device).expand(len(shapes), -1, -1)
    moves = [shape.moves for shape in shapes if shape.moves is not None]
    if moves:
        offsets = offsets + _bent(torch.from_numpy(np.stack(moves)).to(device), patch).flatten(1, 2)
    places: Tensor = torch.baddbmm(middles, offsets, matrices).unflatten(1, (patch, patch))
    return places


def reflected(places: Tensor, sides: Tensor) -> Tensor:
    """Positions (B, P, P, 2) within pictures of `sides` (B, 2): beyond an edge, the picture goes on mirrored."""
    last = (sides - 1)[:, None, None]
    period = (2 * last).clamp(min=1)
    return (last - (places.remainder(period) - last).abs()).clamp(min=0)


def _bent(moves: Tensor, patch: int) -> Tensor:
    """Moves (B, 2, n, n) as ones of each pixel: (B, P, P, 2)."""
    # Bicubic interpolation is a product with one matrix from either side, and far quicker so.
    weights = _bicubic(moves.shape[-1], patch, moves.device)
    return (weights @ moves @ weights.T).movedim(1, -1)


@lru_cache(maxsize=8)
def _bicubic(places: int, patch: int, device: torch.device) -> Tensor:
    """(P, n): how much each of n places tells of each pixel on a line."""
    eye = torch.eye(places)[None, None]
    return functional.interpolate(eye, (patch, places), mode="bicubic", align_corners=True)[0, 0].to(device)


@lru_cache(maxsize=8)
def _offsets(patch: int, device: torch.device) -> Tensor:
    """(1, P * P, 2): the pixels of a patch in (y, x) from its centre."""
    line = torch.arange(patch, dtype=torch.float32) - (patch - 1) / 2
    return torch.stack(torch.meshgrid(line, line, indexing="ij"), -1).reshape(1, -1, 2).to(device)


def _flip(random: np.random.Generator) -> NDArray[np.float64]:
    """One of the eight ways to lay a square on itself."""
    signs = np.diag(random.choice([-1.0, 1.0], 2))
    return signs[::-1] if random.random() < 0.5 else signs
