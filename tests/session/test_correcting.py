"""What the tools of the desk would change, in planes and stacks, and which object comes next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture
from napari_unet.core.data.cached import cache_folder
from napari_unet.engine.answers import write_answer
from napari_unet.session import Session
from napari_unet.session.files import asked_file
from napari_unet.widgets.layers.counting import objects_line
from tests.session.conftest import Told
from tests.workers import KeptEngine


@pytest.fixture
def session(quick_engine: KeptEngine, tmp_path: Path) -> Iterator[Session]:
    """A flat picture and a stack, with two cells each that were taken for one, and one that stands alone."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    flat = np.zeros((40, 60), np.uint16)
    flat[10:20, 5:30], flat[25:35, 40:50] = 4, 7
    for name, labels in (("flat", flat), ("stack", np.stack([flat] * 5))):
        image = (labels[None] * 9 + np.arange(60) % 5).astype(np.uint8)
        session.add_picture(Picture(name, image), None)
        session.need_project().save_labels(name, labels)
    session.select("flat")
    yield session
    session.close()


def labels(session: Session) -> np.ndarray:
    assert session.current is not None
    found = session.labels(session.current)
    assert found is not None
    return found


def test_what_would_change_is_said_and_nothing_is_changed(session: Session) -> None:
    before = labels(session).copy()
    done = session.correction("split", [(5, 17), (25, 17)], False)
    assert done is not None
    np.testing.assert_array_equal(labels(session), before)
    assert set(np.unique(done.applied(before))) == {0, 4, 7, 8}


def test_a_tool_that_finds_nothing_says_what_to_do(session: Session, told: Told) -> None:
    assert session.correction("merge", [(0, 0), (1, 1)], False) is None
    assert told.sentences[-1] == "Draw a line across the objects that are one."
    assert session.correction("delete", [(0, 0)], False) is None
    assert "no object here" in told.sentences[-1]


def test_of_a_stack_the_plane_on_show_is_changed_or_all_of_them(session: Session) -> None:
    session.select("stack")
    here = session.correction("delete", [(2, 15, 10)], False)
    through = session.correction("delete", [(2, 15, 10)], True)
    assert here is not None
    assert through is not None
    stack = labels(session)
    assert [4 in plane for plane in here.applied(stack)] == [True, True, False, True, True]
    assert not (through.applied(stack) == 4).any()
    everywhere = session.correction("relabel", [], False)
    assert everywhere is not None
    assert set(np.unique(everywhere.applied(stack))) == {0, 1, 2}


def test_planes_between_two_are_filled(session: Session, told: Told) -> None:
    session.select("stack")
    stack = labels(session)
    stack[1:4] = 0
    done = session.between_planes((0, 15, 10))
    assert done is not None
    assert (done.applied(stack)[2] == 4).any()
    assert told.sentences[-1] == "Filled planes 2 to 4 with cell 4."
    assert session.between_planes((2, 15, 10)) is None
    assert told.sentences[-1].startswith("First click on an object")
    assert session.between_planes(None) is None
    stack[done.box] = done.values
    assert session.between_planes((2, 15, 10)) is None
    assert told.sentences[-1] == "There is no plane to fill between two that show cell 4."


def test_the_most_doubtful_comes_first_and_none_twice_before_all_were_seen(session: Session) -> None:
    told = np.where(labels(session) > 0, 0.97, 0.03)
    told[labels(session) == 7] = 0.55
    file = write_answer(cache_folder(session.need_project(), "flat"), told[None].astype(np.float32))
    session.need_desk().probabilities.take_file("flat", file)
    order = [session.next_unsure() for _ in range(3)]
    assert [found.number for found in order if found] == [7, 4, 7]


def test_an_object_is_described_in_a_line(session: Session) -> None:
    assert session.object_line((15, 10)).startswith("cell 4 · 250 px · mean ")
    assert session.object_line((15, 10)).endswith("corrected")
    session.accept(str(session.current), None)
    assert session.object_line((15, 10)).endswith("accepted")
    assert session.object_line((0, 0)) == session.object_line((500, 0)) == session.object_line((1, 1, 1)) == ""


def test_what_is_followed_through_time_is_told_as_it_is_at_this_time_point(session: Session) -> None:
    cell = np.zeros((3, 40, 60), np.uint16)
    cell[0, :10, :10] = cell[1, :10, :20] = 4
    cell[2, :2, :2] = 9
    film = Picture("film", (cell[None] * 9).astype(np.uint8), axes="CTYX")
    session.add_picture(film, None)
    session.need_project().save_labels("film", cell)
    session.select("film")
    assert session.object_line((1, 5, 5)).startswith("cell 4 · 200 px · mean 36 · ")
    assert objects_line(cell, film, "cell", None) == "2 cells, median 100 px"


def test_a_number_beyond_the_classes_of_regions_is_a_number(session: Session, tmp_path: Path) -> None:
    session.new_project(tmp_path / "leaves.unet", "regions", ("leaf",))
    session.add_picture(Picture("flat", np.ones((1, 40, 60), np.uint8)), None)
    session.need_project().save_labels("flat", np.full((40, 60), 2, np.uint16))
    session.select("flat")
    assert session.object_line((5, 5)).startswith("number 2 · ")


def test_without_labels_there_is_nothing_to_correct(session: Session, told: Told) -> None:
    session.add_picture(Picture("bare", np.arange(600, dtype=np.uint16).reshape(1, 20, 30)), None)
    session.select("bare")
    assert session.correction("delete", [(1, 1)], False) is None
    section, error = told.errors[-1]
    assert section == "segment"
    assert "no labels to correct" in error.sentence


def test_planes_of_a_film_of_stacks_are_filled_at_the_time_point_on_show(session: Session, told: Told) -> None:
    film = np.zeros((2, 3, 40, 60), np.uint16)
    film[:, ::2, 10:20, 5:30] = 4
    session.add_picture(Picture("film", (film[None] * 9 + 1).astype(np.uint8), axes="CTZYX"), None)
    session.need_project().save_labels("film", film)
    session.select("film")
    done = session.between_planes((1, 2, 15, 10))
    assert done is not None
    filled = done.applied(film)
    assert (filled[1, 1] == 4).any()
    assert not filled[0, 1].any()
    assert told.sentences[-1] == "Filled plane 2 with cell 4 at time 2."


def test_time_points_are_no_planes_to_fill(session: Session, told: Told) -> None:
    film = np.zeros((3, 40, 60), np.uint16)
    film[::2, 10:20, 5:30] = 4
    session.add_picture(Picture("film", (film[None] * 9 + 1).astype(np.uint8), axes="CTYX"), None)
    session.need_project().save_labels("film", film)
    session.select("film")
    assert session.between_planes((0, 15, 10)) is None
    assert "time points" in told.sentences[-1]


def test_the_line_says_where_an_object_came_from(session: Session) -> None:
    asked_file(session.need_project(), "flat").parent.mkdir(parents=True, exist_ok=True)
    asked_file(session.need_project(), "flat").write_text("strokes, from cells", encoding="utf-8")
    session.current_changed.emit()
    assert session.object_line((15, 10)).endswith("corrected, of strokes, from cells")
    session.accept("flat", None)
    assert session.object_line((15, 10)).endswith("corrected and accepted, of strokes, from cells")
