"""The model's card: everything known about a model but its weights. Plain JSON, no torch: the window reads it."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any, Self, get_args

from napari_unet.core.data.json_file import are_numbers, is_words
from napari_unet.core.settings import Kind, Plan, PostprocessingSettings

SCHEMA = 2
"""Version of the card's layout. A newer one is refused with a sentence, an older one is brought up to date."""

MOST = 4096
"""Channels, and planes, of a model at most."""

WEIGHTS = "model.safetensors"
CARD = "model.json"
METRICS = "metrics.jsonl"
RESUME = "last.safetensors"


@dataclass(frozen=True)
class ModelCard:
    """What a model is, how it came about and how good it was.

    `outputs` names the network's output planes in order: ("cell", "border", "distance") for objects, ("background",
    *class_names) for regions. `plan` holds the settings it was taught with; its preprocessing is done again to every
    picture. `object_width` is how wide a typical object was, in pixels of the plan's pixel size where it has
    one, before objects were brought to the plan's object size (0: not known).
    `postprocessing` holds the clean-up that scored best on the validation pictures. `scores` are of the validation
    pictures (empty when there were none). `precision` is the number format of the learning steps. `noticed` holds what
    was said while it learned, and `compared` how it stood against earlier models.
    """

    name: str
    kind: Kind
    class_names: tuple[str, ...]
    channels: int
    colour: bool
    plan: Plan
    postprocessing: PostprocessingSettings
    outputs: tuple[str, ...]
    object_width: float = 0.0
    scores: dict[str, float] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    validation: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    device: str = ""
    precision: str = ""
    start: str = "none"
    created: str = ""
    epochs_done: int = 0
    steps_done: int = 0
    seconds: float = 0.0
    noticed: tuple[str, ...] = ()
    compared: dict[str, Any] = field(default_factory=dict)
    machine: dict[str, str] = field(default_factory=dict)
    schema: int = SCHEMA

    def to_json(self) -> dict[str, Any]:
        """The card as plain JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The card from JSON values, of this layout or an older one. Raises SettingsError for impossible values."""
        parts = upgraded(values)
        parts["plan"] = Plan.from_json(parts["plan"])
        parts["postprocessing"] = PostprocessingSettings.from_json(parts["postprocessing"])
        tuples = ("class_names", "outputs", "validation", "noticed")
        parts.update({key: tuple(parts[key]) for key in tuples if key in parts})
        card = cls(**parts)
        card.check()
        return card

    def check(self) -> None:
        """Raises ValueError when a value is not of its kind: a model may come from anybody."""
        single = (self.name, self.kind, self.device, self.precision, self.start, self.created)
        if not is_words((*single, *self.class_names, *self.outputs, *self.validation, *self.noticed)):
            raise ValueError("names, planes and what was noticed must be words")
        if self.kind not in get_args(Kind) or not self.class_names or not 0 < len(self.outputs) <= MOST:
            raise ValueError(f"a model of the kind {self.kind!r} with {len(self.outputs)} planes is none of ours")
        if type(self.channels) is not int or not 0 < self.channels <= MOST:
            raise ValueError(f"it looks at {self.channels!r} channels")
        numbers = (self.object_width, self.epochs_done, self.steps_done, self.seconds)
        if not are_numbers((*numbers, *self.scores.values())) or not all(map(math.isfinite, numbers)):
            raise ValueError("sizes, steps, seconds and scores must be numbers")
        if not is_words((*self.data.values(), *self.versions.values(), *self.machine.values())):
            raise ValueError("data, versions and machine must be words")
        self.compared.keys()


def upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """The values in today's layout. In the first, the groups of the plan stood side by side, brightness meant contrast
    and gamma too, and all there was of preprocessing were two percentiles.
    """
    if values.get("schema", SCHEMA) >= SCHEMA:
        return dict(values)
    parts = {key: value for key, value in values.items() if key not in ("network", "training", "augmentation")}
    low, high = parts.pop("normalisation")
    light = values["augmentation"]["brightness"]
    plan = {
        "network": values["network"],
        "training": values["training"],
        "augmentation": {**values["augmentation"], "contrast": light, "gamma": light},
        "preprocessing": {"low_percentile": low, "high_percentile": high},
    }
    return {**parts, "plan": plan, "schema": SCHEMA}
