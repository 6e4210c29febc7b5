"""Repeating a run: training again from its recipe, and saying whether the same came out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from napari_unet.core import inference, training
from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.errors import ModelError
from napari_unet.core.model import Model, load_model
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.preprocessing import View
from napari_unet.core.recipe.hashing import mask_hash, weights_hash
from napari_unet.core.recipe.materials import is_far, load_sample
from napari_unet.core.recipe.places import model_at
from napari_unet.core.recipe.recipe import Recipe, read_recipe
from napari_unet.core.settings import InferenceSettings, Plan
from napari_unet.core.training.report import EpochDone, Report
from napari_unet.core.training.task import TrainingTask
from napari_unet.core.wording import counted, listed


@dataclass(frozen=True)
class Repeated:
    """A run was repeated. `masks` says of each picture whether its mask is identical; `labels` are those masks.

    `sentence` says what is identical and what is not, and why that may be.
    """

    folder: str
    weights: bool
    masks: dict[str, bool]
    sentence: str
    labels: dict[str, NDArray[np.unsignedinteger]] = field(default_factory=dict, compare=False)


def repeat(path: Path, out: Path, stop: Callable[[], bool]) -> Generator[Report | Repeated]:
    """Train again from the recipe at `path` (a file, or a model's folder), into the folder `out`.

    Yields the reports of the training and, at the end, Repeated. On a processor, with the same versions and number of
    threads (which is set here), weights and masks are identical, bit for bit. A training that its time limit ended
    follows the clock: it is repeated for as many epochs, closely but not bit for bit.

    Raises
    ------
    ModelError : there is no recipe, or the model it went on from is missing or another.
    PictureError, MaskError : a picture or mask is missing, or has changed since.
    """
    recipe, base = read_recipe(path), path if path.is_dir() else path.parent
    samples = [load_sample(one, base, recipe.kind, recipe.class_names) for one in recipe.materials]
    ending = _Ending(recipe, stop)
    task = _task(recipe, _start(recipe, base), out, ending)
    before = torch.get_num_threads()
    torch.set_num_threads(recipe.threads or before)
    try:
        for report in training.train(FixedSet(tuple(samples)), task):
            ending.see(report)
            yield report
        yield _repeated(recipe, samples, out)
    finally:
        torch.set_num_threads(before)


def segmented(model: Model, sample: Sample) -> NDArray[np.unsignedinteger]:
    """The labels ([Z,] Y, X) that a model with its own clean-up makes of a sample's picture."""
    settings = InferenceSettings()
    view = View.of(sample, model.card)
    probability = np.zeros((inference.output_planes(model.card), *sample.annotation.shape), np.float32)
    for _ in inference.predict_view(model, view, settings, probability, lambda: False):
        pass
    return postprocess(probability, model.card.kind, model.card.postprocessing, sample.axes)


class _Ending:
    """Ends a training where the first one was asked to."""

    def __init__(self, recipe: Recipe, stop: Callable[[], bool]) -> None:
        self._last = recipe.epochs if recipe.stopped == "asked" else 0
        self._stop, self._reached = stop, False

    def __call__(self) -> bool:
        return self._reached or self._stop()

    def see(self, report: Report) -> None:
        """Follow the training."""
        if isinstance(report, EpochDone) and report.epoch == self._last:
            self._reached = True


def _task(recipe: Recipe, start: Path | None, out: Path, stop: Callable[[], bool]) -> TrainingTask:
    return TrainingTask(recipe.name, recipe.kind, recipe.class_names, _plan(recipe), start, out, stop)


def _plan(recipe: Recipe) -> Plan:
    if not recipe.plan.training.minutes:
        return recipe.plan
    unlimited = recipe.plan.with_values({"minutes": 0.0})
    return unlimited.with_values({"epochs": recipe.epochs}) if recipe.stopped == "time" else unlimited


def _start(recipe: Recipe, base: Path) -> Path | None:
    if not recipe.start:
        return None
    if is_far(recipe.start):
        raise ModelError(
            f"The recipe says that the model it went on from lies on another computer: {recipe.start}.",
            "Nobody is asked for a file because a recipe says so.",
            "Copy its folder beside the recipe, or give it a drive letter, and change the path in the recipe.",
        )
    start = model_at(base, recipe.start)
    if weights_hash(start) != recipe.start_weights:
        raise ModelError(
            f"The model {start} has changed: its weights are not those that this one went on from.",
            "A run can be repeated only from where it began.",
            "Put back the model as it was.",
        )
    return start


def _repeated(recipe: Recipe, samples: Sequence[Sample], out: Path) -> Repeated:
    model, known = load_model(out), {sample.name: sample for sample in samples}
    labels = {name: segmented(model, known[name]) for name in recipe.masks}
    masks = {name: mask_hash(found) == recipe.masks[name] for name, found in labels.items()}
    same = weights_hash(out) == recipe.weights
    return Repeated(str(out), same, masks, _sentence(recipe, same, masks, model), labels)


def _sentence(recipe: Recipe, same: bool, masks: dict[str, bool], model: Model) -> str:
    others = [name for name, one in masks.items() if not one]
    if same and not others:
        also = f", and so {'is the mask' if len(masks) == 1 else 'are the masks'} of {counted(len(masks), 'picture')}"
        return f"The weights are identical, bit for bit{also if masks else ''}."
    weights = f"The weights are {'identical' if same else 'not identical'}"
    rest = f"other masks came out for {listed(others)}" if others else "all masks are" if masks else ""
    told = f"{weights}; {rest}{' identical' if masks and not others else ''}." if rest else f"{weights}."
    return f"{told} {_why(recipe, model)}"


def _why(recipe: Recipe, model: Model) -> str:
    """What may have made the difference."""
    card = model.card
    news = [
        f"{name} is {card.versions.get(name, 'missing')} instead of {version}"
        for name, version in recipe.versions.items()
        if card.versions.get(name) != version
    ]
    if card.device != recipe.device:
        news.append(f"it ran on {card.device} instead of {recipe.device}")
    if card.precision != recipe.precision:
        news.append(f"it computed in {card.precision} instead of {recipe.precision}")
    if recipe.plan.training.minutes:
        news.append("the first training had a time limit and followed the clock")
    if recipe.changed:
        news.append(f"{listed(recipe.changed)} had been painted on while it was learned")
    if not news:
        return "Versions, device and threads are the same, so the device itself does not compute the same twice."
    return f"Possible reasons: {listed(news)}."
