"""What the network that learns in the background is shown: patches around strokes, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from skimage.measure import label
from torch import Tensor
from torch.nn import functional

from napari_unet.core.settings import AugmentationSettings
from napari_unet.core.strokes.painted import NOTHING, Painted
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.windows import SQUARE, Window
from napari_unet.core.training.patches.augment_light import draw_light, recolour

SIDE, TOGETHER = 128, 4
"""Patches are squares of this side; so many make a step."""

AT_STROKES = 0.8
"""So many of them lie around something painted, the others anywhere."""

PAINTED, TOLD = 5.0, 0.3
"""How much a painted pixel counts on average, and one that only the instant answer speaks of."""

PLACES = 20_000
"""So many painted pixels of a picture are enough to choose patches by."""

LIGHTS = AugmentationSettings(brightness=0.3, contrast=0.3, gamma=0.3, noise=0.1, invert=0.15)


@dataclass(frozen=True)
class Material:
    """A picture to learn from, or a window of it.

    Parameters
    ----------
    shown : (3, Y, X) float16, what the network sees.
    target : (K, Y, X) float16, how probable each class is: what was painted, elsewhere the instant answer.
    weight : (Y, X) float32, how much each pixel counts.
    places : (N, 2), the painted pixels.
    """

    shown: NDArray[np.float16]
    target: NDArray[np.float16]
    weight: NDArray[np.float32]
    places: NDArray[np.intp]


def window_of(painted: Painted) -> Window:
    """The window to learn in: the whole picture, or, of a large one, the square that the middle stroke lies in.

    The middle may lie between strokes, in a square where nothing is painted: then it is the one with most paint.
    """
    places = np.argwhere(painted.classes != NOTHING)
    squares, corner = places // SQUARE, np.median(places, axis=0).astype(int) // SQUARE
    if not (squares == corner).all(1).any():
        every, sizes = np.unique(squares, axis=0, return_counts=True)
        corner = every[sizes.argmax()]
    y, x = (
        slice(start, min(side, start + SQUARE))
        for start, side in zip((corner * SQUARE).tolist(), painted.classes.shape, strict=True)
    )
    return y, x


def material_of(seen: Seen, painted: Painted, window: Window, told: NDArray[np.float32]) -> Material:
    """What can be learned from a picture, when `told` (K, y, x) is the instant answer in the window."""
    classes = painted.classes[window]
    there = classes != NOTHING
    target = told.astype(np.float16)
    target[:, there] = classes[there] == np.arange(len(told))[:, np.newaxis]
    weight = np.full(classes.shape, np.float32(TOLD))
    strokes = label(classes, background=NOTHING, connectivity=2)
    weight[there] = PAINTED * _fair(classes[there], strokes[there])
    places = np.argwhere(there)
    return Material(seen.shown(window).astype(np.float16), target, weight, places[:: 1 + len(places) // PLACES])


def _fair(classes: NDArray[np.integer], strokes: NDArray[np.integer]) -> NDArray[np.float32]:
    """A weight for each painted pixel, 1 on average: classes count the same, and in each class all strokes."""
    _, stroke, sizes = np.unique(strokes, return_inverse=True, return_counts=True)
    weights = 1.0 / sizes[stroke]
    for number in np.unique(classes):
        weights[classes == number] /= weights[classes == number].sum()
    return np.asarray(weights / weights.mean(), np.float32)


def draw(
    materials: Sequence[Material], random: np.random.Generator, light: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Patches at random, turned, mirrored and in other lights: (B, 3, S, S), (B, K, S, S) to say, weights (B, S, S)."""
    painted = np.array([len(material.places) for material in materials], float) ** 0.5
    chosen = random.choice(len(materials), TOGETHER, p=painted / painted.sum())
    patches = [_patch(materials[number], random) for number in chosen]
    pictures, targets, weights = (torch.stack(parts) for parts in zip(*patches, strict=True))
    lights = [draw_light(LIGHTS, 3, SIDE, random) for _ in patches]
    return recolour(pictures, lights, light), targets, weights[:, 0]


def _patch(material: Material, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    shape = material.weight.shape
    if random.random() < AT_STROKES:
        middle = material.places[random.integers(len(material.places))] + random.integers(-SIDE // 3, SIDE // 3, 2)
    else:
        middle = random.integers(0, shape)
    starts = [int(np.clip(at - SIDE // 2, 0, max(0, side - SIDE))) for at, side in zip(middle, shape, strict=True)]
    there = (slice(None), *(slice(start, start + SIDE) for start in starts))
    turns, mirrored = int(random.integers(4)), bool(random.random() < 0.5)
    parts = (material.shown[there], material.target[there], material.weight[np.newaxis][there])
    shown, target, weight = (_turned(part, turns, mirrored) for part in parts)
    return _filled(shown, "replicate"), _filled(target, "replicate"), _filled(weight, "constant")


def _turned(part: NDArray[np.floating], turns: int, mirrored: bool) -> Tensor:
    turned = np.rot90(part[..., ::-1] if mirrored else part, turns, (1, 2))
    return torch.from_numpy(turned.astype(np.float32))


def _filled(part: Tensor, mode: str) -> Tensor:
    """A patch of a small picture, made as large as the others; nothing is to be learned beside it."""
    rows, columns = (SIDE - side for side in part.shape[1:])
    return functional.pad(part[None], (0, columns, 0, rows), mode=mode)[0] if rows or columns else part
