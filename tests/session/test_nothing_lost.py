"""What a person painted, corrected or accepted is still there after whatever happens next."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np

from napari_unet.core.data import Project
from napari_unet.core.errors import StorageError
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, correct, discs, give_probability

BOX = (slice(80, 90), slice(80, 90))
STROKE = (slice(2, 6), slice(2, 6))


def cleaned(session: Session, wait: Wait, name: str = "disc0") -> None:
    """A picture without annotation, with labels the program computed."""
    session.add_picture(discs(name, 0)[0], None)
    give_probability(session, name)
    session.labels(name)
    wait(lambda: not session.busy)


def paint(session: Session, name: str, value: int, box: tuple[slice, slice] = STROKE) -> None:
    """Paint on the annotation as napari does: in place, then tell."""
    session.annotation(name)[box] = value
    session.painted(name, "annotation", box, session.annotation(name)[box].copy())


def test_taking_back_brings_the_corrections_back(session: Session, told: Told, wait: Wait) -> None:
    cleaned(session, wait)
    correct(session, "disc0", BOX, 9)
    session.accept("disc0", None)
    session.set_settings("postprocessing", dataclasses.replace(session.settings("postprocessing"), threshold=0.9))
    wait(lambda: not session.busy)
    session.take_back()
    session.poll()
    labels = session.labels("disc0")
    assert labels is not None
    assert (labels[BOX] == 9).all()
    saved = session.need_project().labels("disc0")
    assert saved is not None
    assert (saved[BOX] == 9).all()
    assert told.errors == []


def test_taking_back_keeps_what_was_painted_since(session: Session, wait: Wait) -> None:
    cleaned(session, wait)
    paint(session, "disc0", 2)
    session.accept("disc0", None)
    paint(session, "disc0", 77, BOX)
    session.take_back()
    annotation = session.annotation("disc0")
    assert (annotation[BOX] == 77).all()
    assert (annotation[STROKE] == 2).all()
    assert np.count_nonzero(annotation) == 100 + 16
    np.testing.assert_array_equal(session.need_project().annotation("disc0"), annotation)


def test_taking_a_rectangle_back_leaves_the_tick_that_was_set_since(session: Session, wait: Wait) -> None:
    cleaned(session, wait)
    session.accept("disc0", (slice(20, 60), slice(20, 60)))
    session.set_complete("disc0", True)
    session.take_back()
    assert session.complete("disc0")
    assert session.need_project().record("disc0").origin == ()


def test_an_accept_that_cannot_be_written_changes_nothing(session: Session, told: Told, wait: Wait) -> None:
    cleaned(session, wait)
    paint(session, "disc0", 2)
    before = session.annotation("disc0")
    file = session.need_project().folder / "pictures" / "disc0" / "annotation.tif"
    file.mkdir()  # nothing can be renamed over a folder
    session.accept("disc0", None)
    assert [type(error) for _, error in told.errors] == [StorageError]
    assert session.annotation("disc0") is before
    assert not session.complete("disc0")
    file.rmdir()
    session.take_back()
    assert len(told.errors) == 2  # there is nothing to take back
    assert (session.annotation("disc0")[STROKE] == 2).all()


def test_a_first_correction_that_could_not_be_written_is_written_later(
    session: Session, told: Told, wait: Wait
) -> None:
    cleaned(session, wait)
    file = session.need_project().folder / "pictures" / "disc0" / "labels.tif"
    file.mkdir()
    correct(session, "disc0", BOX, 9)
    assert [type(error) for _, error in told.errors] == [StorageError]
    file.rmdir()
    session.add_picture(discs("disc1", 1)[0], None)
    session.select("disc1")
    saved = session.need_project().labels("disc0")
    assert saved is not None
    assert (saved[BOX] == 9).all()
    assert saved[50, 50] > 0  # the labels it was made on, too


def test_a_correction_while_new_labels_are_computed_stays(session: Session, told: Told, wait: Wait) -> None:
    cleaned(session, wait)
    shown = session.labels("disc0")
    assert shown is not None
    give_probability(session, "disc0")  # the picture was segmented again; the old labels are still on the canvas
    shown[BOX] = 9
    session.painted("disc0", "labels", BOX, shown[BOX].copy())
    wait(lambda: not session.busy)
    labels = session.labels("disc0")
    assert labels is not None
    assert (labels[BOX] == 9).all()
    assert told.errors == []


def test_strokes_not_yet_told_reach_the_project_that_is_closed(session: Session, told: Told, tmp_path: Path) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    waiting = [(session.annotation("disc0"), 5)]

    def tell() -> None:
        while waiting:
            paint(session, "disc0", waiting.pop()[1])

    session.needed.connect(tell)
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    assert (Project.open(tmp_path / "cells.unet").annotation("disc0")[STROKE] == 5).all()
    assert told.errors == []


def test_a_project_that_is_opened_again_can_still_be_painted_in(session: Session, told: Told) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    paint(session, "disc0", 5)
    session.open_project(session.need_project().folder)
    assert not session.read_only
    assert (session.annotation("disc0")[STROKE] == 5).all()
    paint(session, "disc0", 6)
    assert told.errors == []


def test_a_project_that_cannot_be_saved_is_let_go_all_the_same(session: Session, told: Told, tmp_path: Path) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    paint(session, "disc0", 5)
    file = tmp_path / "cells.unet" / "pictures" / "disc0" / "annotation.tif"
    file.mkdir()
    session.close()
    assert [type(error) for _, error in told.errors] == [StorageError]
    file.rmdir()
    again = Project.open(tmp_path / "cells.unet")
    assert not again.read_only
    assert (again.annotation("disc0")[STROKE] == 5).all()


def test_a_new_picture_inherits_nothing_of_a_removed_one(session: Session, told: Told, wait: Wait) -> None:
    cleaned(session, wait)
    correct(session, "disc0", BOX, 9)
    session.accept("disc0", (slice(0, 50), slice(0, 50)))
    correct(session, "disc0", BOX, 8)
    session.remove("disc0")
    session.add_picture(discs("disc0", 3)[0], None)
    (row,) = session.pictures
    assert (row.state, row.predicted, row.objects) == ("unlabelled", False, 0)
    assert session.labels("disc0") is None
    assert session.probability("disc0") is None
    session.take_back()
    assert not session.annotation("disc0").any()
    assert len(told.errors) == 1  # there is nothing to take back


def test_a_cache_that_was_emptied_is_no_loss(session: Session, told: Told, wait: Wait) -> None:
    cleaned(session, wait)
    correct(session, "disc0", BOX, 9)
    session.add_picture(discs("disc1", 1)[0], None)
    session.select("disc1")
    shutil.rmtree(session.need_project().folder / "cache")
    session.select("disc0")
    session.discard_corrections()
    assert session.labels("disc0") is None
    assert session.probability("disc0") is None
    assert told.errors == []
