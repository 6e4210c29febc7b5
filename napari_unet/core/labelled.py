"""The labels of a project's picture as they stand: what is exported and measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, to_mask
from napari_unet.core.data.cached import probability_files, read_probability
from napari_unet.core.data.object_classes import Classes
from napari_unet.core.data.project import Project
from napari_unet.core.errors import SettingsError, UnetError
from napari_unet.core.export import Found, Written, gather, write_found
from napari_unet.core.export.refusing import refuse_overwriting
from napari_unet.core.export.writing import colliding, collision, gathered, targets
from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.settings import ExportSettings, PostprocessingSettings


def labels_of(project: Project, name: str, clean_up: PostprocessingSettings) -> NDArray[np.integer]:
    """Corrected labels as the person left them; of a complete picture what was painted or accepted, for that is the
    truth; else what a model said, cleaned up; else what is painted.

    Returns
    -------
    labels : ([Z,] Y, X) unsigned integers, 0 = background.

    Raises
    ------
    UnetError : the picture has none of these, or its files are damaged.
    """
    corrected = project.labels(name)
    if corrected is not None:
        return corrected
    if project.record(name).complete:
        return to_mask(project.annotation(name))
    probability = read_probability(project, name)
    if probability is not None:
        return postprocess(probability, project.kind, clean_up, project.record(name).axes[1:])
    annotation = project.annotation(name)
    if not annotation.any():
        raise UnetError(f"{name} has no labels to export.", "", "Segment it first.")
    return to_mask(annotation)


def classes_of(project: Project, name: str, labels: NDArray[np.integer]) -> Classes:
    """The class of each object of `labels_of` a picture that has one; empty where objects have none.

    Raises UnetError when the picture's files are damaged.
    """
    if not project.object_classes:
        return {}
    if project.has(name, "labels"):
        return project.classes(name, "labels")
    probability = None if project.record(name).complete else read_probability(project, name)
    if probability is not None:
        return object_classes(probability, labels)
    return {number - BACKGROUND: value for number, value in project.classes(name, "annotation").items()}


def made_by(project: Project, name: str, model: str) -> str:
    """What the labels of `labels_of` come from, for a person to read; `model` is the one that answers there now."""
    if project.has(name, "labels"):
        return f"{model}, corrected by hand".removeprefix(", ")
    if project.record(name).complete or not probability_files(project, name):
        return "painted or accepted by hand"
    return model


def export_labelled(project: Project, folder: Path, settings: ExportSettings) -> Iterator[Written]:
    """Write the labels of every picture, one after the other as they are asked for; in the end what is for all.

    A picture that cannot be written is told in what is yielded, and the next one tried.

    Raises
    ------
    StorageError : before anything is written, files of these names are there already.
    """
    names = project.names()
    together = gathered(folder, settings) if names[1:] else []
    files = targets(names, folder, settings, classed=bool(project.object_classes))
    refuse_overwriting([*files, *together], settings.overwrite)
    clashes = colliding(names, settings)
    clean_up, done = _clean_up(project), []
    for name in names:
        try:
            if name in clashes:
                raise collision(name, clashes[name])
            labels = labels_of(project, name, clean_up)
            classes, made = classes_of(project, name, labels), made_by(project, name, "")
            parts = project.picture(name), labels, project.kind, project.class_names
            found = Found(*parts, made, clean_up.to_json(), classes)
        except UnetError as error:
            yield Written((), (error,))
        else:
            written = write_found(found, name, folder, settings)
            done += [name] if written.files else []
            yield written
    if together:
        yield gather(done, folder, settings)


def _clean_up(project: Project) -> PostprocessingSettings:
    """The clean-up as it was last set in the window; the usual one where that cannot be understood."""
    try:
        return PostprocessingSettings.from_json(project.settings("postprocessing"))
    except SettingsError:
        return PostprocessingSettings()
