"""Parts of large pictures in a project: which there are, and writing their labels back into the mask of the whole."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.data.own_files import picture_files
from napari_unet.core.data.part import Window, place_in, whole_name
from napari_unet.core.data.project import Project
from napari_unet.core.data.read import file_stem
from napari_unet.core.data.zarr_folder import outermost
from napari_unet.core.errors import MaskError, ProjectError
from napari_unet.core.export.refusing import refuse_own
from napari_unet.core.export.writing_back import Part, mask_at, write_back
from napari_unet.core.labelled import clean_up_of, labelled
from napari_unet.core.settings import ExportSettings
from napari_unet.core.wording import listed

OF_WHOLE = "Choose the file with the labels of the whole picture."


def place_of(project: Project, name: str) -> Window | None:
    """Where in the whole a picture of the project lies; None of one that is no part."""
    return place_in(project.record(name).source)


def need_place(project: Project, name: str) -> Window:
    """Where in the whole a part lies. Raises MaskError for a picture that is none."""
    window = place_of(project, name)
    if window is None:
        raise MaskError(
            f"{name} is no part of a larger picture.",
            "Only what was taken of a larger picture has a place in its mask.",
            "Export it as a picture of its own.",
        )
    return window


def write_parts_back(project: Project, path: Path, settings: ExportSettings) -> tuple[Path, list[str]]:
    """Write the labels, as they stand, of all parts that a project has of one picture into the mask of that.

    Returns the file, and the names of the parts. Where the project has parts of several pictures, those are taken whose
    whole has the name of the mask.

    Raises
    ------
    ProjectError : there is no such part.
    MaskError, StorageError : as `write_back`; and as `labelled`; or the file is no mask, but a picture of the project.
    """
    refuse_own([mask_at(path)], picture_files(project), OF_WHOLE)
    names = _parts_of(project, path)
    clean_up = clean_up_of(project)
    parts = [Part(name, labelled(project, name, clean_up).labels, need_place(project, name)) for name in names]
    return write_back(parts, path, project.kind, settings), names


def _parts_of(project: Project, path: Path) -> list[str]:
    parts = [name for name in project.names() if place_of(project, name) is not None]
    wholes = {whole_name(name) for name in parts}
    stem = file_stem(outermost(mask_at(path)))
    fitting = [name for name in parts if len(wholes) == 1 or whole_name(name) == stem]
    if fitting:
        return fitting
    if not parts:
        raise ProjectError(
            f"{project.name} has no part of a larger picture.",
            "A part is what is added of an open layer that is too large to be painted on.",
        )
    raise ProjectError(
        f"{project.name} has parts of {listed(sorted(wholes))}, and none of {stem}.",
        "A mask has the name of its picture.",
        "Rename the mask, or choose that of one of these.",
    )
