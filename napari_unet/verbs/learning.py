"""Training a model, judging a plan by cross-validation, and searching for a better one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.core import explaining, recipe, training
from napari_unet.core import model as models
from napari_unet.core import search as searching
from napari_unet.core.data.project import Project
from napari_unet.core.errors import TrainingError
from napari_unet.core.model.refusing import refuse_replacing
from napari_unet.core.settings import SearchSettings, TrainingSettings, Value
from napari_unet.core.settings.planning import said
from napari_unet.core.settings.training import MOST_EPOCHS
from napari_unet.core.stopping import never
from napari_unet.core.training.report import CrossValidated, Finished
from napari_unet.core.training.task import TrainingTask
from napari_unet.verbs.given import Lesson, MaskSource, Source, given, lesson, plan_of

if TYPE_CHECKING:
    from napari_unet.core.model import Model

Pictures = Project | Path | str | Sequence[Source]
Masks = Path | str | Sequence[MaskSource] | None
Watch = Callable[[object], object] | None

REPLACE = "replace it with overwrite=True"


def train(
    pictures: Pictures,
    masks: Masks,
    out: Path | str,
    classes: Sequence[str] = (),
    start: Path | str | None = None,
    watch: Watch = None,
    **settings: Value,
) -> Model:
    """Train a model on pictures and their masks, and keep it in the folder `out`, with its page and its recipe.

    Parameters
    ----------
    pictures, masks : two folders of files with equal names, or two sequences of the same length; or a project and None.
    classes : names of the classes 1, 2, ... in the masks; empty when every object has its own number instead. A project
        knows its own.
    start : folder of a model to go on from, and to compare with in the end; None for nothing.
    watch : called with every report of the training.
    settings : any setting of a `Plan` (training, preprocessing, augmentation, loss, network), by its name. Besides
        them: `preset`, the named plan to begin with ("usual", "classic", "plain"); `changes`, the strength of random
        changes ("none", "light", "usual", "strong"); `axes`, such as ZYX, of stacks whose files or arrays do not name
        theirs; `resume=True` goes on with a training that was broken off in `out`; `overwrite=True` replaces the model
        that is there.

    Returns
    -------
    model : the best one, as it was measured on pictures kept out of learning.

    Raises
    ------
    PictureError, MaskError : a file cannot be read, or picture and mask do not fit.
    SettingsError : a setting is not known or has a value it cannot have.
    TrainingError : there is nothing to learn.
    StorageError : `out` holds a model already, or the disk is full.
    """
    refuse_replacing(Path(out), bool(settings.pop("overwrite", False) or settings.get("resume")), replace=REPLACE)
    axes = str(settings.pop("axes", ""))
    task = _task(Path(out), start, settings)
    _decide_validation(pictures, task.plan.training)
    taught = lesson(pictures, masks, classes, axes)
    task = _of(task, taught)
    for report in training.train(taught.samples, task):
        if isinstance(report, Finished):
            _written(taught, task, report)
        if watch:
            watch(report)
    return models.load_model(Path(out))


def cross_validate(
    pictures: Pictures,
    masks: Masks,
    out: Path | str,
    folds: int,
    classes: Sequence[str] = (),
    watch: Watch = None,
    **settings: Value,
) -> CrossValidated:
    """Train `folds` models, each measured on pictures that only the others have learned from.

    There are at most as many folds as pictures. Everything else is as in `train`; each model has all of the plan's time
    and stays in `out`/fold-1 and so on, where `overwrite=True` replaces those that are there.

    Returns
    -------
    scores : means over all pictures with their spread, and the scores of each picture.

    Raises
    ------
    TrainingError : fewer than two folds were asked for; and what `train` raises.
    """
    refuse_replacing(Path(out) / "fold-1", bool(settings.pop("overwrite", False)), replace=REPLACE)
    from napari_unet.core.training.judging.crossing import cross_validate as crossed  # brings torch

    taught = lesson(pictures, masks, classes, str(settings.pop("axes", "")))
    outcome = None
    for report in crossed(taught.samples, _of(_task(Path(out), None, settings), taught), folds):
        outcome = report if isinstance(report, CrossValidated) else outcome
        if watch:
            watch(report)
    if outcome is None:
        raise TrainingError("The cross-validation was broken off.")
    return outcome


def search(
    pictures: Pictures,
    masks: Masks,
    out: Path | str,
    vary: Mapping[str, str] | Sequence[str],
    classes: Sequence[str] = (),
    watch: Watch = None,
    **settings: Value,
) -> searching.Searched:
    """Try plans for a short time each, and keep the best one in `out`/best.json. Called again, it goes on.

    Parameters
    ----------
    vary : what is tried, as {"rate": "1e-4..1e-2", "width": "8,16,32"}.
    settings : any setting of `SearchSettings` or of a `Plan`, and `preset` and `changes` as in `train`.

    Returns
    -------
    searched : the best values, their score, and the folder; `trials.jsonl` in it has every try.

    Raises
    ------
    SettingsError : something cannot be varied, or a setting is not known.
    TrainingError : no picture can be kept out to measure.
    """
    how = SearchSettings()
    own = {item.name for item in how.options()}
    space = searching.parse_space(vary)
    axes = str(settings.pop("axes", ""))
    rest = {name: value for name, value in settings.items() if name not in own}
    taught = lesson(pictures, masks, classes, axes)
    task = search_task(_of(_task(Path(out), None, rest), taught), "epochs" in rest)
    outcome = None
    for report in searching.search(taught.samples, task, space, given(how, settings), Path(out)):
        outcome = report if isinstance(report, searching.Searched) else outcome
        if watch:
            watch(report)
    assert outcome is not None
    return outcome


def search_task(task: TrainingTask, epochs_given: bool) -> TrainingTask:
    """The task of every try: it uses all of its time unless a number of epochs was asked for."""
    return task if epochs_given else replace(task, plan=task.plan.with_values({"epochs": MOST_EPOCHS}))


def _task(out: Path, start: Path | str | None, settings: Mapping[str, Value]) -> TrainingTask:
    """The task but for what is learned from; checks every setting before anything is read."""
    rest = dict(settings)
    preset, changes, resume = rest.pop("preset", "usual"), rest.pop("changes", ""), rest.pop("resume", False)
    begin = None if start is None else Path(start)
    return TrainingTask(
        name=out.resolve().name,
        kind="objects",
        class_names=(),
        plan=plan_of(rest, str(preset), str(changes)),
        start=begin,
        out=out,
        stop=never,
        rivals=(begin,) if begin else (),
        resume=bool(resume),
        said=said(rest, str(preset), str(changes), file=False),
    )


def _of(task: TrainingTask, taught: Lesson) -> TrainingTask:
    return replace(task, kind=taught.kind, class_names=taught.class_names)


def _decide_validation(pictures: object, learning: TrainingSettings) -> None:
    """In a project, for life: what this model learns from never measures another."""
    if isinstance(pictures, Project) and not pictures.read_only:
        pictures.decide_validation(learning.validation)


def _written(taught: Lesson, task: TrainingTask, finished: Finished) -> None:
    """Put the model's page and its recipe beside it."""
    explaining.write_description(task.out)
    if taught.project:
        recipe.keep_project_recipe(taught.project, task.out)
        return
    samples = taught.samples.samples()
    files = taught.files or tuple((None, None) for _ in samples)
    recipe.keep_recipe(task, finished, samples, recipe.of_files(samples, files, task.out))
