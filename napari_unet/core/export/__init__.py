"""Labels, and whole training sets, to files other programs open."""

from napari_unet.core.export.labels import export_labels
from napari_unet.core.export.training_set import export_set

__all__ = ["export_labels", "export_set"]
