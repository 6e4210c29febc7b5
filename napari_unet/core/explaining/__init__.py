"""What a model is and how it was made, as a page to read and as a paragraph for a paper. No torch."""

from napari_unet.core.explaining.curve import Point, read_curve, sparkline
from napari_unet.core.explaining.description import DESCRIPTION, describe, write_description
from napari_unet.core.explaining.methods import methods

__all__ = ["DESCRIPTION", "Point", "describe", "methods", "read_curve", "sparkline", "write_description"]
