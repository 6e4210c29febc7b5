"""Going through pictures again and again leaves nothing behind. Real session and layers, without a window.

How it is over hours, with window and worker, is measured: `python -m benchmarks soak`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QCoreApplication
from qtpy.QtWidgets import QApplication

from benchmarks.soaked_window import kinds_of_objects
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from napari_unet.widgets.sessions import Bench, bench_for, close_bench
from tests.conftest import DEFERRED_DELETE
from tests.patience import wait_until
from tests.session.conftest import discs, give_probability

NAMES = ("a", "b", "c")
FEW, ROUNDS = 3, 6
"""Rounds after which everything was needed once, and those that are watched."""


@pytest.fixture
def bench(qapp: object, tmp_path: Path) -> Iterator[Bench]:
    """A project of three pictures."""
    viewer, session = ViewerModel(), Session(Engine())
    bench = bench_for(viewer, session)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    for number, name in enumerate(NAMES):
        session.add_picture(discs(name, number)[0], None)
    yield bench
    close_bench(id(viewer))


def work(bench: Bench) -> None:
    """Each picture is opened, has a new answer, is painted on, accepted, and that is taken back."""
    session = bench.session
    for name in NAMES:
        bench.select(name)
        give_probability(session, name)
        rest(session)
        layer = bench.canvas.numbers("annotation")
        assert layer is not None
        layer.paint((20, 20), 3)
        layer.undo()
        bench.canvas.flush()
        session.accept(name, (slice(0, 96), slice(0, 96)))
        session.take_back()
        rest(session)


def rest(session: Session) -> None:
    """Until all is done; then Qt lets go of what it deletes later, as a window's own loop does all the time."""
    wait_until(lambda: not session.busy, session.poll, pause=0.002)
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, DEFERRED_DELETE)


def test_pictures_answers_and_accepts_leave_no_files_and_objects_behind(bench: Bench) -> None:
    errors: list[object] = []
    bench.session.failed.connect(lambda _section, error: errors.append(error))
    for _ in range(FEW):
        work(bench)
    before, opened = kinds_of_objects(), files()
    for _ in range(ROUNDS):
        work(bench)
    after = kinds_of_objects()
    assert errors == []
    assert files() <= opened
    grown = {kind: count - before.get(kind, 0) for kind, count in after.items()}
    assert {kind: more for kind, more in grown.items() if more >= ROUNDS} == {}
    assert np.array_equal(bench.session.annotation("a") > 0, np.zeros((96, 96), bool))


def files() -> int:
    return 0 if sys.platform == "win32" else psutil.Process().num_fds()
