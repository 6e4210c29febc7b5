"""Which mask belongs to which picture, each with the reason in plain words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from napari_unet.core.data.listing import parts_of, pictures_in
from napari_unet.core.data.read import PICTURE_SUFFIXES, file_stem
from napari_unet.core.data.zarr_folder import is_zarr, labels_in
from napari_unet.core.errors import PictureError

PICTURE_FOLDERS = ("images", "image", "pictures", "imgs", "img", "raw")
MASK_FOLDERS = ("masks", "mask", "labels", "label", "annotations", "annotation", "seg", "segmentations", "gt")
MASK_ENDINGS = ("_cp_masks", "_masks", "_mask", "_labels", "_label", "_seg", "-mask", "-labels", "-label")

NO_MASK = "no mask found"


@dataclass(frozen=True)
class Pair:
    """A picture and the mask that goes with it, if there is one. `reason` says why, for a person to judge.

    `foreign`: the mask is in a format of another tool; see `core.importing`. `axes`: those of the picture's file, as a
    person named them; see `read_picture`.
    """

    picture: Path
    mask: Path | None
    reason: str
    foreign: bool = False
    axes: str = ""


@dataclass(frozen=True)
class Pairing:
    """What was found: every picture once, and the masks that go with none."""

    pairs: tuple[Pair, ...]
    lonely_masks: tuple[Path, ...]


def pair_folder(folder: Path) -> list[Pair]:
    """The pictures of a folder with their masks: `images/` beside `masks/`, or `name.tif` beside `name_mask.tif`.

    Raises
    ------
    PictureError : there is no picture in the folder.
    """
    return list(pairing_of_folder(folder).pairs)


def pair_folders(pictures: Path, masks: Path) -> list[Pair]:
    """The pictures of one folder with the masks of another, by equal names.

    Raises
    ------
    PictureError : there is no picture in the first folder.
    """
    return list(pairing_of_folders(pictures, masks).pairs)


def pairing_of_folder(folder: Path) -> Pairing:
    """As `pair_folder`, with the masks that are left over."""
    if is_zarr(folder):  # its folder of labels is none of masks
        return pairing_of_picture(folder)
    pictures = _subfolder(folder, PICTURE_FOLDERS) or folder
    masks = _subfolder(folder, MASK_FOLDERS)
    if masks and (pictures != folder or _picture_files(folder)):
        return pairing_of_folders(pictures, masks)
    return _side_by_side(_some_pictures(pictures))


def pairing_of_picture(picture: Path) -> Pairing:
    """The pictures in a Zarr folder, or a file that may hold several, each with the mask it brings along."""
    return _paired(parts_of(picture), {}, [])


def pairing_of_folders(pictures: Path, masks: Path) -> Pairing:
    """As `pair_folders`, with the masks that are left over."""
    files = _picture_files(masks)
    where = f"in {masks.name}/"
    found = {base: (path, f"same name with {ending} {where}") for base, (path, ending) in _by_base(files).items()}
    found |= {_key(path): (path, f"same name {where}") for path in files}  # the better reason wins
    return _paired(_some_pictures(pictures), found, files)


def _side_by_side(files: list[Path]) -> Pairing:
    """Pictures and masks in one folder: what ends like a mask is one."""
    endings = _by_base(files)
    masks = [path for path in files if _ending(path)]
    pictures = [path for path in files if path not in masks]
    if not pictures:
        raise PictureError(
            f"There are only masks in {files[0].parent}, such as {files[0].name}.",
            "A mask belongs to a picture of the same name without the ending.",
            "Put the pictures beside them.",
        )
    found = {base: (path, f"name ends in {ending}") for base, (path, ending) in endings.items()}
    return _paired(pictures, found, masks)


def _paired(pictures: list[Path], found: dict[str, tuple[Path, str]], masks: list[Path]) -> Pairing:
    pairs = tuple(Pair(path, *(found.get(_key(path)) or _own_mask(path))) for path in pictures)
    used = {pair.mask for pair in pairs}
    return Pairing(pairs, tuple(mask for mask in masks if mask not in used))


def _own_mask(picture: Path) -> tuple[Path | None, str]:
    """The mask that a picture in a Zarr folder brings along, if it is only one."""
    labels = labels_in(picture) if picture.is_dir() else []
    if len(labels) > 1:
        return None, f"holds several masks ({', '.join(label.name for label in labels)})"
    return (labels[0], "labels in the same Zarr") if labels else (None, NO_MASK)


def _by_base(files: list[Path]) -> dict[str, tuple[Path, str]]:
    """Every file that ends like a mask and its ending, by its name without it."""
    with_endings = ((path, _ending(path)) for path in files)
    return {_key(path)[: -len(ending)]: (path, ending) for path, ending in with_endings if ending}


def _key(path: Path) -> str:
    """The name that picture and mask share, whatever their capitals and however ä is put together (a Mac: a + ¨)."""
    return unicodedata.normalize("NFC", file_stem(path)).lower()


def _ending(path: Path) -> str:
    """The ending that makes a file a mask; empty when it is none."""
    stem = _key(path)
    return next((ending for ending in MASK_ENDINGS if stem.endswith(ending) and stem != ending), "")


def _subfolder(folder: Path, names: tuple[str, ...]) -> Path | None:
    """The first subfolder with one of these names, whatever its capital letters."""
    if not folder.is_dir():
        return None
    found = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_dir()}
    return next((found[name] for name in names if name in found), None)


def _picture_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise PictureError(f"There is no folder {folder}.", do="Check the name.")
    return pictures_in(folder)


def _some_pictures(folder: Path) -> list[Path]:
    files = _picture_files(folder)
    if not files:
        raise PictureError(
            f"There is no picture in {folder}.",
            f"Pictures are files that end in {', '.join(PICTURE_SUFFIXES)}.",
            "Choose the folder that holds them.",
        )
    return files
