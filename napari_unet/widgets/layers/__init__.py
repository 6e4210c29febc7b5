"""The only room that reads or writes layer data: pictures become layers here, and strokes become pixels."""

from napari_unet.widgets.layers.canvas import Canvas
from napari_unet.widgets.layers.opened import OpenedPicture, open_names, opened_pictures

__all__ = ["Canvas", "OpenedPicture", "open_names", "opened_pictures"]
