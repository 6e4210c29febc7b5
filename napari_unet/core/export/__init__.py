"""Labels to files other programs open."""

from napari_unet.core.export.labels import export_labels

__all__ = ["export_labels"]
