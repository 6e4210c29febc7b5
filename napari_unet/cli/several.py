"""Several pictures at once, each in a process of its own that has loaded the models."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path

from napari_unet.cli.batch import Batch, Row
from napari_unet.cli.progress import Progress
from napari_unet.cli.segmenting import Done, How, Outcome, attempt, begin, follow
from napari_unet.core.cores import available_cores
from napari_unet.core.errors import UnetError, WorkerError
from napari_unet.core.model import Model, load_model

_LOADED: list[Model] = []
"""The models of this process, where it is one of several."""


def segment_several(
    models: Sequence[Path], pictures: Mapping[str, Path], how: How, progress: Progress, batch: Batch, jobs: int
) -> Outcome:
    """As `segment`, with so many pictures at once. Ctrl+C lets those under way be finished."""
    begin(models, how, progress)  # here, too, so that what is wrong with a model is said once
    return follow(_as_they_come(models, pictures, how, batch, jobs), pictures, progress, batch)


def _as_they_come(
    models: Sequence[Path], pictures: Mapping[str, Path], how: How, batch: Batch, jobs: int
) -> Iterator[Done]:
    waiting = {}
    for name, source in pictures.items():
        row = batch.done_before(name)
        if row is None:
            waiting[name] = source
        else:
            yield Done(row, batch.files(name))
    pool = partial(_pool, models, max(1, available_cores() // jobs))
    alone = []
    for name, future in _asked(pool(jobs), waiting, how, batch):
        try:
            yield future.result()
        except BrokenProcessPool:
            alone.append(name)
    for name in alone:  # one of them ends the process it is in; each has one of its own now
        for _, future in _asked(pool(1), {name: waiting[name]}, how, batch):
            yield _result(future, name)


def _pool(models: Sequence[Path], threads: int, jobs: int) -> ProcessPoolExecutor:
    # Fresh processes: a copy of this one would hang in torch's threads.
    return ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (list(models), threads))


def _asked(
    pool: ProcessPoolExecutor, pictures: Mapping[str, Path], how: How, batch: Batch
) -> Iterator[tuple[str, Future[Done]]]:
    """Pictures with what came of them, as they are finished."""
    try:
        asked = {}
        for name, source in pictures.items():
            mine = replace(how, export=batch.begin(name))
            with suppress(BrokenProcessPool), _deaf():
                asked[pool.submit(_work, name, source, mine)] = name
                continue
            asked[_broken()] = name
        for future in as_completed(asked):
            yield asked[future], future
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that begin now never hear Ctrl+C, not even while they load; we hear it a moment later."""
    if sys.platform == "win32":  # there is no such thing
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _broken() -> Future[Done]:
    """What a pool that has lost a process says of pictures it is still asked for."""
    future: Future[Done] = Future()
    future.set_exception(BrokenProcessPool())
    return future


def _result(future: Future[Done], name: str) -> Done:
    try:
        return future.result()
    except BrokenProcessPool:
        error: UnetError = WorkerError(
            f"{name} was not segmented: the process that computed it died.",
            "It needs memory for the picture and for what is said about it.",
            "Try it by itself, or with a smaller --tile; what is done is not done again.",
        )
    return Done(Row(name, warnings=(error.sentence,), state="failed"), (), error)


def _begin(models: Sequence[Path], threads: int) -> None:
    """What a process does first."""
    import torch

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all of us; the first process decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(threads)
    _LOADED[:] = [load_model(model) for model in models]


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(name: str, source: Path, how: How) -> Done:
    return attempt(_LOADED, name, source, how, lambda state: None)
