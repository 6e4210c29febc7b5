"""From probability to labels: pure functions, in the order they run. No torch; milliseconds, so sliders act live."""

from napari_unet.core.postprocessing.classes import object_classes
from napari_unet.core.postprocessing.postprocess import postprocess
from napari_unet.core.postprocessing.steps import Kept

__all__ = ["Kept", "object_classes", "postprocess"]
