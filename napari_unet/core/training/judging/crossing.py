"""Cross-validation: every picture measures once, and is learned from by all other models (Stone 1974, JRSS B 36)."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Generator, Sequence

from napari_unet.core.data.sample import FixedSet, Sample, TrainingSet
from napari_unet.core.errors import TrainingError
from napari_unet.core.model.checkpoint import load_model
from napari_unet.core.training.judging.block import blocks_of, cut_out, without
from napari_unet.core.training.judging.division import is_labelled, lot
from napari_unet.core.training.judging.measuring import Measuring
from napari_unet.core.training.loop import train
from napari_unet.core.training.patches.groups import look_of
from napari_unet.core.training.report import CrossValidated, FoldDone, Report
from napari_unet.core.training.task import TrainingTask

FEWEST = 2
"""Folds."""

Scores = dict[str, float]


def cross_validate(samples: TrainingSet, task: TrainingTask, folds: int) -> Generator[Report]:
    """Train so many models, each without one fold of the pictures, on which it is measured.

    A fold is every n-th complete picture, kinds of pictures spread evenly. With one complete picture, a fold is a strip
    of it; pictures with strokes alone are learned from in every fold. Each model is trained with all of the plan, time
    limit included, and stays in task.out/fold-1 and so on: together they make an ensemble. What is painted meanwhile
    does not count, and nothing is compared with earlier models.

    Parameters
    ----------
    samples : as in `train`; which pictures are marked for validation makes no difference.
    folds : how many; no more than there are complete pictures, if there are several.

    Yields
    ------
    Report : those of every training; FoldDone after each; CrossValidated at the end, not if asked to stop before.

    Raises
    ------
    TrainingError : there is nothing complete to measure on, or fewer than two folds can be made; and as `train` does.
    """
    divided = folds_of([sample for sample in samples.samples() if is_labelled(sample)], folds)
    per_picture: dict[str, Scores] = {}
    folders = []
    for number, fold in enumerate(divided, start=1):
        own = dataclasses.replace(
            task, name=f"{task.name} fold {number}", out=task.out / f"fold-{number}", rivals=(), resume=False
        )
        yield from train(FixedSet(fold), own)
        if task.stop():
            return
        measured = _measured(own, [sample for sample in fold if sample.validation])
        if len(measured) < sum(bool(sample.validation) for sample in fold):
            return
        per_picture |= measured
        folders.append(str(own.out))
        yield FoldDone(number, len(divided), str(own.out), summed_up(list(measured.values())))
    yield CrossValidated(summed_up(list(per_picture.values())), per_picture, tuple(folders))


def folds_of(samples: Sequence[Sample], folds: int) -> list[tuple[Sample, ...]]:
    """The samples of each fold's training, marked for validation or for learning. Raises TrainingError."""
    complete = [sample for sample in samples if sample.complete]
    rest = [dataclasses.replace(sample, validation=False) for sample in samples if not sample.complete]
    if len(complete) > 1:
        divided = _by_picture(complete, min(folds, len(complete)))
    else:
        divided = _by_part(complete[0], folds) if complete else []
    if len(divided) < FEWEST:
        raise TrainingError(
            "Cross-validation needs at least two folds, and a completely labelled picture to make them from.",
            f"There are {len(complete)} complete pictures, and {folds} folds were asked for.",
            "Label more pictures completely, or ask for two folds or more.",
        )
    return [(*fold, *rest) for fold in divided]


def _by_picture(complete: Sequence[Sample], folds: int) -> list[tuple[Sample, ...]]:
    ordered = sorted(complete, key=lambda sample: (look_of(sample), lot(sample.name, 0)))
    return [
        tuple(dataclasses.replace(one, validation=place % folds == fold) for place, one in enumerate(ordered))
        for fold in range(folds)
    ]


def _by_part(only: Sample, folds: int) -> list[tuple[Sample, ...]]:
    return [
        (
            dataclasses.replace(without(only, block), validation=False),
            dataclasses.replace(cut_out(only, block), validation=True),
        )
        for block in blocks_of(only, folds)
    ]


def _measured(task: TrainingTask, samples: Sequence[Sample]) -> dict[str, Scores]:
    """The scores of the fold's model on each of its pictures."""
    model = load_model(task.out)
    each = {sample.name: Measuring([sample], task.plan.training.device, task.stop).judge(model) for sample in samples}
    return {name: scores for name, scores in each.items() if scores}


def summed_up(pictures: Sequence[Scores]) -> Scores:
    """Means over the pictures, "..._spread" for how far they differ, and how many there are."""
    columns = {
        name: [one[name] for one in pictures if name in one]
        for name in dict.fromkeys(name for one in pictures for name in one)
        if name != "pictures"
    }
    means = {name: statistics.fmean(values) for name, values in columns.items()}
    spreads = {f"{name}_spread": statistics.stdev(values) for name, values in columns.items() if len(values) > 1}
    return means | spreads | {"pictures": float(len(pictures))}
