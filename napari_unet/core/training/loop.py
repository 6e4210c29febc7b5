"""The training loop: a generator of reports."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import suppress

from napari_unet.core.data.sample import Sample, TrainingSet
from napari_unet.core.errors import UnetError
from napari_unet.core.inference.device import pick_device
from napari_unet.core.training.beginning import check_learnable
from napari_unet.core.training.continuing import restore
from napari_unet.core.training.distributed import Ranks, processes
from napari_unet.core.training.ending import along, finish
from napari_unet.core.training.foreseeing import before_start
from napari_unet.core.training.interrupting import Stopped
from napari_unet.core.training.judging.trouble import before
from napari_unet.core.training.learner import Learner
from napari_unet.core.training.report import Report
from napari_unet.core.training.resuming import State, as_begun, check_resumable, load_state
from napari_unet.core.training.starting import begin
from napari_unet.core.training.task import TrainingTask


def train(samples: TrainingSet, task: TrainingTask) -> Generator[Report]:
    """Learn from the samples, and keep the best model in `task.out`.

    New strokes are taken in while learning. Ends after the epochs or the minutes of the settings, when the score has
    not risen for `patience` epochs, or when asked to stop; always with the best model so far in the folder.

    Started by `torchrun`, several processes learn one model together; the first of them reports, the others only end.

    Raises
    ------
    TrainingError : there is nothing to learn from or to go on with, memory ran out, or learning failed numerically.
    PictureError : a picture is constant or holds NaN; it is named.
    ModelError : pictures of different channels, or `task.start` cannot be used.
    DeviceError : a device was asked for that is not there, or a precision that it cannot compute in.
    StorageError : the model cannot be written.
    """
    begun = time.monotonic()
    state = load_state(task.out) if task.resume else None
    if state:
        task = as_begun(state, task)
    with processes(pick_device(task.plan.training.device)) as ranks:
        learner = _begun(samples, task, begun, ranks, state)
        for report in _learning(samples, learner):
            if ranks.leads:
                yield report
        ranks.wait()
        if not ranks.leads:
            yield along(learner)


def _begun(samples: TrainingSet, task: TrainingTask, begun: float, ranks: Ranks, state: State | None) -> Learner:
    everything = samples.samples()
    check_learnable(everything, task)
    if state:
        check_resumable(state, task, everything)
    learner = Learner(begin(task, everything, ranks, state), begun)
    if state:
        restore(learner, state)
    elif ranks.leads:
        learner.keeping.clear()
    learner.notice(before(everything, learner.division, task.kind, task.class_names))
    return learner


def _learning(samples: TrainingSet, learner: Learner) -> Generator[Report]:
    yield learner.started()
    yield from learner.told()
    if learner.ranks.leads:
        yield before_start(learner)
    stopped = ""
    for epoch in range(learner.epoch + 1, learner.settings.epochs + 1):
        stopped = yield from _epoch(samples, learner, epoch)
        if stopped:
            break
    if learner.ranks.leads:
        yield from finish(learner, stopped or "done")


def _epoch(samples: TrainingSet, learner: Learner, epoch: int) -> Generator[Report, None, str]:
    """One epoch. Returns why learning must end after it, or nothing."""
    losses: list[float] = []
    stopped = ""
    while not learner.is_epoch_over and not stopped:
        stopped = learner.must_end()
        if not stopped:
            learner.take_in(_painted(samples))
            try:
                report = learner.step(epoch)
            except Stopped:
                stopped = "asked"
            else:
                losses.append(report.loss)
                yield report
                yield from learner.told()
    stopped = stopped or learner.must_end()
    if stopped == "asked" and learner.epoch:
        return stopped
    yield learner.end_epoch(epoch, losses)
    yield from learner.told()
    return stopped or learner.must_end() or learner.patience_over()


def _painted(samples: TrainingSet) -> Sequence[Sample]:
    """What was painted since. What cannot be read now must not end this training; the next one says what is wrong."""
    with suppress(UnetError, OSError):
        return samples.changed()
    return ()
