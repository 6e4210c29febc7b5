"""The labels of a project's picture as they stand: what is exported and measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, to_mask
from napari_unet.core.data.cached import probability_files, read_probability
from napari_unet.core.data.complete_planes import with_truth
from napari_unet.core.data.object_classes import Classes
from napari_unet.core.data.own_files import own_files
from napari_unet.core.data.project import Project
from napari_unet.core.errors import SettingsError, UnetError
from napari_unet.core.export import Found, Written, gather, write_found
from napari_unet.core.export.refusing import refuse_overwriting, refuse_own
from napari_unet.core.export.writing import colliding, collision, gathered, targets
from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.settings import ExportSettings, PostprocessingSettings

Labels = NDArray[np.integer]

BY_HAND = "painted or accepted by hand"


@dataclass(frozen=True)
class Labelled:
    """The labels of a picture, ([T,] [Z,] Y, X) unsigned integers, 0 = background, and the classes of their objects.

    `corrected`: a person corrected them; `found`: a model found them, and else a person painted or accepted them. Of a
    stack of so many `planes`, `true` ones are as painted or accepted all the same, and `mended` ones were corrected.
    """

    labels: Labels
    classes: Classes
    corrected: bool = False
    found: bool = False
    planes: int = 1
    true: int = 0
    mended: int = 0

    def made_by(self, model: str) -> str:
        """What they come from, for a person to read; `model` is the one that answers there now."""
        by_hand = f"{model}, corrected by hand".removeprefix(", ") if self.corrected else BY_HAND
        made = model if self.found else by_hand
        return "; ".join(part for part in (made, self._planes_words()) if part)

    def note(self, name: str) -> str:
        """Of a stack, how many of its planes are which, as a sentence; empty where all are alike."""
        words = self._planes_words()
        return f"{name}: {words}." if words else ""

    def _planes_words(self) -> str:
        if not self.true and not self.mended:
            return ""
        counts = {BY_HAND: self.true, "corrected": self.mended}
        counts["as the model found them"] = self.planes - self.true - self.mended
        return f"of {self.planes} planes " + ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def labelled(
    project: Project, name: str, clean_up: PostprocessingSettings, shown: tuple[Labels, Classes] | None = None
) -> Labelled:
    """Corrected labels as the person left them; of a complete picture what was painted or accepted, for that is the
    truth; else what a model said, cleaned up; else what is painted.

    Of a stack that holds for each plane: on those that are complete, what was painted or accepted stands, unless they
    were corrected after that.

    Parameters
    ----------
    shown : the corrected labels as they are on show, where they may be painted on meanwhile, and their classes.

    Raises
    ------
    UnetError : the picture has none of these, or its files are damaged.
    """
    corrected = project.labels(name) if shown is None else shown[0]
    if corrected is not None:
        classes = project.classes(name, "labels") if shown is None else shown[1]
        return _with_truth(project, name, Labelled(corrected, _known(project, classes), corrected=True))
    record = project.record(name)
    probability = None if record.complete else read_probability(project, name)
    if probability is None:
        return _truth(project, name)
    labels = postprocess(probability, project.kind, clean_up, record.axes[1:])
    classes = object_classes(probability, labels) if project.object_classes else {}
    return _with_truth(project, name, Labelled(labels, classes, found=True))


def has_labels(project: Project, name: str) -> bool:
    """Whether a picture seems to have labels to export, by its files alone: those may be large, or damaged."""
    found = any(project.has(name, layer) for layer in ("labels", "annotation"))
    return found or project.record(name).complete or bool(probability_files(project, name))


def _truth(project: Project, name: str) -> Labelled:
    annotation = project.annotation(name)
    if not annotation.any() and not project.record(name).complete:
        raise UnetError(f"{name} has no labels to export.", "", "Segment it first.")
    return Labelled(to_mask(annotation), _true_classes(project, name))


def _with_truth(project: Project, name: str, one: Labelled) -> Labelled:
    """The same with complete planes of a stack as they were painted or accepted."""
    record = project.record(name)
    if record.planes == 1:
        return one
    mended = set(record.corrected_planes) if one.corrected else set()
    true = record.known_planes() - mended
    one = replace(one, planes=record.planes, true=len(true), mended=len(mended))
    if not true:
        return one
    merged = with_truth(one.labels, project.annotation(name), true, project.kind)
    true_classes = _true_classes(project, name).items()
    classes = {merged.numbers[own]: value for own, value in true_classes if own in merged.numbers}
    return replace(one, labels=merged.labels, classes={**one.classes, **classes})


def _true_classes(project: Project, name: str) -> Classes:
    """The class of each annotated object that has one, by its number in a mask."""
    classes = _known(project, project.classes(name, "annotation"))
    return {number - BACKGROUND: value for number, value in classes.items()}


def _known(project: Project, classes: Classes) -> Classes:
    """No class where objects have none."""
    return classes if project.object_classes else {}


def export_labelled(project: Project, folder: Path, settings: ExportSettings) -> Iterator[Written]:
    """Write the labels of every picture, one after the other as they are asked for; in the end what is for all.

    A picture that cannot be written is told in what is yielded, and the next one tried.

    Raises
    ------
    StorageError : before anything is written, files of these names are there already, or are those that the project's
        own pictures and masks came from.
    """
    names = project.names()
    together = gathered(folder, settings) if names[1:] else []
    ready = [name for name in names if has_labels(project, name)]
    files = [*targets(ready, folder, settings, classed=bool(project.object_classes)), *together]
    refuse_own(files, own_files(project))
    refuse_overwriting(files, settings.overwrite)
    clashes = colliding(names, settings)
    clean_up, done = clean_up_of(project), []
    for name in names:
        try:
            if name in clashes:
                raise collision(name, clashes[name])
            found, note = found_in(project, name, clean_up, "")
        except UnetError as error:
            yield Written((), (error,))
        else:
            written = write_found(found, name, folder, settings)
            done += [name] if written.files else []
            yield replace(written, note=note)
    if together:
        yield gather(done, folder, settings)


def found_in(
    project: Project,
    name: str,
    clean_up: PostprocessingSettings,
    model: str,
    shown: tuple[Labels, Classes] | None = None,
) -> tuple[Found, str]:
    """What is exported of a picture, and what is to be said of it; `model` is the one that answers there now.

    See `labelled` for the rest.
    """
    one = labelled(project, name, clean_up, shown)
    parts = project.picture(name), one.labels, project.kind, project.class_names
    return Found(*parts, one.made_by(model), clean_up.to_json(), one.classes), one.note(name)


def clean_up_of(project: Project) -> PostprocessingSettings:
    """The clean-up as it was last set in the window; the usual one where that cannot be understood."""
    try:
        return PostprocessingSettings.from_json(project.settings("postprocessing"))
    except SettingsError:
        return PostprocessingSettings()
