"""The training loop: a generator of reports."""

from __future__ import annotations

import time
from collections.abc import Generator

from napari_unet.core.data.sample import TrainingSet
from napari_unet.core.training.beginning import check_learnable
from napari_unet.core.training.learner import Learner
from napari_unet.core.training.report import Report
from napari_unet.core.training.task import TrainingTask


def train(samples: TrainingSet, task: TrainingTask) -> Generator[Report]:
    """Learn from the samples, and keep the best model in `task.out`.

    New strokes are taken in while learning. Ends after the epochs or the minutes of the settings, when the score has
    not risen for `patience` epochs, or when asked to stop; always with the best model so far in the folder.

    Raises
    ------
    TrainingError : there is nothing to learn from, memory ran out, or learning failed numerically.
    PictureError : a picture is constant or holds NaN; it is named.
    ModelError : pictures of different channels, or `task.start` cannot be used.
    DeviceError : a device was asked for that is not there.
    StorageError : the model cannot be written.
    """
    begun = time.monotonic()
    everything = samples.samples()
    missing = check_learnable(everything, task)
    learner = Learner(task, everything, begun, missing)
    yield learner.started()
    stopped = "done"
    for epoch in range(1, task.plan.training.epochs + 1):
        losses: list[float] = []
        for _ in range(learner.steps_per_epoch):
            if learner.must_end():
                break
            learner.take_in(samples.changed())
            report = learner.step(epoch)
            losses.append(report.loss)
            yield report
        stopped = learner.must_end()
        if stopped == "asked" and learner.has_model:
            break
        yield learner.end_epoch(epoch, losses)
        stopped = stopped or learner.must_end() or ("patience" if learner.is_patience_over else "")
        if stopped:
            break
    yield learner.finish(stopped or "done")
