"""Every knob, once. Stdlib only, so that the terminal's help and the window's forms appear at once."""

from napari_unet.core.settings.augmentation import AugmentationSettings
from napari_unet.core.settings.blocks import BlockSettings
from napari_unet.core.settings.formats import FORMATS, Format
from napari_unet.core.settings.kind import Kind
from napari_unet.core.settings.loss import LossSettings
from napari_unet.core.settings.network import NetworkSettings
from napari_unet.core.settings.option import Option, Settings, Value, option
from napari_unet.core.settings.plan import Plan
from napari_unet.core.settings.preprocessing import PreprocessingSettings
from napari_unet.core.settings.presets import AUGMENTATIONS, PRESETS, Preset
from napari_unet.core.settings.search import SearchSettings
from napari_unet.core.settings.segmentation import ExportSettings, InferenceSettings, PostprocessingSettings
from napari_unet.core.settings.sharing import SharingSettings
from napari_unet.core.settings.training import TrainingSettings

__all__ = [
    "AUGMENTATIONS",
    "AugmentationSettings",
    "BlockSettings",
    "ExportSettings",
    "FORMATS",
    "Format",
    "InferenceSettings",
    "Kind",
    "LossSettings",
    "NetworkSettings",
    "Option",
    "PRESETS",
    "Plan",
    "PostprocessingSettings",
    "PreprocessingSettings",
    "Preset",
    "SearchSettings",
    "Settings",
    "SharingSettings",
    "TrainingSettings",
    "Value",
    "option",
]
