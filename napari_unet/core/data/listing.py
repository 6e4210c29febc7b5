"""Which files and folders are pictures, where a person names a folder of them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from napari_unet.core.data.read import PICTURE_SUFFIXES, file_stem
from napari_unet.core.data.vendor_files import VENDOR_SUFFIXES, is_scene, scenes_in
from napari_unet.core.data.zarr_folder import ZARR, is_zarr, parts

FILE_SUFFIXES = tuple(suffix for suffix in (*PICTURE_SUFFIXES, *VENDOR_SUFFIXES) if suffix != ZARR)
"""What picture files end in, in lower case; whether makers' files can be read depends on what is installed."""

SECOND = (ZARR, *VENDOR_SUFFIXES)
"""What is left out of a folder where a picture of another kind has the same name: it was made from it, or of it."""


def is_picture(path: Path) -> bool:
    """Whether this is a picture file, or a Zarr folder; by its name and kind, not by what is in it."""
    if path.is_dir():
        return is_zarr(path)
    return is_scene(path) or (path.is_file() and path.suffix.lower() in (*PICTURE_SUFFIXES, *VENDOR_SUFFIXES))


def parts_of(path: Path) -> list[Path]:
    """The pictures that a file or Zarr folder holds: itself, the fields of a plate, the scenes of a maker's file."""
    if path.is_dir():
        return parts(path)
    return scenes_in(path) if path.suffix.lower() in VENDOR_SUFFIXES else [path]


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder, in the order of their names: files and Zarr folders, each in its parts.

    A Zarr folder itself is a folder of what is in it: one picture, or the fields of its plate.
    """
    if is_zarr(folder):
        return parts_of(folder)
    found = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and is_picture(path))
    first = {_key(path) for path in found if path.suffix.lower() not in SECOND}
    taken = (path for path in found if path.suffix.lower() not in SECOND or _key(path) not in first)
    return [part for path in taken for part in parts_of(path)]


def _key(path: Path) -> str:
    """The name by which two pictures are one, whatever its capitals and however its letters are put together."""
    return unicodedata.normalize("NFC", file_stem(path)).lower()


def may_hold_several(path: Path) -> bool:
    """Whether this must be looked into to know how many pictures there are: a folder, or a file of a maker."""
    return path.is_dir() or (path.is_file() and path.suffix.lower() in VENDOR_SUFFIXES)
