"""The model's card: everything known about a model but its weights. Plain JSON, no torch: the window reads it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Self

from napari_unet.core.settings import (
    AugmentationSettings,
    Kind,
    NetworkSettings,
    PostprocessingSettings,
    Settings,
    TrainingSettings,
)

SCHEMA = 1
"""Version of the card's layout. A newer one is refused with a sentence, an older one is brought up to date."""

WEIGHTS = "model.safetensors"
CARD = "model.json"
METRICS = "metrics.jsonl"
RESUME = "last.safetensors"


@dataclass(frozen=True)
class ModelCard:
    """What a model is, how it came about and how good it was.

    `outputs` names the network's output planes in order: ("cell", "border", "distance") for objects, ("background",
    *class_names) for regions. `normalisation` holds the (low, high) percentiles used, per picture and channel.
    `postprocessing` holds the clean-up that scored best on the validation pictures. `scores` are of the validation
    pictures (empty when there were none). `precision` is the number format of the learning steps.
    """

    name: str
    kind: Kind
    class_names: tuple[str, ...]
    channels: int
    colour: bool
    network: NetworkSettings
    training: TrainingSettings
    augmentation: AugmentationSettings
    postprocessing: PostprocessingSettings
    normalisation: tuple[float, float]
    outputs: tuple[str, ...]
    scores: dict[str, float] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    validation: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    device: str = ""
    precision: str = ""
    start: str = "none"
    created: str = ""
    epochs_done: int = 0
    seconds: float = 0.0
    schema: int = SCHEMA

    def to_json(self) -> dict[str, Any]:
        """The card as plain JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The card from JSON values. Raises SettingsError for values no setting can have."""
        parts = dict(values)
        groups: dict[str, type[Settings]] = {
            "network": NetworkSettings,
            "training": TrainingSettings,
            "augmentation": AugmentationSettings,
            "postprocessing": PostprocessingSettings,
        }
        parts.update({key: group.from_json(parts[key]) for key, group in groups.items()})
        tuples = ("class_names", "normalisation", "outputs", "validation")
        parts.update({key: tuple(parts[key]) for key in tuples if key in parts})
        return cls(**parts)
