"""A plan: everything a person decides about a training, in one value."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from napari_unet.core.settings.augmentation import AugmentationSettings
from napari_unet.core.settings.loss import LossSettings
from napari_unet.core.settings.network import NetworkSettings
from napari_unet.core.settings.option import Settings
from napari_unet.core.settings.preprocessing import PreprocessingSettings
from napari_unet.core.settings.training import TrainingSettings


@dataclass(frozen=True)
class Plan:
    """The groups of settings that a model is taught with."""

    GROUPS: ClassVar[dict[str, type[Settings]]] = {
        "training": TrainingSettings,
        "preprocessing": PreprocessingSettings,
        "augmentation": AugmentationSettings,
        "loss": LossSettings,
        "network": NetworkSettings,
    }

    training: TrainingSettings = field(default_factory=TrainingSettings)
    preprocessing: PreprocessingSettings = field(default_factory=PreprocessingSettings)
    augmentation: AugmentationSettings = field(default_factory=AugmentationSettings)
    loss: LossSettings = field(default_factory=LossSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)

    def groups(self) -> dict[str, Settings]:
        """The groups by their names."""
        return {name: getattr(self, name) for name in self.GROUPS}

    def values(self) -> dict[str, Any]:
        """Every single setting by its name, whichever group it belongs to, as plain JSON values."""
        return {name: value for group in self.groups().values() for name, value in group.to_json().items()}

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """A copy with single settings changed, whichever group each belongs to. Raises SettingsError."""
        changed: dict[str, Any] = {
            name: dataclasses.replace(group, **own)
            for name, group in self.groups().items()
            if (own := {item.name: values[item.name] for item in group.options() if item.name in values})
        }
        return dataclasses.replace(self, **changed)

    @classmethod
    def from_json(cls, values: Mapping[str, Mapping[str, Any]]) -> Self:
        """The plan from JSON values; what they do not name keeps its usual value. Raises SettingsError."""
        groups: dict[str, Any] = {name: group.from_json(values.get(name, {})) for name, group in cls.GROUPS.items()}
        return cls(**groups)

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Every group as plain JSON values."""
        return {name: group.to_json() for name, group in self.groups().items()}
