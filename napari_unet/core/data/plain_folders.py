"""A training set as plain folders: what they are called, and how an annotation is told from a mask.

images/  masks/                       pictures painted completely; 0 is background, 1, 2, ... objects or classes
partly/images/  partly/annotations/   pictures painted in part; 0 is unlabelled, 1 background, 2, 3, ... the same
"""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.data.read_tiff import BROKEN

IMAGES, MASKS, PARTLY, ANNOTATIONS = "images", "masks", "partly", "annotations"

NOTE = "napari-unet annotation: 0 unlabelled, 1 background, 2 and more objects or classes"
"""In the file of an annotation, so that nobody takes its 0 for background, wherever the file is moved."""


def is_annotation(path: Path) -> bool:
    """Whether the file holds an annotation, in which 0 is unlabelled, and not a mask. Cheap: no pixel is read."""
    if path.suffix.lower() not in (".tif", ".tiff") or not path.is_file() or not path.stat().st_size:
        return False
    import tifffile  # 0.2 s that a window which only opens need not wait for

    try:
        with tifffile.TiffFile(path) as tiff:
            return bool(tiff.pages.first.software == NOTE)
    except BROKEN:  # whoever reads it says what is wrong
        return False


def places(folder: Path) -> list[Path]:
    """Where the pictures of a folder lie: in it; of an exported training set, also (or only) those painted in part."""
    partly = folder / PARTLY
    if not all(_holds_files(partly / name) for name in (IMAGES, ANNOTATIONS)):
        return [folder]
    return [folder, partly] if _holds_files(folder / IMAGES) else [partly]


def _holds_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.glob("*"))
