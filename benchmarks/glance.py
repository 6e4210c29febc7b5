"""How long it takes in a session until labels follow a slider: those of what is seen, and all of them."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Clock
from napari_unet.core.data import Picture
from napari_unet.core.data.cached import cache_folder
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.engine.answers import write_answer
from napari_unet.engine.client import Engine
from napari_unet.session import Session

NAME = "picture"
PATIENCE = 60.0

Part = tuple[int, int, int, int, int]
"""Plane, top, bottom, left, right: what is seen."""


@contextmanager
def shown(probability: NDArray[np.float32]) -> Iterator[Session]:
    """A session that shows a picture with this probability, (3, [Z,] Y, X), and its labels."""
    with TemporaryDirectory() as folder:
        session = Session(Engine())
        session.new_project(Path(folder) / "glance.unet", "objects", ("cell",))
        session.add_picture(Picture(NAME, (probability[:1] * 200).astype(np.uint8)), None)
        file = write_answer(cache_folder(session.need_project(), NAME), probability)
        session.need_desk().probabilities.take_file(NAME, file)
        session.labels(NAME)
        _wait(session, lambda: not session.busy)
        yield session
        session.close()


def followed(
    session: Session, part: Part, settings: list[PostprocessingSettings], clock: Clock = perf_counter
) -> tuple[float, float]:
    """Move a slider from one of these settings to the next; the median milliseconds until the labels of what is seen
    are there, and until all labels are.
    """
    session.look_at(part)
    came: list[float] = []
    first: list[float] = []
    whole: list[float] = []

    def note(_name: str) -> None:
        came.append(clock())

    session.labels_changed.connect(note)
    for one in settings:
        came.clear()
        start = clock()
        session.set_settings("postprocessing", one)
        _wait(session, lambda: not session.busy)
        first.append(1000 * (came[0] - start))
        whole.append(1000 * (came[-1] - start))
    session.labels_changed.disconnect(note)
    return statistics.median(first[1:] or first), statistics.median(whole[1:] or whole)


def positions(repeats: int, **values: float) -> list[PostprocessingSettings]:
    """Positions of a slider that goes to and fro; the first is for warming up."""
    (name, value) = next(iter(values.items()))
    base = PostprocessingSettings()
    return [dataclasses.replace(base, **{name: value + 0.01 * ((turn + 1) % 2)}) for turn in range(repeats + 1)]


def _wait(session: Session, done: Callable[[], bool]) -> None:
    end = perf_counter() + PATIENCE
    while not done():
        if perf_counter() > end:
            raise TimeoutError(f"After {PATIENCE:g} s nothing had come.")
        session.poll()
        sleep(0.001)
