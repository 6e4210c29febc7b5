"""Which picture a file belongs to, by its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

from napari_unet.core.data.pairing import MASK_ENDINGS, MASK_FOLDERS
from napari_unet.core.data.read import PICTURE_SUFFIXES, file_stem
from napari_unet.core.data.vendor_files import VENDOR_SUFFIXES

JSON_SUFFIXES, ROI_SUFFIXES = (".json", ".geojson"), (".roi", ".zip")
OTHER_SUFFIXES = (*JSON_SUFFIXES, *ROI_SUFFIXES, ".h5")
"""What annotations end in beside pictures. ilastik's .h5 is not read, but told."""

ANNOTATION_FOLDERS = (*MASK_FOLDERS, "rois", "roi", "geojson", "coco", "ilastik", "cellpose", "outlines", "exports")

SIMPLE_SEGMENTATION = "_simple segmentation"
ILASTIK_ENDINGS = ("_object identities", SIMPLE_SEGMENTATION)
ENDINGS = (*MASK_ENDINGS, *ILASTIK_ENDINGS, "_rois", "_roi", "_annotations", "_annotation", "_detections", "_objects")

DATASETS = ("", "-image", "-data", "-exported_data")
"""What ilastik puts behind the name of a picture: which data set in its file was used."""


def key(name: str) -> str:
    """The name that a picture and its annotation share: without folder and suffix, whatever its capital letters.

    A name without a suffix that we know is taken as it is: "cells.v2" stays so.
    """
    file = Path(re.split(r"[\\/]", name)[-1])
    known = file.suffix.lower() in (*PICTURE_SUFFIXES, *VENDOR_SUFFIXES, *OTHER_SUFFIXES)
    return unicodedata.normalize("NFC", file_stem(file) if known else file.name).lower()


def picture_of(path: Path, pictures: Collection[str]) -> tuple[str, str]:
    """The key of the picture, among those given, whose name the file has, and the reason; two empty words if none."""
    name = key(path.name)
    return (name, "same name") if name in pictures else picture_by_ending(path, pictures)


def picture_by_ending(path: Path, pictures: Collection[str]) -> tuple[str, str]:
    """The same for a file that says by the end of its name that it is something else than the picture."""
    name = key(path.name)
    for ending in (ending for ending in ENDINGS if name.endswith(ending)):
        bases = (name[: -len(ending)].removesuffix(dataset) for dataset in DATASETS)
        if found := next((base for base in bases if base in pictures), None):
            return found, f"name ends in {ending}"
    return "", ""
