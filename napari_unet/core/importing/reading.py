"""One file for one picture, whatever tool made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from napari_unet.core.data.read import PICTURE_SUFFIXES
from napari_unet.core.data.zarr_folder import is_zarr
from napari_unet.core.errors import MaskError
from napari_unet.core.importing.cellpose import is_pickled, read_cellpose
from napari_unet.core.importing.coco import CocoFile
from napari_unet.core.importing.geojson import is_geojson, read_geojson
from napari_unet.core.importing.imagej import read_imagej
from napari_unet.core.importing.imported import Imported, Shape
from napari_unet.core.importing.label_picture import read_label_picture
from napari_unet.core.importing.naming import JSON_SUFFIXES, ROI_SUFFIXES
from napari_unet.core.importing.opening import json_of


def read_annotation(path: Path, shape: Shape, picture_name: str) -> Imported:
    """The annotation of one picture, from a file of Cellpose, COCO, QuPath or ImageJ, or a label picture.

    Parameters
    ----------
    shape : the picture's shape along ([Z,] Y, X).
    picture_name : its name, with or without suffix; COCO finds it in the file by that.

    Raises
    ------
    MaskError : the file cannot be read or used for this picture.
    """
    suffix = path.suffix.lower()
    if suffix in JSON_SUFFIXES:
        return _read_json(path, shape, picture_name)
    if suffix in ROI_SUFFIXES:
        return read_imagej(path, shape, picture_name)
    if suffix == ".npy" and path.is_file() and path.stat().st_size and is_pickled(path):
        return read_cellpose(path, shape, picture_name)
    if suffix in PICTURE_SUFFIXES or is_zarr(path):
        return read_label_picture(path, shape, picture_name)
    raise MaskError(
        f"{path.name} is of a kind we do not read ({suffix or 'no suffix'}).",
        f"Annotations are {', '.join((*PICTURE_SUFFIXES, *JSON_SUFFIXES, *ROI_SUFFIXES))}.",
        "Export it again as one of these; in ilastik, choose the format tif.",
    )


def is_coco(data: Any) -> bool:
    """Whether the data of a JSON file look like COCO, whole or not."""
    return isinstance(data, dict) and "images" in data and "annotations" in data


def _read_json(path: Path, shape: Shape, picture_name: str) -> Imported:
    data = json_of(path)
    if is_coco(data):
        return CocoFile.of(path, data).read(shape, picture_name)
    if is_geojson(data):
        return read_geojson(path, data, shape)
    raise neither(path)


def neither(path: Path) -> MaskError:
    """The error for a JSON file of another kind."""
    return MaskError(
        f"{path.name} is neither COCO nor GeoJSON.",
        'COCO has "images" and "annotations"; GeoJSON has features, as QuPath exports them.',
        "Export the annotations in one of these formats.",
    )
