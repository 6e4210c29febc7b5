"""What a sitting that ended badly had painted is there again, is told, and can be taken back stroke by stroke."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture
from napari_unet.core.data.steps import Change, Classed
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from tests.session.conftest import Told


@pytest.fixture
def folder(session: Session, tmp_path: Path) -> Path:
    """A project whose window was killed after three strokes: its lock died with it, and nothing was saved."""
    session.add_picture(Picture("a", np.arange(900, dtype=np.uint16).reshape(1, 30, 30)), None)
    for number in range(3):
        box = (slice(5 * number, 5 * number + 5), slice(0, 10))
        session.annotation("a")[box] = number + 1
        session.painted("a", "annotation", box, np.full((5, 10), number + 1, np.uint16))
    session.need_project().close()
    return session.need_project().folder


def test_it_is_told_and_given_back_once(folder: Path) -> None:
    again = Session(Engine())
    told = Told(again)
    again.open_project(folder)
    assert told.sentences == [
        "Brought back 3 changes on a that were not saved yet. Ctrl+Z takes them back, one after the other."
    ]
    changes = again.recovered("a", "annotation")
    assert [change.after[0] for (change,) in changes] == [1, 2, 3]
    assert not any(change.before.any() for (change,) in changes)
    assert again.recovered("a", "annotation") == []
    assert again.recovered("a", "labels") == []
    again.close()


def test_what_was_saved_in_good_order_is_not_told(folder: Path) -> None:
    for _ in range(2):
        again = Session(Engine())
        told = Told(again)
        again.open_project(folder)
        again.close()
    assert told.sentences == []


def test_classes_of_objects_come_back_with_the_strokes_they_belong_to(session: Session, tmp_path: Path) -> None:
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    session.add_picture(Picture("a", np.arange(900, dtype=np.uint16).reshape(1, 30, 30)), None)

    def paint(row: int, number: int) -> None:
        box = (slice(row, row + 5), slice(0, 10))
        session.annotation("a")[box] = number
        session.painted("a", "annotation", box, np.full((5, 10), number, np.uint16))

    paint(0, 2)
    session.classify("a", "annotation", {2: 1}, goes_on=True)
    paint(10, 3)
    session.classify("a", "annotation", {2: 2, 3: 1})
    session.need_project().close()
    again = Session(Engine())
    told = Told(again)
    again.open_project(session.need_project().folder)
    assert told.sentences[0].startswith("Brought back 3 changes on a")
    assert again.classes("a", "annotation") == {2: 2, 3: 1}
    first, second, third = again.recovered("a", "annotation")
    assert [type(part) for part in (*first, *second, *third)] == [Change, Classed, Change, Classed]
    assert first[1] == Classed({2: 0}, {2: 1})
    assert third == [Classed({2: 1, 3: 0}, {2: 2, 3: 1})]
    again.close()
