"""Cutting patches out of pictures: on the processor in whole pixels, then bent on the device, many at once.

What is merely mirrored and turned by quarters is copied and keeps its exact pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from napari_unet.core.training.losses.targets import FULL
from napari_unet.core.training.patches.augment import Shape, positions, reflected
from napari_unet.core.training.patches.augment_light import Light
from napari_unet.core.training.patches.lessons import Lesson

CERTAIN = 0.999
"""A pixel between known and unknown ones is not known."""

Span = tuple[int, int]
"""From and to, along one axis, in pixels."""


@dataclass(frozen=True)
class Cut:
    """One patch to be cut: out of which lesson, about which place (y, x), in which shape and light."""

    lesson: Lesson
    centre: NDArray[np.float64]
    shape: Shape
    light: Light

    @property
    def fellows(self) -> tuple[object, ...]:
        """Equal for cuts that can be done in one go."""
        return self.shape.exact, self.lesson.channels, self.lesson.all_known


@dataclass(frozen=True)
class Layers:
    """Patches: pictures (B, c, P, P), planes and known (B, K, P, P), maps (B, M, P, P); float32, on the device."""

    pictures: Tensor
    planes: Tensor
    known: Tensor
    maps: Tensor


def cut(cuts: Sequence[Cut], patch: int, device: torch.device, classes: bool) -> Layers:
    """Patches of fellow cuts. `classes`: the planes are numbers of classes, between which there is nothing."""
    if cuts[0].shape.exact:
        fine, coarse, inside = _copied(cuts, patch)
        layers = torch.cat([fine.to(device).float(), coarse.to(device).float()], 1)
        return _parted(layers, None, inside.to(device), cuts[0].lesson, classes)
    return _bent(cuts, patch, device, classes)


def _copied(cuts: Sequence[Cut], patch: int) -> tuple[Tensor, Tensor, Tensor]:
    """Whole pixels, mirrored and turned: fine (B, n, P, P) float16, coarse (B, k, P, P) uint8, inside (B, P, P)."""
    parts = []
    for one in cuts:
        corner = np.floor(one.centre - (patch - 1) / 2).astype(int)
        lines = [np.arange(first, first + patch) for first in corner]
        sides = one.lesson.shape
        mirrored = [_mirrored(line, side) for line, side in zip(lines, sides, strict=True)]
        within = [(line >= 0) & (line < side) for line, side in zip(lines, sides, strict=True)]
        inside = (within[0][:, None] & within[1])[None]
        windows = (*(_window(layers, mirrored) for layers in (one.lesson.fine, one.lesson.coarse)), inside)
        parts.append([_turned(layers, one.shape) for layers in windows])
    fine, coarse, within_all = (torch.from_numpy(np.stack(layers)) for layers in zip(*parts, strict=True))
    return fine, coarse, within_all[:, 0]


def _window(layers: NDArray[np.generic], lines: Sequence[NDArray[np.intp]]) -> NDArray[np.generic]:
    rows, columns = lines
    if all(line[-1] - line[0] == len(line) - 1 for line in lines):
        return layers[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return layers[:, rows[:, None], columns]


def _mirrored(line: NDArray[np.intp], side: int) -> NDArray[np.intp]:
    period = max(2 * (side - 1), 1)
    mirrored: NDArray[np.intp] = np.maximum(side - 1 - np.abs(line % period - (side - 1)), 0)
    return mirrored


def _turned(layers: NDArray[np.generic], shape: Shape) -> NDArray[np.generic]:
    """The layers as a shape shows them that only mirrors and turns by quarters."""
    if shape.matrix[0, 0] == 0:
        layers = layers.swapaxes(1, 2)
    # Along the patch's rows, the picture goes backwards where the matrix's first row is negative.
    down, across = (int(line.sum()) for line in shape.matrix)
    return layers[:, ::down, ::across]


def _bent(cuts: Sequence[Cut], patch: int, device: torch.device, classes: bool) -> Layers:
    spans = [_spans(one, patch) for one in cuts]
    fine, coarse = (_blocks([getattr(one.lesson, name) for one in cuts], spans, device) for name in ("fine", "coarse"))
    layers = torch.cat([fine.float(), coarse.float()], 1)
    centres = np.stack([one.centre for one in cuts]).astype(np.float32)
    places = positions([one.shape for one in cuts], centres, patch, device)
    sides = torch.tensor([one.lesson.shape for one in cuts], dtype=torch.float32)
    inside = None
    if any(_leaves(one, patch) for one in cuts):
        last = sides.to(device)[:, None, None] - 0.5
        inside = ((places > -0.5) & (places < last)).all(-1)
        places = reflected(places, sides.to(device))
    low = torch.tensor([[span[0] for span in pair] for pair in spans], dtype=torch.float32, device=device)
    half = (torch.tensor(layers.shape[-2:], dtype=torch.float32) - 1).clamp(min=1).to(device) / 2
    grid = ((places - low[:, None, None]) / half - 1).flip(-1)
    smooth = functional.grid_sample(layers, grid, "bilinear", "border", align_corners=True)
    whole = None
    if classes:
        whole = functional.grid_sample(coarse[:, :1].float(), grid, "nearest", "border", align_corners=True)
    return _parted(smooth, whole, inside, cuts[0].lesson, classes)


def _parted(layers: Tensor, whole: Tensor | None, inside: Tensor | None, lesson: Lesson, classes: bool) -> Layers:
    """Layers by what they mean; `whole` are the planes where those must not be mixed."""
    maps, known = len(lesson.fine) - lesson.channels, len(lesson.coarse) - lesson.planes
    pictures, weights, planes, certain = layers.split([lesson.channels, maps, lesson.planes, known], 1)
    sure = torch.ones_like(planes) if lesson.all_known else (certain > CERTAIN).float()
    if inside is not None:
        sure = sure * inside[:, None]
    planes = (planes if whole is None else whole) if classes else planes / FULL
    return Layers(pictures, planes, sure, weights)


def _leaves(one: Cut, patch: int) -> bool:
    reach = one.shape.reach(patch)
    return bool((one.centre < reach).any() or (one.centre + reach > np.array(one.lesson.shape) - 1).any())


def _spans(one: Cut, patch: int) -> tuple[Span, Span]:
    """The part of the picture that a patch needs, mirrored places included."""
    reach = one.shape.reach(patch)
    rows, columns = (
        _span(float(low), float(high), side)
        for low, high, side in zip(one.centre - reach, one.centre + reach, one.lesson.shape, strict=True)
    )
    return rows, columns


def _span(low: float, high: float, side: int) -> Span:
    last = side - 1
    if low < -last or high > 2 * last:
        return 0, side
    first = min(max(low, 0), 2 * last - high)
    final = max(min(high, last), -low)
    return max(int(first) - 1, 0), min(int(final) + 3, side)


def _blocks(
    pictures: Sequence[NDArray[np.generic]], spans: Sequence[tuple[Span, Span]], device: torch.device
) -> Tensor:
    """The parts in one block (B, n, h, w) as large as the largest; zeros beside the others."""
    cut_out = [
        torch.from_numpy(picture[:, top:bottom, left:right])
        for picture, ((top, bottom), (left, right)) in zip(pictures, spans, strict=True)
    ]
    if len(cut_out) == 1:
        return cut_out[0][None].to(device)
    height, width = (max(part.shape[axis] for part in cut_out) for axis in (1, 2))
    return torch.stack(
        [functional.pad(part, (0, width - part.shape[2], 0, height - part.shape[1])) for part in cut_out]
    ).to(device)
