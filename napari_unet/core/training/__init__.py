"""Learning. The door is lazy: reports are read where torch must not be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.training.judging.crossing import cross_validate
    from napari_unet.core.training.loop import train
    from napari_unet.core.training.report import (
        Closing,
        Compared,
        CrossValidated,
        EpochDone,
        Estimated,
        Finished,
        FoldDone,
        Noticed,
        Report,
        Standing,
        Started,
        Stepped,
        Unseen,
    )
    from napari_unet.core.training.task import TrainingTask

__all__ = [
    "Closing",
    "Compared",
    "CrossValidated",
    "EpochDone",
    "Estimated",
    "Finished",
    "FoldDone",
    "Noticed",
    "Report",
    "Standing",
    "Started",
    "Stepped",
    "TrainingTask",
    "Unseen",
    "cross_validate",
    "train",
]

_HOMES = {
    "Closing": "report",
    "Compared": "report",
    "CrossValidated": "report",
    "EpochDone": "report",
    "Estimated": "report",
    "Finished": "report",
    "FoldDone": "report",
    "Noticed": "report",
    "Report": "report",
    "Standing": "report",
    "Started": "report",
    "Stepped": "report",
    "TrainingTask": "task",
    "Unseen": "report",
    "cross_validate": "judging.crossing",
    "train": "loop",
}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
