"""What is to be learned: everything training needs to know but the pictures. No torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from napari_unet.core.model.card import OBJECT_PLANES
from napari_unet.core.settings import Kind, Plan
from napari_unet.core.settings.planning import Said


@dataclass(frozen=True)
class TrainingTask:
    """One training.

    Parameters
    ----------
    name : what the model will be called.
    kind : objects or regions.
    class_names : one name per class; of objects usually one, what an object is called.
    plan : the settings.
    start : folder of the model to go on from, or None for nothing.
    out : the model's folder, made if need be.
    stop : asked often; when it says yes, training ends and keeps the best model so far.
    rivals : folders of models that the new one is compared with at the end, `start` among them or not.
    resume : go on with the training that was broken off in `out`, exactly where it was.
    said : which of the settings somebody asked for; a training that is gone on with keeps its own for all others. None
        where the whole plan is meant.
    """

    name: str
    kind: Kind
    class_names: tuple[str, ...]
    plan: Plan
    start: Path | None
    out: Path
    stop: Callable[[], bool]
    rivals: tuple[Path, ...] = ()
    resume: bool = False
    said: Said | None = None


def output_names(kind: Kind, class_names: tuple[str, ...], *, told_apart: bool) -> tuple[str, ...]:
    """The names of the network's output planes, in order. `told_apart`: objects have classes, which are learned too."""
    if kind == "regions":
        return ("background", *class_names)
    return (*OBJECT_PLANES, *(class_names if told_apart else ()))
