"""The jobs the worker can do, as generators of reports. Importing this brings torch: only the worker does."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from math import ceil
from pathlib import Path

import numpy as np
import torch

from napari_unet.core import inference, sharing, training
from napari_unet.core.cores import available_cores
from napari_unet.core.data import Picture, ProjectSet, Sample
from napari_unet.core.errors import StorageError, UnetError
from napari_unet.core.explaining import write_description
from napari_unet.core.inference.device import describe_device, pick_device
from napari_unet.core.model import Model, load_model
from napari_unet.core.model.card import WEIGHTS, ModelCard
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.model.classes import arranged
from napari_unet.core.model.header import read_card, written
from napari_unet.core.recipe import keep_project_recipe
from napari_unet.core.search import parse_space, searching
from napari_unet.core.settings import InferenceSettings, Plan, PostprocessingSettings, SearchSettings, SharingSettings
from napari_unet.core.training import estimating
from napari_unet.core.training.beginning import check_learnable, new_card
from napari_unet.core.training.judging import guard
from napari_unet.core.training.judging.division import divide, is_labelled
from napari_unet.core.training.learner import FEWEST_STEPS
from napari_unet.core.training.patches.preview import examples
from napari_unet.core.training.report import Closing, Compared
from napari_unet.core.training.task import output_names
from napari_unet.engine.live import find_start, live, preview_starts, suggest
from napari_unet.engine.live_messages import FindStart, Live, PreviewStarts, Suggest
from napari_unet.engine.messages import (
    Compare,
    CrossValidate,
    Estimate,
    Predict,
    Preview,
    Ready,
    Reported,
    Score,
    Search,
    Tiled,
    Train,
)
from napari_unet.engine.scoring import score
from napari_unet.engine.share_messages import ShareModel
from napari_unet.engine.worker import Asked, Jobs

BORN = time.monotonic()

OTHER_ORDER = "other-order.npy"
"""An answer whose planes are to be rearranged, beside the file that it goes into."""

MODELS = 6
"""So many models are kept in memory: those that are asked together are not read again for each picture."""


def warm_up() -> Ready:
    """Leave one core to the window, and say what there is."""
    threads = max(1, available_cores() - 1)
    torch.set_num_threads(threads)
    return Ready(describe_device(pick_device("auto")), threads, time.monotonic() - BORN)


def train(command: Train, asked: Asked) -> Iterator[Reported]:
    """Train on the project's pictures as they are on disk, now and between the steps."""
    task = replace(_task(command, asked), rivals=tuple(map(Path, command.rivals)), resume=command.resume)
    for report in training.train(_project_set(command.project, task), task):
        yield Reported(command.job, report)
    with suppress(UnetError):  # a model without its page and recipe is a model all the same
        write_description(task.out)
        keep_project_recipe(Path(command.project), task.out)


def cross_validate(command: CrossValidate, asked: Asked) -> Iterator[Reported]:
    """Train one model a fold, and measure every picture by the one that has not seen it."""
    task = _task(command, asked)
    for report in training.cross_validate(_project_set(command.project, task), task, command.folds):
        yield Reported(command.job, report)


def compare(command: Compare, asked: Asked) -> Iterator[Reported]:
    """Compare what a training left behind with the models before it, on the pictures that measured it."""
    model = Path(command.model)
    learning = read_card(model).plan.training
    division = divide(ProjectSet(Path(command.project)).samples(), learning.validation, learning.seed)
    rivals = [Path(rival) for rival in command.rivals]
    reports = guard.comparing(model, rivals, division.measured, command.device, asked, division.learned)
    compared = yield from _told(command.job, reports)
    if not asked():  # half a comparison decides nothing
        yield Reported(command.job, compared)


def search(command: Search, asked: Asked) -> Iterator[Reported]:
    """Try plans, and find the one that scores best."""
    settings, task, folder = SearchSettings.from_json(command.settings), _task(command, asked), Path(command.folder)
    samples = ProjectSet(Path(command.project), origins=True)
    for report in searching.search(samples, task, parse_space(command.space), settings, folder):
        yield Reported(command.job, report)


def preview(command: Preview, asked: Asked) -> Iterator[Tiled]:
    """Random examples as the network gets them, into a file. Reading all that is painted is what takes its time."""
    known, samples = ProjectSet(Path(command.project)), list[Sample]()
    names = known.names()
    for done, name in enumerate(names):
        yield Tiled(command.job, done, len(names) + 1)  # the examples themselves take about as long as a picture
        if asked():
            return
        samples += [sample for sample in known.changed(name) if is_labelled(sample)]
    task = _task(command, asked)
    check_learnable(samples, task)
    card = new_card(samples, task, None)
    made = examples(samples, card, command.count, task.plan.training.seed)
    if made.pictures.ndim > 4:  # of a stack, the middle is shown
        middle = made.pictures.shape[2] // 2
        made = replace(made, pictures=made.pictures[:, :, middle], outlines=made.outlines[:, middle])
    outlines = made.outlines[:, None].astype(np.float32)
    np.save(command.out, np.concatenate([np.asarray(made.pictures, np.float32), outlines], axis=1))


