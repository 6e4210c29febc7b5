"""Labels, what is measured of them, and whole training sets, to files other programs open."""

from napari_unet.core.export.found import Found
from napari_unet.core.export.labels import export_labels
from napari_unet.core.export.training_set import export_set
from napari_unet.core.export.writing import Written, check_large, gather, write_found, write_large, write_one

__all__ = [
    "Found",
    "Written",
    "check_large",
    "export_labels",
    "export_set",
    "gather",
    "write_found",
    "write_large",
    "write_one",
]
