"""From the picture as acquired to what the network sees: one chain, at training and at prediction. No torch."""

from napari_unet.core.preprocessing.levels import fit_channels, measure_levels
from napari_unet.core.preprocessing.showing import Eyes, seen
from napari_unet.core.preprocessing.view import Sight, View

__all__ = ["Eyes", "Sight", "View", "fit_channels", "measure_levels", "seen"]
