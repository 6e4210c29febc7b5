"""Small scenes to learn from: discs on a noisy ground, some of them touching, and settings that learn them quickly."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.sample import Sample
from napari_unet.core.settings import AugmentationSettings, Kind, NetworkSettings, Plan, TrainingSettings
from napari_unet.core.training.task import TrainingTask

SIDE = 64
SMALL = NetworkSettings(depth=2, width=4)
CALM = AugmentationSettings(
    rotation=0.0, scale=1.0, brightness=0.0, contrast=0.0, gamma=0.0, noise=0.0, invert=0.0, eased=0
)
QUICK = TrainingSettings(epochs=2, patch=48, batch=2, steps=3, device="cpu")


def discs(seed: int, side: int = SIDE) -> np.ndarray:
    """A mask of a handful of discs; each is cut where a later one lies over it, so that some touch."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:side, :side]
    mask = np.zeros((side, side), np.uint16)
    for number in range(1, 8):
        row, column = random.uniform(6, side - 6, 2)
        mask[(rows - row) ** 2 + (columns - column) ** 2 < random.uniform(5, 8) ** 2] = number
    return mask


def picture_of(mask: np.ndarray, seed: int, bright: bool = True) -> np.ndarray:
    """A grey picture (1, Y, X) uint16 in which the mask's objects stand out from the noise."""
    noise = np.random.default_rng(seed).normal(0, 20, mask.shape)
    signal = np.where(mask > 0, 600, 200) if bright else np.where(mask > 0, 200, 600)
    return np.clip(signal + noise, 0, 65535).astype(np.uint16)[np.newaxis]


def scene(seed: int, **changes: object) -> Sample:
    """A completely annotated sample."""
    mask = discs(seed)
    sample = Sample(f"scene{seed}", picture_of(mask, seed), from_mask(mask), complete=True)
    return dataclasses.replace(sample, **changes)


def task_of(
    out: Path, kind: Kind = "objects", stop: Callable[[], bool] = lambda: False, **training: object
) -> TrainingTask:
    """A small task; `training` changes single training settings."""
    names = ("cell",) if kind == "objects" else ("disc",)
    settings = dataclasses.replace(QUICK, **training)
    return TrainingTask("test", kind, names, Plan(settings, augmentation=CALM, network=SMALL), None, out, stop)