def estimate(command: Estimate, asked: Asked) -> Iterator[Reported]:
    """How long a training would take, from the shape of its network."""
    plan = Plan.from_json(command.plan)
    learning = plan.training
    network = new_network(_blank_card(command, plan))
    per_epoch = learning.steps or max(FEWEST_STEPS, ceil(command.area / (learning.batch * learning.patch**2)))
    shape, steps = (learning.batch, learning.patch), learning.epochs * per_epoch
    told = estimating.estimate(network, plan, shape, steps, pick_device(learning.device))
    seconds = min(told.seconds, learning.minutes * 60) if learning.minutes else told.seconds
    yield Reported(command.job, replace(told, seconds=seconds))


def predict(command: Predict, asked: Asked) -> Iterator[Tiled]:
    """Run a model, or several together, over one picture, from file to file."""
    models = [_model(Path(folder)) for folder in (command.model, *command.also)]
    image = np.load(command.image, mmap_mode="r")
    space = image.shape[1:]
    side, unit = (command.pixel_size, "µm") if command.pixel_size else (1.0, "pixel")
    names = command.channel_names
    picture = Picture("The picture", image, (side,) * len(space), unit, channel_names=names, axes=command.axes)
    settings = InferenceSettings.from_json(command.settings)
    path = Path(command.out)
    told = path.with_name(OTHER_ORDER) if command.order else path
    out = _array_file(told, (inference.output_planes(models[0].card), *space))
    spread = _array_file(Path(command.spread), space) if command.spread else None
    for tile in inference.predict_together(models, picture, settings, out, spread, asked):
        yield Tiled(command.job, tile.done, tile.total)
    if command.order:
        ours = _array_file(path, (len(command.order), *space))
        arranged(out, command.order, ours)
        ours.flush()
        del out
        told.unlink()
    else:
        out.flush()
    if spread is not None:
        spread.flush()


def share_model(command: ShareModel, asked: Asked) -> Iterator[Reported]:
    """Write a model for other programs."""
    settings = SharingSettings.from_json(command.settings)
    sharing.export_model(Path(command.model), Path(command.file), settings, command.authors)
    yield from ()


JOBS: Jobs = {
    Train: train,
    Predict: predict,
    Compare: compare,
    CrossValidate: cross_validate,
    Estimate: estimate,
    Preview: preview,
    Search: search,
    Score: score,
    ShareModel: share_model,
    Live: live,
    PreviewStarts: preview_starts,
    FindStart: find_start,
    Suggest: suggest,
}


def _blank_card(command: Estimate, plan: Plan) -> ModelCard:
    """The card of a model that nobody has trained."""
    return ModelCard(
        name="",
        kind=command.kind,
        class_names=command.class_names,
        channels=command.channels,
        colour=False,
        plan=plan,
        postprocessing=PostprocessingSettings(),
        outputs=output_names(command.kind, command.class_names, told_apart=len(command.class_names) > 1),
    )


def _told(job: int, reports: Generator[Closing, None, Compared]) -> Generator[Reported, None, Compared]:
    """Tell what something says on its way, and return what it comes to."""
    while True:
        try:
            yield Reported(job, next(reports))
        except StopIteration as end:
            made: Compared = end.value
            return made


def _project_set(project: str, task: training.TrainingTask) -> ProjectSet:
    return ProjectSet(Path(project), origins=task.plan.loss.weighs_origins)


def _task(command: Train | CrossValidate | Search | Preview, asked: Asked) -> training.TrainingTask:
    start, out = getattr(command, "start", ""), getattr(command, "out", "")
    return training.TrainingTask(
        name=getattr(command, "name", ""),
        kind=command.kind,
        class_names=command.class_names,
        plan=Plan.from_json(command.plan),
        start=Path(start) if start else None,
        out=Path(out),
        stop=asked,
    )


def _model(path: Path) -> Model:
    """A model, read again only when its file has changed."""
    weights = path / WEIGHTS if path.is_dir() else path
    return _loaded(weights, written(weights))


@lru_cache(maxsize=MODELS)
def _loaded(weights: Path, changed: int) -> Model:
    return load_model(weights)


def _array_file(path: Path, shape: tuple[int, ...]) -> np.memmap[tuple[int, ...], np.dtype[np.float32]]:
    """A new .npy file of float32 with its room on the disk. Raises StorageError when there is not enough."""
    out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    try:
        _claim(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            path.unlink()
            needed = f"The prediction needs {out.nbytes / 1e6:.0f} MB in {path.parent}."
            raise StorageError("The disk is full.", needed, "Make room and try again.") from error
    return out


def _claim(path: Path) -> None:
    """Take a file's room now: a mapped file that finds the disk full later does not fail, it kills the process.

    Not every system or file system can; then the room is taken as it is written.
    """
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
