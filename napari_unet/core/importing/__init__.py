"""Annotations made with other tools: Cellpose, StarDist, ilastik, COCO, QuPath and ImageJ, read for one picture each.

Files come from anybody, so nothing in them is believed: no code in a pickle is run, sizes are checked before memory is
taken, and whatever is wrong is a `UnetError` with its sentences. One bad file never stops the others.
"""

from napari_unet.core.importing.folder import import_folder, take_annotation
from napari_unet.core.importing.imported import Findings, Found, Imported, Outcome, Source
from napari_unet.core.importing.reading import read_annotation
from napari_unet.core.importing.searching import find_annotations

__all__ = [
    "Findings",
    "Found",
    "Imported",
    "Outcome",
    "Source",
    "find_annotations",
    "import_folder",
    "read_annotation",
    "take_annotation",
]
