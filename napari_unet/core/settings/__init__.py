"""Every knob, once. Stdlib only, so that the terminal's help and the window's forms appear at once."""

from napari_unet.core.settings.kind import Kind
from napari_unet.core.settings.network import NetworkSettings
from napari_unet.core.settings.option import Option, Settings, Value, option
from napari_unet.core.settings.segmentation import ExportSettings, InferenceSettings, PostprocessingSettings
from napari_unet.core.settings.training import AugmentationSettings, TrainingSettings

__all__ = [
    "AugmentationSettings",
    "ExportSettings",
    "InferenceSettings",
    "Kind",
    "NetworkSettings",
    "Option",
    "PostprocessingSettings",
    "Settings",
    "TrainingSettings",
    "Value",
    "option",
]
