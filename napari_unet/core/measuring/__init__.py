"""Numbers about objects: size, shape, brightness, neighbours."""

from napari_unet.core.measuring.measurements import Measurements
from napari_unet.core.measuring.measuring import measure

__all__ = ["Measurements", "measure"]
