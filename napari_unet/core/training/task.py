"""What is to be learned: everything training needs to know but the pictures. No torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from napari_unet.core.settings import AugmentationSettings, Kind, NetworkSettings, TrainingSettings


@dataclass(frozen=True)
class TrainingTask:
    """One training.

    Parameters
    ----------
    name : what the model will be called.
    kind : objects or regions.
    class_names : one name per class of regions; for objects, what an object is called.
    network, training, augmentation : the settings.
    start : folder of the model to go on from, or None for nothing.
    out : the model's folder, made if need be.
    stop : asked between steps; when it says yes, training ends and keeps the best model so far.
    """

    name: str
    kind: Kind
    class_names: tuple[str, ...]
    network: NetworkSettings
    training: TrainingSettings
    augmentation: AugmentationSettings
    start: Path | None
    out: Path
    stop: Callable[[], bool]


OBJECT_PLANES = ("cell", "border", "distance")
"""What the network answers for objects: is it a cell, do two touch here, how deep inside."""


def output_names(kind: Kind, class_names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the network's output planes, in order."""
    return OBJECT_PLANES if kind == "objects" else ("background", *class_names)
