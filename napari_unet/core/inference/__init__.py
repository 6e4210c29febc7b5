"""Running a model over a picture. The door is lazy: torch is loaded when something is asked for, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.inference.device import describe_device, pick_device
    from napari_unet.core.inference.predicting import (
        TileDone,
        output_planes,
        predict,
        predict_together,
        predict_view,
        view_of,
    )

__all__ = [
    "TileDone",
    "describe_device",
    "output_planes",
    "pick_device",
    "predict",
    "predict_together",
    "predict_view",
    "view_of",
]

_HOMES = {
    "TileDone": "predicting",
    "describe_device": "device",
    "output_planes": "predicting",
    "pick_device": "device",
    "predict": "predicting",
    "predict_together": "predicting",
    "predict_view": "predicting",
    "view_of": "predicting",
}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
