"""Named plans: a whole set of settings at one word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from napari_unet.core.settings.augmentation import AugmentationSettings
from napari_unet.core.settings.loss import LossSettings
from napari_unet.core.settings.network import NetworkSettings
from napari_unet.core.settings.plan import Plan
from napari_unet.core.settings.preprocessing import PreprocessingSettings
from napari_unet.core.settings.training import TrainingSettings

STILL = AugmentationSettings(
    flips=False,
    rotation=0.0,
    scale=1.0,
    brightness=0.0,
    contrast=0.0,
    colour=0.0,
    gamma=0.0,
    noise=0.0,
    invert=0.0,
)
"""Pictures as they were taken."""

AUGMENTATIONS: dict[str, AugmentationSettings] = {
    "none": STILL,
    "light": AugmentationSettings(
        rotation=0.0,
        scale=1.1,
        brightness=0.15,
        contrast=0.15,
        colour=0.1,
        gamma=0.15,
        noise=0.04,
        invert=0.0,
    ),
    "usual": AugmentationSettings(),
    "strong": AugmentationSettings(
        scale=2.0,
        shear=10.0,
        elastic=6.0,
        brightness=0.5,
        contrast=0.5,
        colour=0.4,
        gamma=0.5,
        blur=2.0,
        noise=0.2,
        invert=0.15,
        channel_drop=0.1,
        cutout=0.2,
    ),
}
"""Strengths of random changes by name."""


BARE = TrainingSettings(
    rate=1e-3,
    optimiser="adam",
    decay=0.0,
    schedule="constant",
    warm=0.0,
    clip=0.0,
    averaging=0.0,
    precision="float32",
    small_first=0.0,
)
"""Adam and nothing around it."""


@dataclass(frozen=True)
class Preset:
    """A named plan. `help` says in a sentence when to take it."""

    name: str
    title: str
    help: str
    make: Callable[[], Plan]


def classic() -> Plan:
    """The small U-Net widely taught on the nuclei of the Data Science Bowl 2018, as it is taught.

    16 to 256 channels, two 3 x 3 convolutions per level with ELU and no normalisation layers, dropout of 0.1, 0.1,
    0.2, 0.2, 0.3, transposed convolutions, whole pictures of 128 px brought to 0..1, Adam at 0.001 with binary
    cross-entropy, 16 pictures per step, 10 % validation, early stopping with patience, no random changes. It learns
    foreground only; touching cells are not parted.
    """
    return Plan(
        training=replace(BARE, epochs=50, validation=0.1, patience=5, batch=16, patch=128),
        preprocessing=PreprocessingSettings(normalisation="min-max"),
        augmentation=STILL,
        loss=LossSettings(soft_dice=0.0, border=0.0, distance=0.0, border_weight=1.0),
        network=NetworkSettings(
            norm="none", activation="elu", upsampling="transposed", dropout=0.1, dropout_rises=True
        ),
    )


def plain() -> Plan:
    """A U-Net without any of our craft: Adam, cross-entropy, flips."""
    return Plan(
        training=replace(BARE, batch=6),
        augmentation=replace(STILL, flips=True),
        loss=LossSettings(soft_dice=0.0, border_weight=1.0),
    )


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("usual", "Usual", "What we found to work best on every kind of picture we measured.", Plan),
        Preset(
            "classic", "Classic", "The small U-Net of the courses; for comparison, and to repeat older work.", classic
        ),
        Preset("plain", "Plain", "A U-Net with nothing added; for comparison.", plain),
    )
}
