"""What is said of a window that is closed while something runs, and that it is so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tifffile

from napari_unet.core.data import Project
from napari_unet.core.model.card import WEIGHTS
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from napari_unet.session.job import LEARNING, Job
from napari_unet.session.leaving import ENDS, LOST, PAINTED, leaving
from tests.session.conftest import discs, fill, poll
from tests.session.test_interrupted import left_behind
from tests.session.test_nothing_lost import STROKE, paint


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as made:
        yield made


def test_nothing_is_said_while_nothing_runs(session: Session) -> None:
    assert session.leaving() == ""


def test_of_a_training_is_said_after_which_epoch_it_goes_on(project: Project) -> None:
    left_behind(project, 7, "")
    sentence = leaving([Job("train", "Training")], project, "")
    assert "The best model so far is kept" in sentence
    assert "“Go on with it” takes it up after epoch 7 of 20." in sentence
    assert sentence.endswith(PAINTED)


def test_of_a_first_epoch_nothing_is_promised(project: Project) -> None:
    sentence = leaving([Job("train", "Training")], project, "")
    assert "nothing of it is kept" in sentence
    assert "Go on" not in sentence
    assert sentence.endswith(PAINTED)


def test_of_a_training_that_is_being_finished_the_model_is_kept(project: Project) -> None:
    (left_behind(project, 20, "done").parent / WEIGHTS).touch()
    assert "Its model is kept" in leaving([Job("train", "Training")], project, "")


def test_every_long_job_has_its_sentence(project: Project) -> None:
    assert set(ENDS) == {*LEARNING, "segment", "export", "add"} - {"train"}
    for kind, sentence in ENDS.items():
        assert leaving([Job(kind, "Busy")], project, "") == f"{sentence} {PAINTED}"  # type: ignore[arg-type]  # each is a kind


def test_what_is_said_of_a_training_is_so(tmp_path: Path) -> None:
    """Real worker, real files: closed in the middle, it can be gone on with where the sentence said, or later."""
    session = Session(Engine())
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    fill(session, 3, epochs=60)
    session.train()
    assert "nothing of it is kept" in session.leaving()
    poll(session, lambda: "Go on with it" in session.leaving())
    said = session.leaving()
    session.close()
    again = Session(Engine())
    again.open_project(tmp_path / "cells.unet")
    offer, models = again.broken_off, again.models
    again.close()
    assert offer is not None
    assert int(said.split("after epoch ")[1].split(" ")[0]) <= offer.epoch < offer.epochs
    assert len(models) == 1, "the best model so far"


def test_of_strokes_that_cannot_be_written_is_said_why(session: Session, tmp_path: Path) -> None:
    folder = session.need_project().folder
    session.add_picture(discs("disc0", 0)[0], None)
    session.needed.connect(lambda: paint(session, "disc0", 2))  # told only when it is needed
    folder.rename(tmp_path / "away")
    said = session.leaving()
    assert "is not in its folder any more" in said
    assert said.endswith(LOST)
    assert PAINTED not in said
    assert not folder.exists()
    (tmp_path / "away").rename(folder)
    assert session.leaving() == ""
    assert (Project.open(folder).annotation("disc0")[STROKE] == 2).all()


def test_of_a_training_too_nothing_is_promised_that_is_not_so(project: Project) -> None:
    sentence = leaving([Job("train", "Training")], project, "The disk is full.")
    assert sentence.startswith(f"The disk is full. {LOST} A training is running")
    assert PAINTED not in sentence


def test_a_list_of_pictures_that_is_being_added_is_told(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_unet.session.adding.AT_ONCE", 0.0)
    files = [tmp_path / f"{number}.tif" for number in range(3)]
    for file in files:
        tifffile.imwrite(file, discs("", 1)[0].image[0])
    session.add_files(files)
    assert session.adding is not None
    assert session.leaving() == f"{ENDS['add']} {PAINTED}"
    poll(session, lambda: not session.busy)
    assert session.leaving() == ""
