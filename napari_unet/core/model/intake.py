"""Moved to `core.preprocessing`; this name stays until nobody asks for it."""

from napari_unet.core.preprocessing.levels import Levels, fit_channels, normalise
from napari_unet.core.preprocessing.levels import measure_levels as _measure
from napari_unet.core.settings import PreprocessingSettings

__all__ = ["Levels", "fit_channels", "measure_levels", "normalise", "percentiles"]


def percentiles(settings: PreprocessingSettings) -> PreprocessingSettings:
    """The settings themselves."""
    return settings


measure_levels = _measure
