"""The pictures of a recipe: where they lie, what they are used for, and the hash by which they are known again."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, from_mask
from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.class_table import numbered
from napari_unet.core.data.entry import Entry
from napari_unet.core.data.fingerprint import fingerprint
from napari_unet.core.data.journal import Journal
from napari_unet.core.data.masks import fitting_mask
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.pictures import JOURNAL
from napari_unet.core.data.read import mask_numbers, read_mask, read_picture
from napari_unet.core.data.read_tiff import load_tiff
from napari_unet.core.data.sample import Sample
from napari_unet.core.data.vendor_files import file_of
from napari_unet.core.data.zarr_folder import is_zarr
from napari_unet.core.errors import MaskError, PictureError
from napari_unet.core.settings import Kind


@dataclass(frozen=True)
class Material:
    """One annotated picture of a recipe.

    `picture` is its file, or its folder in a project; empty when it came from memory. Either `mask` is the file of its
    mask, or `annotation` that of what was painted. `pixels` is the fingerprint of picture and annotation together,
    `axes` those of the picture's file as a person named them. `classes` has the class of each object that has one, by
    its number in the annotation.
    """

    name: str
    picture: str
    mask: str
    annotation: str
    complete: bool
    validation: bool | None
    pixels: str
    axes: str = ""
    classes: Mapping[str, int] = field(default_factory=dict)


def sample_of(picture: Picture, mask: NDArray[np.integer], kind: Kind, class_names: tuple[str, ...]) -> Sample:
    """A completely annotated sample. Raises MaskError when picture and mask do not fit."""
    fitting = fitting_mask(mask, picture.spatial_shape, picture.name, kind, class_names, picture.axes)
    return Sample.of(picture, from_mask(fitting), complete=True)


def with_classes(sample: Sample, table: Mapping[int, str], names: Sequence[str]) -> Sample:
    """The sample of a mask with the classes of its objects: `table` has them by the numbers in the mask."""
    classes = {number + BACKGROUND: value for number, value in numbered(table, names).items()}
    return replace(sample, classes=classes)


def of_files(samples: Sequence[Sample], files: Sequence[tuple[Path | None, Path | None]], base: Path) -> list[Material]:
    """The materials of samples that were read from files (picture, mask), as seen from the folder `base`."""
    return [
        Material(
            name=sample.name,
            picture=seen_from(base, picture),
            mask=seen_from(base, mask),
            annotation="",
            complete=sample.complete,
            validation=sample.validation,
            pixels=fingerprint(sample),
            classes=_by_word(sample),
            axes=sample.told,
        )
        for sample, (picture, mask) in zip(samples, files, strict=True)
    ]


def of_project(samples: Sequence[Sample], pictures: Path, base: Path) -> list[Material]:
    """The materials of a project's samples; what was painted is written into `base`, for it will be painted on.

    `pictures` is the folder that holds the project's pictures. Raises StorageError.
    """
    return [_painted(sample, pictures, base, number) for number, sample in enumerate(samples, 1)]


def _painted(sample: Sample, pictures: Path, base: Path, number: int) -> Material:
    file = base / "recipe" / f"{number:04}.tif"
    with atomic_path(file) as temporary:
        tifffile.imwrite(temporary, sample.annotation, compression="zlib")
    return Material(
        name=sample.name,
        picture=seen_from(base, pictures / sample.name),
        mask="",
        annotation=seen_from(base, file),
        complete=sample.complete,
        validation=sample.validation,
        pixels=fingerprint(sample),
        classes=_by_word(sample),
    )


def _by_word(sample: Sample) -> dict[str, int]:
    return {str(number): value for number, value in sorted(sample.classes.items())}


def seen_from(base: Path, path: Path | None) -> str:
    """The path as it is written into a recipe in the folder `base`: relative, so that both can be moved together."""
    if path is None:
        return ""
    try:
        return Path(os.path.relpath(path.resolve(), base.resolve())).as_posix()
    except ValueError:  # another drive of Windows, whose letter stays: resolved, it may be one of another computer
        return Path(os.path.abspath(path)).as_posix()


def load_sample(material: Material, base: Path, kind: Kind, class_names: tuple[str, ...]) -> Sample:
    """The sample as it was learned from.

    Raises
    ------
    PictureError : it came from memory, a file is missing, or it is not what was learned from.
    MaskError : the mask cannot be read.
    """
    sample = _read(material, base, kind, class_names)
    if fingerprint(sample) != material.pixels:
        raise PictureError(
            f"{material.name} has changed since the training: its pixels or its labels are others.",
            "A run can be repeated only with what it has learned from.",
            f"Put back the files as they were ({base / material.picture}).",
        )
    return sample


def _read(material: Material, base: Path, kind: Kind, class_names: tuple[str, ...]) -> Sample:
    if not material.picture:
        raise PictureError(
            f"{material.name} was given from memory, so the recipe cannot find it again.",
            "A run is repeated from files.",
            "Keep pictures and masks as files and train from those.",
        )
    told = [path for path in (material.picture, material.mask, material.annotation) if path]
    files = [file_at(base, path, material.name) for path in told]
    picture = picture_at(files[0], material.axes)
    if material.mask:
        mask = read_mask(base / material.mask, picture.spatial_shape)
        annotation = sample_of(picture, mask, kind, class_names).annotation
    else:
        annotation = _annotation(base / material.annotation)
    return replace(
        Sample.of(picture, annotation, complete=material.complete),
        name=material.name,
        validation=material.validation,
        classes={int(number): value for number, value in material.classes.items()},
    )


def is_far(path: str) -> bool:
    """Whether Windows would ask another computer for this path, with the person's name and password."""
    return path.replace("\\", "/").startswith("//")


def file_at(base: Path, told: str, name: str) -> Path:
    """The file that a recipe in the folder `base` tells of. Raises PictureError for one that is not there, or far."""
    check_near(told, name)
    file = base / told
    if not file_of(file).exists():
        raise PictureError(
            f"{file} is not there.",
            "The recipe names its pictures as seen from its own folder.",
            "Put the files back, or move the recipe and its pictures together.",
        )
    return file


def check_near(told: str, name: str) -> None:
    """Raises PictureError where Windows would ask another computer for a path, with the person's name and password."""
    if is_far(told):
        raise PictureError(
            f"The recipe says that {name} lies on another computer: {told}.",
            "Nobody is asked for a file because a recipe says so.",
            "Copy the file beside the recipe, or give its folder a drive letter, and change the path in the recipe.",
        )


def _annotation(path: Path) -> NDArray[np.integer]:
    """What was painted, ([T,] [Z,] Y, X). Raises MaskError when its file is damaged."""
    try:
        array = load_tiff(path).grid.array
        mask_numbers(array, path.name)
        return array.astype(array.dtype, copy=False)
    except PictureError as error:
        raise MaskError(error.what, error.needed, error.do) from error


def picture_at(path: Path, axes: str) -> Picture:
    """The picture in a file, or in its folder in a project. Raises PictureError, ProjectError."""
    if path.is_dir() and not is_zarr(path):
        return Entry(path, Journal(path.parent.parent / JOURNAL, "A recipe only reads the project.")).picture()
    return read_picture(path, axes)
