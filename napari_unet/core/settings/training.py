"""Settings of training."""

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
        "Training ends after this time at the latest. 0 is no limit.",
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
    optimiser: str = option(
        "muon",
        "Optimiser",
        "Muon learns most from each step; AdamW and Adam find their own pace; SGD (with momentum) needs a higher rate "
        "and more time.",
        choices=("muon", "adamw", "adam", "sgd"),
        advanced=True,
        before="adamw",
    )
    decay: float = option(
        0.01,
        "Weight decay",
        "How strongly weights are drawn to zero. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.001,
        advanced=True,
    )
    schedule: str = option(
        "cosine",
        "Rate over time",
        "Cosine falls smoothly to the end; plateau falls when the score stops rising; constant stays.",
        choices=("cosine", "plateau", "constant"),
        advanced=True,
    )
    warm: float = option(
        0.03,
        "Warm-up",
        "Share of the learning over which the rate rises, so that the first, blind steps do no harm.",
        minimum=0.0,
        maximum=0.5,
        step=0.01,
        advanced=True,
    )
    clip: float = option(
        2.0,
        "Longest gradient",
        "A longer step is shortened to it. 0 is off.",
        minimum=0.0,
        maximum=1000.0,
        step=0.5,
        advanced=True,
    )
    averaging: float = option(
        0.995,
        "Weight averaging",
        "The model is the running average of the weights; nearer to 1 looks back further. 0 is off.",
        minimum=0.0,
        maximum=0.9999,
        step=0.0001,
        advanced=True,
    )
    precision: str = option(
        "auto",
        "Precision",
        "Automatic takes bfloat16 where the device is faster in it; float16 is for older graphics cards.",
        choices=("auto", "float32", "bfloat16", "float16"),
        advanced=True,
    )
    keep_network: bool = option(
        True,
        "Keep the earlier network",
        "Starting from a model keeps its network. Otherwise the network below takes whichever of its weights fit.",
        advanced=True,
    )
    freeze: bool = option(
        False,
        "Freeze the encoder",
        "Only the way up learns; of use when starting from a model with very few new labels.",
        advanced=True,
    )
    checkpoints: int = option(
        0,
        "Checkpoints",
        "Also keep the model of every so many epochs. 0 keeps the best and the last only.",
        minimum=0,
        maximum=10_000,
        step=1,
        unit="epochs",
        advanced=True,
    )
    batch: int = option(
        4,
        "Patches per step",
        "How many patches are learned at once. More needs more memory and learns less often.",
        minimum=1,
        maximum=256,
        step=1,
        advanced=True,
    )
    patch: int = option(
        224,
        "Patch size",
        "Side of the square cut from the pictures for learning. Larger shows more surroundings and learns less often.",
        minimum=32,
        maximum=2048,
        step=16,
        unit="px",
        advanced=True,
    )
    small_first: float = option(
        0.8,
        "Small patches first",
        "Share of the learning with patches of half the side: many quick looks first, surroundings later. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        advanced=True,
    )
    small_steps: int = option(
        400,
        "Small at most",
        "After so many steps patches have their full side, however long the training is. 0 is no limit.",
        minimum=0,
        maximum=1_000_000,
        step=100,
        unit="steps",
        advanced=True,
        before=0,
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
