"""The work in five verbs, for scripts and notebooks: train, predict, postprocess, evaluate, export.

Each one blocks until it is done. Settings are given by their names, `train(..., epochs=5, rate=1e-3)`; those not given
have their usual values. Torch is loaded by the verbs that need it, when they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_unet.core import inference, metrics, postprocessing, training
from napari_unet.core import model as models
from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.masks import fitting_mask, without_white
from napari_unet.core.data.pairing import pair_folders
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.project import Project
from napari_unet.core.data.project_set import ProjectSet
from napari_unet.core.data.read import mask_numbers, picture_of, read_mask, read_picture
from napari_unet.core.data.sample import FixedSet, Sample, TrainingSet
from napari_unet.core.data.scale import microns
from napari_unet.core.errors import MaskError, SettingsError
from napari_unet.core.export import export_labels
from napari_unet.core.settings import (
    ExportSettings,
    InferenceSettings,
    Kind,
    Plan,
    PostprocessingSettings,
    Settings,
    TrainingSettings,
    Value,
)
from napari_unet.core.training.task import TrainingTask

if TYPE_CHECKING:
    from napari_unet.core.metrics import Scores
    from napari_unet.core.model import Model
    from napari_unet.core.training import Report

Source = Path | str | Picture | NDArray[np.generic]
"""A picture: a file, a Picture, or an array (Y, X) or (C, Y, X)."""

MaskSource = Path | str | NDArray[np.integer]
"""A mask: a file, or an array (Y, X) of whole numbers, 0 = background."""

CELL = ("cell",)

Group = TypeVar("Group", bound=Settings)


def train(
    pictures: Project | Path | str | Sequence[Source],
    masks: Path | str | Sequence[MaskSource] | None,
    out: Path | str,
    classes: Sequence[str] = (),
    start: Path | str | None = None,
    watch: Callable[[Report], object] | None = None,
    **settings: Value,
) -> Model:
    """Train a model on pictures and their masks, and keep it in the folder `out`.

    Parameters
    ----------
    pictures, masks : two folders of files with equal names, or two sequences of the same length; or a project and None.
    classes : names of the classes 1, 2, ... in the masks; empty when every object has its own number instead. A project
        knows its own.
    start : folder of a model to go on from; None for nothing.
    watch : called with every report of the training.
    settings : any setting of a `Plan` (training, preprocessing, augmentation, loss, network), by its name.

    Returns
    -------
    model : the best one, as it was measured on pictures kept out of learning.

    Raises
    ------
    PictureError, MaskError : a file cannot be read, or picture and mask do not fit.
    SettingsError : a setting is not known or has a value it cannot have.
    TrainingError : there is nothing to learn.
    """
    plan = plan_of(settings)
    _decide_validation(pictures, plan.training)
    samples, kind, names = _lesson(pictures, masks, classes)
    task = TrainingTask(
        name=Path(out).name,
        kind=kind,
        class_names=names,
        plan=plan,
        start=None if start is None else Path(start),
        out=Path(out),
        stop=_never,
    )
    for report in training.train(samples, task):
        if watch:
            watch(report)
    return models.load_model(Path(out))


def plan_of(settings: Mapping[str, Value]) -> Plan:
    """The usual plan with single settings changed, by their names. Raises SettingsError."""
    learning = TrainingSettings.base(_given(TrainingSettings(), settings).minutes)
    plan = Plan(training=learning)
    _check_known(settings, *plan.groups().values())
    return plan.with_values(settings)


def _decide_validation(pictures: object, learning: TrainingSettings) -> None:
    """In a project, for life: what this model learns from never measures another."""
    if isinstance(pictures, Project) and not pictures.read_only:
        pictures.decide_validation(learning.validation)


def predict(model: Model | Path | str, picture: Source, **settings: Value) -> NDArray[np.float32]:
    """What a model says about a picture.

    Parameters
    ----------
    model : a model, or its folder.
    picture : a file, a Picture, or an array (Y, X) or (C, Y, X).
    settings : any setting of `InferenceSettings`, by its name.

    Returns
    -------
    probability : (K, Y, X) float32, 0 to 1. Objects: cell, border between cells, distance to the edge. Regions:
        background, then one plane per class.

    Raises
    ------
    PictureError : the picture cannot be read.
    ModelError : the model cannot be read, or does not fit the picture.
    """
    running = InferenceSettings()
    _check_known(settings, running)
    loaded = models.load_model(Path(model)) if isinstance(model, (str, Path)) else model
    image = _picture(picture, "the picture").image
    probability = np.zeros((inference.output_planes(loaded.card), *image.shape[1:]), np.float32)
    for _ in inference.predict(loaded, image, _given(running, settings), probability, _never):
        pass
    return probability


def postprocess(
    probability: NDArray[np.floating], like: Model | Path | str = "objects", **settings: Value
) -> NDArray[np.unsignedinteger]:
    """Turn probability into labels.

    Parameters
    ----------
    probability : (K, Y, X) float, as `predict` returns it.
    like : the model it came from (or its folder), whose own clean-up is used; or just "objects" or "regions".
    settings : any setting of `PostprocessingSettings`, by its name.

    Returns
    -------
    labels : (Y, X) uint16, or uint32 above 65535 objects; 0 is background.

    Raises
    ------
    MaskError : the probability has the wrong number of axes or planes.
    """
    if like in ("objects", "regions"):
        kind: Kind = "regions" if like == "regions" else "objects"
        usual = PostprocessingSettings()
    else:
        card = models.read_card(Path(like)) if isinstance(like, (str, Path)) else like.card
        kind, usual = card.kind, card.postprocessing
    _check_known(settings, usual)
    return postprocessing.postprocess(probability, kind, _given(usual, settings))


def evaluate(labels: MaskSource, truth: MaskSource, classes: Sequence[str] = ()) -> Scores:
    """Say how well labels agree with the truth.

    Parameters
    ----------
    labels, truth : files, or arrays (Y, X) of whole numbers, 0 = background. In a black and white mask, objects that do
        not touch are told apart.
    classes : names of the classes 1, 2, ...; empty when every object has its own number instead.

    Raises
    ------
    MaskError : a file cannot be read, or the two have different sizes.
    """
    kind: Kind = "regions" if classes else "objects"
    found, true = (without_white(_mask(*mask), kind) for mask in ((labels, "labels"), (truth, "truth")))
    return metrics.evaluate(found, true, kind, tuple(classes))


def export(labels: NDArray[np.integer], path: Path | str, picture: Source | None = None, **settings: Value) -> Path:
    """Write labels as a TIFF that Fiji and others open with the right numbers, pixel size and unit.

    Parameters
    ----------
    labels : (Y, X) unsigned integers, 0 = background.
    picture : what they are labels of; its pixel size and unit go with them.
    settings : any setting of `ExportSettings`, by its name.

    Raises
    ------
    MaskError : they are no labels, or have another size than the picture.
    StorageError : the file is there already (`overwrite=True` replaces it), or the disk is full.
    """
    writing = ExportSettings()
    _check_known(settings, writing)
    target = Path(path)
    numbers = mask_numbers(labels, "labels")
    source = Picture(target.stem, numbers[np.newaxis]) if picture is None else _picture(picture, target.stem)
    return export_labels(numbers, source, target, _given(writing, settings))


def _check_known(values: Mapping[str, Value], *groups: Settings) -> None:
    """Raises SettingsError when a value is of no setting of these groups."""
    known = {item.name for group in groups for item in group.options()}
    unknown = [name for name in values if name not in known]
    if unknown:
        raise SettingsError(f"There is no setting called {unknown[0]!r}.", f"Known are {', '.join(sorted(known))}.")


def _given(usual: Group, values: Mapping[str, Value]) -> Group:
    """The usual settings of a group with those values put in that are its own."""
    names = {item.name for item in usual.options()}
    return replace(usual, **{name: value for name, value in values.items() if name in names})


def _lesson(
    pictures: Project | Path | str | Sequence[Source],
    masks: Path | str | Sequence[MaskSource] | None,
    classes: Sequence[str],
) -> tuple[TrainingSet, Kind, tuple[str, ...]]:
    """What to learn from, the kind of it, and the names of its classes."""
    if isinstance(pictures, Project):
        return ProjectSet(pictures.folder), pictures.kind, pictures.class_names
    kind: Kind = "regions" if classes else "objects"
    names = tuple(classes) or CELL
    return FixedSet(tuple(_sample(*pair, kind, names) for pair in _pairs(pictures, masks))), kind, names


def _pairs(
    pictures: Path | str | Sequence[Source], masks: Path | str | Sequence[MaskSource] | None
) -> list[tuple[Picture, NDArray[np.integer]]]:
    if isinstance(pictures, (str, Path)) and isinstance(masks, (str, Path)):
        pairs = [(pair.picture, pair.mask) for pair in pair_folders(Path(pictures), Path(masks))]
        if all(mask is None for _, mask in pairs):
            raise MaskError(
                f"No mask in {masks} has the name of a picture in {pictures}.",
                f"The mask of {pairs[0][0].name} must be called the same, or end in _mask.",
            )
        return [(read_picture(picture), read_mask(mask)) for picture, mask in pairs if mask]
    if isinstance(pictures, (str, Path)) or isinstance(masks, (str, Path)) or masks is None:
        raise MaskError(
            "Pictures and masks were given in different ways.",
            "Both are folders, or both are sequences; a project alone comes with None.",
        )
    if len(pictures) != len(masks):
        raise MaskError(f"There are {len(pictures)} pictures but {len(masks)} masks.", "Every picture needs its mask.")
    both = enumerate(zip(pictures, masks, strict=True), 1)
    return [(_picture(picture, f"picture {number}"), _mask(mask, f"mask {number}")) for number, (picture, mask) in both]


def _sample(picture: Picture, mask: NDArray[np.integer], kind: Kind, names: tuple[str, ...]) -> Sample:
    fitting = fitting_mask(mask, picture.spatial_shape, picture.name, kind, names)
    return Sample(picture.name, picture.image, from_mask(fitting), True, None, picture.is_colour, microns(picture))


def _picture(source: Source, name: str) -> Picture:
    """A picture from whatever a script has; `name` is for arrays, which have none."""
    if isinstance(source, Picture):
        return source
    if isinstance(source, (str, Path)):
        return read_picture(Path(source))
    return picture_of(source, name)


def _mask(source: MaskSource, name: str) -> NDArray[np.integer]:
    return read_mask(Path(source)) if isinstance(source, (str, Path)) else mask_numbers(source, name)


def _never() -> bool:
    """Nobody asks a script to stop but Ctrl+C."""
    return False
