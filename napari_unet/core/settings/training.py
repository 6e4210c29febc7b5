"""Settings of training and of the pictures' random changes while training."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.device import device_option
from napari_unet.core.settings.option import Settings, option

MOST_EPOCHS = 100_000


@dataclass(frozen=True)
class TrainingSettings(Settings):
    """How long and how a model learns."""

    epochs: int = option(
        20,
        "Epochs",
        "How many rounds over the annotated pictures.",
        minimum=1,
        maximum=MOST_EPOCHS,
        step=1,
    )
    minutes: float = option(
        0.0,
        "Time limit",
        "Training ends after this time at the latest and keeps the best model. 0 is no limit.",
        minimum=0.0,
        maximum=10_000.0,
        step=1.0,
        unit="min",
    )
    validation: float = option(
        0.15,
        "Validation share",
        "Share of the complete pictures kept out of learning, to measure the model on pictures it has not seen.",
        minimum=0.0,
        maximum=0.5,
        step=0.05,
        advanced=True,
    )
    patience: int = option(
        0,
        "Patience",
        "Stop after this many epochs without a better score. 0 is never.",
        minimum=0,
        maximum=10_000,
        step=1,
        unit="epochs",
        advanced=True,
    )
    rate: float = option(
        3e-3,
        "Learning rate",
        "Size of the learning steps. A model that already knows something is taught with a tenth of it.",
        minimum=1e-6,
        maximum=1.0,
        step=1e-6,
        advanced=True,
    )
    batch: int = option(
        6,
        "Patches per step",
        "How many patches are learned at once. More needs more memory.",
        minimum=1,
        maximum=256,
        step=1,
        advanced=True,
    )
    patch: int = option(
        224,
        "Patch size",
        "Side of the square cut from the pictures for learning.",
        minimum=32,
        maximum=2048,
        step=16,
        unit="px",
        advanced=True,
    )
    steps: int = option(
        0,
        "Steps per epoch",
        "Learning steps in one epoch. 0 is automatic: enough to cover the annotated area about once.",
        minimum=0,
        maximum=100_000,
        step=1,
        advanced=True,
    )
    seed: int = option(
        0,
        "Seed",
        "The same seed on the same pictures and processor gives the same model.",
        minimum=0,
        maximum=2_147_483_647,
        step=1,
        advanced=True,
    )
    device: str = device_option()

    @classmethod
    def base(cls, minutes: float) -> TrainingSettings:
        """The values of settings that a person did not name: a time limit alone asks for all of that time."""
        return cls(epochs=MOST_EPOCHS) if minutes > 0 else cls()


@dataclass(frozen=True)
class AugmentationSettings(Settings):
    """How pictures are changed at random while training, so that the model does not learn accidents by heart."""

    flips: bool = option(True, "Flips and quarter turns", "Mirror and turn patches.", advanced=True)
    rotation: float = option(
        180.0,
        "Rotation",
        "Largest turn, either way.",
        minimum=0.0,
        maximum=180.0,
        step=5.0,
        unit="°",
        advanced=True,
    )
    scale: float = option(
        1.5,
        "Scale",
        "Largest magnification; the largest reduction is its inverse. 1 is off.",
        minimum=1.0,
        maximum=4.0,
        step=0.1,
        unit="x",
        advanced=True,
    )
    elastic: float = option(
        0.0,
        "Elastic",
        "Strength of smooth random bending, as in the original U-Net paper. 0 is off.",
        minimum=0.0,
        maximum=30.0,
        step=1.0,
        unit="px",
        advanced=True,
    )
    brightness: float = option(
        0.3,
        "Brightness and contrast",
        "Strength of random changes of brightness, contrast and gamma. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        advanced=True,
    )
    noise: float = option(
        0.1,
        "Noise",
        "Largest added noise, as a share of the picture's contrast. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.02,
        advanced=True,
    )
    invert: float = option(
        0.15,
        "Inverted",
        "Share of patches shown as their negative, so that dark-on-bright and bright-on-dark are both learned.",
        minimum=0.0,
        maximum=0.5,
        step=0.05,
        advanced=True,
    )
