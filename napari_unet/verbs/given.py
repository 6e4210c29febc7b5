"""What scripts hand to the verbs: pictures, masks, settings by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import CHANNELS
from napari_unet.core.data.class_table import names_in, table_beside
from napari_unet.core.data.lazy import LazyPicture
from napari_unet.core.data.pairing import pair_folders
from napari_unet.core.data.part import whole_source
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.project import Project
from napari_unet.core.data.project_set import ProjectSet
from napari_unet.core.data.read import mask_numbers, picture_of, read_mask, read_mask_and_axes, read_picture
from napari_unet.core.data.sample import FixedSet, TrainingSet
from napari_unet.core.errors import MaskError, SettingsError
from napari_unet.core.recipe.materials import sample_of, with_classes
from napari_unet.core.settings import FORMATS, ExportSettings, Format, Kind, Plan, Settings, Value
from napari_unet.core.settings.formats import chosen, format_of
from napari_unet.core.settings.planning import plan_from, preset_plan

Source = Path | str | Picture | NDArray[np.generic]
"""A picture: a file, a Picture, or an array (Y, X) or (C, Y, X); of a stack, with its axes."""

MaskSource = Path | str | NDArray[np.integer]
"""A mask: a file, or an array (Y, X) of whole numbers, 0 = background."""

Files = tuple[tuple[Path | None, Path | None], ...]

CELL = ("cell",)

ANOTHER_NAME = "Choose another name, or another folder."

Group = TypeVar("Group", bound=Settings)


def own_file(picture: Source | LazyPicture | None) -> list[Path]:
    """The file that a picture comes from, which nothing that is written may replace; empty where there is none."""
    if isinstance(picture, (Picture, LazyPicture)):
        picture = whole_source(picture.source)
    return [Path(picture)] if isinstance(picture, (str, Path)) and str(picture) else []


@dataclass(frozen=True)
class Lesson:
    """What is learned from: the samples, their kind and classes, and where they lie (files, or a project)."""

    samples: TrainingSet
    kind: Kind
    class_names: tuple[str, ...]
    files: Files
    project: Path | None


def plan_of(settings: Mapping[str, Value], preset: str = "usual", changes: str = "") -> Plan:
    """A named plan with single settings changed, by their names. Raises SettingsError."""
    plan = preset_plan(preset)
    check_known(settings, *plan.groups().values())
    return plan_from(plan, changes, settings)


def check_known(values: Mapping[str, Value], *groups: Settings) -> None:
    """Raises SettingsError when a value is of no setting of these groups."""
    known = {item.name for group in groups for item in group.options()}
    unknown = [name for name in values if name not in known]
    if unknown:
        raise SettingsError(f"There is no setting called {unknown[0]!r}.", f"Known are {', '.join(sorted(known))}.")


def given(usual: Group, values: Mapping[str, Value]) -> Group:
    """The usual settings of a group with those values put in that are its own."""
    names = {item.name for item in usual.options()}
    return replace(usual, **{name: value for name, value in values.items() if name in names})


def lesson(
    pictures: Project | Path | str | Sequence[Source],
    masks: Path | str | Sequence[MaskSource] | None,
    classes: Sequence[str],
    axes: str = "",
) -> Lesson:
    """What to learn from; `axes` are those of pictures that do not name them. Raises PictureError and MaskError."""
    if isinstance(pictures, Project):
        return Lesson(
            ProjectSet(pictures.folder, origins=True), pictures.kind, pictures.class_names, (), pictures.folder
        )
    kind: Kind = "regions" if classes else "objects"
    names, files = tuple(classes) or CELL, _files(pictures, masks)
    samples = [sample_of(*pair, kind, names) for pair in _pairs(pictures, masks, axes)]
    tables = [{} if kind == "regions" or mask is None else table_beside(mask) for _, mask in files]
    if len(found := names_in(tables)) > 1:
        names = found
        samples = [with_classes(*both, names) for both in zip(samples, tables, strict=True)]
    return Lesson(FixedSet(tuple(samples)), kind, names, files, None)


def _pairs(
    pictures: Path | str | Sequence[Source], masks: Path | str | Sequence[MaskSource] | None, axes: str
) -> list[tuple[Picture, NDArray[np.integer]]]:
    if isinstance(pictures, (str, Path)) and isinstance(masks, (str, Path)):
        return [_both(picture, mask, axes) for picture, mask in _paired(Path(pictures), Path(masks))]
    if isinstance(pictures, (str, Path)) or isinstance(masks, (str, Path)) or masks is None:
        raise MaskError(
            "Pictures and masks were given in different ways.",
            "Both are folders, or both are sequences; a project alone comes with None.",
        )
    if len(pictures) != len(masks):
        raise MaskError(f"There are {len(pictures)} pictures but {len(masks)} masks.", "Every picture needs its mask.")
    both = enumerate(zip(pictures, masks, strict=True), 1)
    return [
        (one_picture(picture, f"picture {number}", axes), one_mask(mask, f"mask {number}", axes))
        for number, (picture, mask) in both
    ]


def _both(picture: Path, mask: Path, axes: str) -> tuple[Picture, NDArray[np.integer]]:
    read = read_picture(picture, axes)
    return read, read_mask(mask, read.spatial_shape)


def _paired(pictures: Path, masks: Path) -> list[tuple[Path, Path]]:
    pairs = [(pair.picture, pair.mask) for pair in pair_folders(pictures, masks)]
    if all(mask is None for _, mask in pairs):
        raise MaskError(
            f"No mask in {masks} has the name of a picture in {pictures}.",
            f"The mask of {pairs[0][0].name} must be called the same, or end in _mask.",
        )
    return [(picture, mask) for picture, mask in pairs if mask]


def _files(pictures: Path | str | Sequence[Source], masks: Path | str | Sequence[MaskSource] | None) -> Files:
    """Where the pictures and masks lie, in the order of `_pairs`; None for those that came from memory."""
    if isinstance(pictures, (str, Path)) and isinstance(masks, (str, Path)):
        return tuple(_paired(Path(pictures), Path(masks)))
    if isinstance(pictures, (str, Path)) or isinstance(masks, (str, Path)) or masks is None:
        return ()
    return tuple((_path(picture), _path(mask)) for picture, mask in zip(pictures, masks, strict=False))


def _path(source: Source | MaskSource) -> Path | None:
    return Path(source) if isinstance(source, (str, Path)) else None


def format_for(path: Path, values: Mapping[str, Value]) -> Format:
    """The format that a file's name ends like, or that is asked for. Raises SettingsError for none, or several."""
    if "formats" in values:
        asked = chosen(given(ExportSettings(), values).formats)
        if len(asked) > 1:
            needed = "A file is of one format; `export_project` writes several."
            raise SettingsError(f"{path.name} cannot be of {len(asked)} formats.", needed)
        return asked[0]
    kind = format_of(path.name)
    if kind is None:
        endings = ", ".join(one.ending for one in FORMATS.values())
        raise SettingsError(
            f"The name {path.name} ends like no format.",
            f"Names end in {endings}.",
            'Change the name, or add formats="tiff".',
        )
    return kind


def one_picture(source: Source, name: str, axes: str = "") -> Picture:
    """A picture from whatever a script has; `name` is for arrays, which have none, and so may be `axes`."""
    if isinstance(source, Picture):
        return source
    if isinstance(source, (str, Path)):
        return read_picture(Path(source), axes)
    return picture_of(source, name, axes)


def one_mask(source: MaskSource, name: str, axes: str = "") -> NDArray[np.integer]:
    """A mask from whatever a script has; arrays of stacks are (Z, Y, X), (T, Y, X) or (T, Z, Y, X). Raises MaskError.

    `axes` are those of a picture's file, which a mask has but for its channels.
    """
    return one_mask_and_axes(source, name, axes)[0]


def one_mask_and_axes(source: MaskSource, name: str, axes: str = "") -> tuple[NDArray[np.integer], str]:
    """The same with the letters of its axes; empty where nobody names them."""
    own = "".join(axis for axis in axes.upper() if axis not in CHANNELS)
    if isinstance(source, (str, Path)):
        return read_mask_and_axes(Path(source), axes=own)
    return mask_numbers(source, name), own
