"""All pictures as a table, and several changed at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import ProjectSet
from napari_unet.core.training.report import Unseen
from napari_unet.session import Session
from tests.session.conftest import Told, discs, poll
from tests.workers import KeptEngine


@pytest.fixture
def session(quick_engine: KeptEngine, tmp_path: Path) -> Iterator[Session]:
    """Two complete pictures, one with strokes, one bare; and a copy of the first."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    for number in range(2):
        session.add_picture(*discs(f"whole{number}", number))
    for name, seed in (("strokes", 7), ("bare", 8), ("copy", 0)):
        session.add_picture(discs(name, seed)[0], None)
    session.painted("strokes", "annotation", (slice(0, 48), slice(0, 96)), np.full((48, 96), 2, np.uint16))
    yield session
    session.close()


def test_a_row_tells_all_there_is_to_know(session: Session) -> None:
    session._active = "first"
    session._unseen = Unseen("models/first", "ap50", per_picture={"whole1": 0.75}, beside={"strokes": 0.5})
    rows = {row.picture.name: row for row in session.table}
    assert {name: row.labelled for name, row in rows.items()} == {
        "whole0": 1.0,
        "whole1": 1.0,
        "strokes": 0.5,
        "bare": 0.0,
        "copy": 0.0,
    }
    assert {name: row.set for name, row in rows.items() if row.picture.state == "unlabelled"} == {
        "bare": "left out",
        "copy": "left out",
    }
    assert rows["whole0"].picture.objects == 4
    assert (rows["whole1"].score, rows["strokes"].score, rows["whole0"].score) == (0.75, 0.5, None)
    assert "the same picture as copy" in rows["whole0"].origin


def test_several_are_marked_as_complete_but_none_that_is_bare(session: Session, told: Told) -> None:
    session.set_all_complete(["strokes", "bare"])
    assert (session.complete("strokes"), session.complete("bare")) == (True, False)
    assert told.sentences[-1] == (
        "1 picture marked as complete. 1 picture with nothing painted stayed as before: paint something first."
    )


def test_several_are_kept_for_measuring_and_learned_from_again(session: Session, told: Told) -> None:
    session.keep_all_for_measuring(["whole0", "whole1", "strokes"], True)
    assert [row.set for row in session.table][:3] == ["validation", "validation", "training"]
    assert told.sentences[-1] == "2 pictures measure models from now on. 1 picture not complete stayed as before."
    session.keep_all_for_measuring(["whole0"], False)
    assert told.sentences[-1] == "1 picture is learned from in the next training."


def test_several_are_kept_for_testing_or_left_out_and_used_again(session: Session, told: Told) -> None:
    session.set_aside(["whole0"], "test")
    assert told.sentences[-1] == (
        "1 picture is kept for testing: no model learns from it or is chosen by it from now on; those that have are "
        "not tested on it."
    )
    session.set_aside(["strokes", "whole1"], "left out")
    assert told.sentences[-1].startswith("2 pictures are left out: no model learns from them")
    assert [row.set for row in session.table][:3] == ["test", "left out", "left out"]
    session.open_project(session.need_project().folder)
    assert [row.set for row in session.table][:3] == ["test", "left out", "left out"]
    assert not ProjectSet(session.need_project().folder).samples()
    session.keep_all_for_measuring(["whole0"], True)
    session.keep_all_for_measuring(["strokes", "whole1"], False)
    assert [row.set for row in session.table][:3] == ["validation", "training", "training"]
    assert told.sentences[-1] == "2 pictures are learned from in the next training."


def test_several_are_removed_and_one_that_stays_is_shown(session: Session) -> None:
    session.select("whole1")
    session.remove_all(["whole1", "strokes", "copy"])
    assert session.need_project().names() == ("whole0", "bare")
    assert session.current == "whole0"
    session.remove_all(["whole0", "bare"])
    assert session.current is None
    assert session.pictures == ()


def test_what_was_painted_goes_along_into_the_trash(session: Session) -> None:
    session.remove_all(["strokes"])
    (kept,) = (session.need_project().folder / "trash").glob("*/strokes/annotation.tif")
    assert kept.exists()


def wait_for_doubts(session: Session, name: str) -> None:
    session.want_doubts(True)
    poll(session, lambda: session.doubts(name) is not None)


def test_what_looks_wrong_is_found_in_the_background_and_put_away_for_good(session: Session, told: Told) -> None:
    annotation = session.annotation("whole0")
    box = slice(90, 92), slice(90, 92)
    annotation[box] = 77
    session.painted("whole0", "annotation", box, annotation[box].copy())
    session._last_stroke = 0.0  # it would wait for the hand to rest
    wait_for_doubts(session, "whole0")
    assert [(one.reason, one.number) for one in session.doubts("whole0") or ()] == [("crumb", 76)]
    session.clear_doubts(["whole0"])
    assert session.doubts("whole0") == ()
    assert told.sentences[-1] == "1 doubt put away. What is painted over is looked at anew."
    folder = session.need_project().folder
    session.open_project(folder)
    wait_for_doubts(session, "whole0")
    assert session.doubts("whole0") == ()


def test_notes_are_kept_with_the_pictures(session: Session) -> None:
    session.set_note(["whole0", "bare"], " out of focus ")
    session.open_project(session.need_project().folder)
    notes = {row.picture.name: row.note for row in session.table}
    assert notes == {"whole0": "out of focus", "bare": "out of focus", "whole1": "", "strokes": "", "copy": ""}
