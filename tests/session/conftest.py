"""A session over the real engine, and pictures to put into it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture
from napari_unet.core.errors import UnetError
from napari_unet.session import Session
from napari_unet.session.files import fresh_file
from tests.patience import wait_until
from tests.workers import KeptEngine

Wait = Callable[[Callable[[], bool]], None]


class Told:
    """What a session told, for tests to read."""

    def __init__(self, session: Session) -> None:
        self.errors: list[tuple[str, UnetError]] = []
        self.sentences: list[str] = []
        session.failed.connect(lambda section, error: self.errors.append((section, error)))
        self.unsaid: list[str] = []
        session.said.connect(lambda section, sentence: self.sentences.append(sentence))
        session.unsaid.connect(lambda section, sentence: self.unsaid.append(sentence))


@pytest.fixture
def session(kept_engine: KeptEngine, tmp_path: Path) -> Iterator[Session]:
    """A session with a new, empty objects project."""
    session = Session(kept_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    yield session
    session.close()


@pytest.fixture(scope="session")
def learned(kept_engine: KeptEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of three complete pictures whose first model has learned from them, to be copied."""
    folder = tmp_path_factory.mktemp("learned") / "cells.unet"
    session = Session(kept_engine)
    session.new_project(folder, "objects", ("cell",))
    fill(session, 3, steps=20, rate=0.01)
    train(session, lambda true: poll(session, true))
    assert session.active_model is not None
    assert session.verdict is None, "there was nothing to compare the first one with"
    session.close()
    return folder


@pytest.fixture
def quick_session(quick_engine: KeptEngine, tmp_path: Path) -> Iterator[Session]:
    """The same over a worker whose learner only knows brightness."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    yield session
    session.close()


@pytest.fixture
def told(session: Session) -> Told:
    """Everything the session tells from now on."""
    return Told(session)


@pytest.fixture
def wait(session: Session) -> Wait:
    """Poll the session until something is true."""

    return lambda true: poll(session, true)


def poll(session: Session, true: Callable[[], bool]) -> None:
    """Poll it until something is true."""
    wait_until(true, session.poll)


def fill(session: Session, count: int, **training: object) -> None:
    """Complete pictures, and a short training of a small network."""
    for number in range(count):
        session.add_picture(*discs(f"disc{number}", number))
    small = dataclasses.replace(session.settings("network"), depth=2, width=8)
    short = {"epochs": 4, "steps": 8, "batch": 4, "patch": 64, "device": "cpu", **training}
    session.set_settings("network", small)
    session.set_settings("training", dataclasses.replace(session.settings("training"), **short))


def train(session: Session, wait: Wait) -> str:
    """Train, wait for all that follows, and return the name of the newest model."""
    session.train()
    wait(lambda: session.job is None)
    return session.models[0].name


def discs(name: str, seed: int) -> tuple[Picture, np.ndarray]:
    """A 96 x 96 picture of bright discs on noise, 0.5 µm a pixel, and its mask."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:96, :96]
    mask = np.zeros((96, 96), np.uint16)
    for number, (row, column) in enumerate([(20, 22), (20, 70), (60, 30), (70, 72)], 1):
        mask[(y - row) ** 2 + (x - column) ** 2 < random.integers(60, 120)] = number
    image = random.normal(100, 8, mask.shape) + 120 * (mask > 0)
    return Picture(name, image.astype(np.uint16)[None], (0.5, 0.5), "µm"), mask


def give_probability(session: Session, name: str) -> None:
    """A probability as the worker would leave it: a square of 0.55 with a smaller one of 0.95 in it."""
    planes = np.zeros((3, 96, 96), np.float32)
    planes[0, 30:80, 30:80] = 0.55
    planes[0, 40:60, 40:60] = 0.95
    planes[2] = planes[0]
    file = fresh_file(session.need_project(), name)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.save(file, planes)
    session.predicted(name)


def correct(session: Session, name: str, box: tuple[slice, slice], value: int) -> None:
    """Paint on the labels as napari does: in place, then tell."""
    labels = session.labels(name)
    assert labels is not None
    labels[box] = value
    session.painted(name, "labels", box, labels[box].copy())
