"""The session holds the whole journey together, without a window."""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import tifffile

from napari_unet.core.errors import ModelError, ProjectError, StorageError, WorkerError
from napari_unet.core.training.report import Closing
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from napari_unet.session.job import Job
from napari_unet.session.learning import NOTHING
from tests.session.conftest import Told, Wait, correct, discs, fill, give_probability


def test_journey_from_pictures_to_masks(session: Session, told: Told, wait: Wait, tmp_path: Path) -> None:
    torch_was_here = "torch" in sys.modules  # other tests of this run may have brought it
    fill(session, 3)
    session.add_picture(discs("new", 3)[0], None)
    session.train()
    wait(lambda: session.job is None)
    assert told.errors == []
    assert session.active_model is not None
    assert session.curve.steps

    session.segment(None)
    wait(lambda: not session.busy)
    wait(lambda: session.labels("new") is not None)
    labels = session.labels("new")
    assert labels is not None
    assert labels.shape == (96, 96)
    assert all(row.predicted for row in session.pictures)

    session.export(None, tmp_path / "masks", False)
    wait(lambda: not session.busy)
    assert told.errors == []
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "masks" / "new.tif"), session.labels("new"))
    # Of a complete picture, what was painted is the truth.
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "masks" / "disc0.tif"), discs("disc0", 0)[1])
    assert ("torch" in sys.modules) is torch_was_here


def test_slider_recleans_without_the_worker_and_last_position_wins(session: Session, wait: Wait) -> None:
    fill(session, 1)
    give_probability(session, "disc0")
    for threshold in (0.2, 0.4, 0.6, 0.9):
        session.set_settings(
            "postprocessing", dataclasses.replace(session.settings("postprocessing"), threshold=threshold)
        )
    wait(lambda: not session.busy)
    labels = session.labels("disc0")
    assert labels is not None
    assert np.count_nonzero(labels) == 20 * 20  # the square that is above 0.9 and no lower one
    assert session.job is None


def test_corrections_survive_sliders_and_become_annotation(session: Session, told: Told, wait: Wait) -> None:
    fill(session, 1)
    give_probability(session, "disc0")
    session.labels("disc0")
    wait(lambda: not session.busy)
    correct(session, "disc0", (slice(80, 90), slice(80, 90)), 9)
    session.set_settings("postprocessing", dataclasses.replace(session.settings("postprocessing"), threshold=0.9))
    wait(lambda: not session.busy)
    labels = session.labels("disc0")
    assert labels is not None
    assert (labels[80:90, 80:90] == 9).all()
    assert any("corrections" in sentence for sentence in told.sentences)

    session.accept("disc0", None)
    assert (session.annotation("disc0")[80:90, 80:90] == 10).all()
    origin = session.need_project().record("disc0").origin[-1]
    assert origin.how == "corrected"

    session.take_back()
    assert not (session.annotation("disc0") == 10).any()
    assert session.complete("disc0")


def test_accepting_a_rectangle_keeps_numbers_apart(session: Session, wait: Wait) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    session.painted("disc0", "annotation", (slice(0, 4), slice(0, 4)), np.full((4, 4), 2, np.uint16))
    give_probability(session, "disc0")
    session.labels("disc0")
    wait(lambda: not session.busy)
    session.accept("disc0", (slice(20, 96), slice(20, 96)))
    annotation = session.annotation("disc0")
    assert (annotation[:4, :4] == 2).all()
    assert not (annotation[20:, 20:] == 2).any()
    assert (annotation[20:, 20:] > 0).all()
    assert not session.complete("disc0")


def test_a_person_decides_which_complete_picture_measures(session: Session, told: Told) -> None:
    for seed in range(3):
        session.add_picture(*discs(f"disc{seed}", seed))
    session.keep_for_measuring("disc1", True)
    assert [row.validation for row in session.pictures] == [False, True, False]
    session.need_project().decide_validation(0.3)
    assert [row.validation for row in session.pictures] == [False, True, False]
    session.keep_for_measuring("disc1", False)
    assert not any(row.validation for row in session.pictures)
    assert any("is learned from in the next training" in sentence for sentence in told.sentences)

    session.add_picture(discs("empty", 5)[0], None)
    session.keep_for_measuring("empty", True)
    assert "is not complete" in told.errors[-1][1].what


def test_strokes_are_on_disk_when_painted_returns(session: Session) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    session.painted("disc0", "annotation", (slice(5, 9), slice(5, 9)), np.full((4, 4), 3, np.uint16))
    folder = session.need_project().folder
    again = Session(Engine())
    again.open_project(folder)  # a second window: may look, and sees what was painted without any save
    assert (again.annotation("disc0")[5:9, 5:9] == 3).all()
    assert again.read_only
    again.close()


def test_worker_killed_while_training_is_told_and_training_goes_again(session: Session, told: Told, wait: Wait) -> None:
    fill(session, 2)
    session.set_settings("training", dataclasses.replace(session.settings("training"), epochs=500))
    session.train()
    wait(lambda: bool(session.curve.epochs))
    living = (child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE)
    (worker,) = (child for child in living if "napari_unet.engine.worker" in child.cmdline())
    worker.kill()
    wait(lambda: session.job is None)
    assert [type(error) for _, error in told.errors] == [WorkerError]
    assert [row.state for row in session.pictures] == ["complete", "complete"]
    assert session.active_model is not None
    assert any("best model so far is kept" in sentence for sentence in told.sentences)

    session.set_settings("training", dataclasses.replace(session.settings("training"), epochs=1))
    session.train()
    wait(lambda: session.job is None)
    assert len(told.errors) == 1
    assert session.active_model is not None


def test_opening_another_project_lets_go_of_the_training(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    fill(session, 2)
    session.set_settings("training", dataclasses.replace(session.settings("training"), epochs=500))
    session.train()
    wait(lambda: bool(session.curve.steps))
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    assert session.job is None
    session.add_picture(*discs("disc0", 0))
    session.set_settings("training", dataclasses.replace(session.settings("training"), epochs=1, steps=1, patch=64))
    session.train()
    wait(lambda: session.job is None)
    assert told.errors == []
    assert [row.folder.parent.parent.name for row in session.models] == ["other.unet"]


def test_stop_keeps_the_best_model(session: Session, told: Told, wait: Wait) -> None:
    fill(session, 2)
    session.set_settings("training", dataclasses.replace(session.settings("training"), epochs=500))
    session.train()
    wait(lambda: bool(session.curve.steps))
    session.stop()
    wait(lambda: session.job is None)
    assert told.errors == []
    assert session.active_model is not None
    assert any(sentence.startswith("Stopped") for sentence in told.sentences)


@pytest.mark.parametrize(
    ("ask", "section", "kind"),
    [
        (lambda session, folder: session.segment(None), "segment", ModelError),
        (lambda session, folder: session.take_back(), "segment", ProjectError),
        (lambda session, folder: session.accept("disc0", None), "segment", ProjectError),
        (lambda session, folder: session.open_project(folder), "project", ProjectError),
    ],
)
def test_what_cannot_be_done_is_told_in_its_section(session, told, tmp_path, ask, section, kind) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    session.set_start(NOTHING)
    ask(session, tmp_path)
    assert [(where, type(error)) for where, error in told.errors] == [(section, kind)]


def test_export_never_overwrites_unasked(session: Session, told: Told, wait: Wait, tmp_path: Path) -> None:
    fill(session, 1)
    (tmp_path / "disc0.tif").write_bytes(b"somebody's work")
    session.export(None, tmp_path, False)
    assert [type(error) for _, error in told.errors] == [StorageError]
    assert (tmp_path / "disc0.tif").read_bytes() == b"somebody's work"
    session.export(None, tmp_path, True)
    wait(lambda: not session.busy)
    assert tifffile.imread(tmp_path / "disc0.tif").shape == (96, 96)


def test_what_follows_the_learning_says_what_it_is_and_how_far(session: Session) -> None:
    session.jobs.job = Job("train", "Training · epoch 2 · step 40 of 40", 1.0)
    session.jobs._report(Closing("Comparing with the models before it"))
    time.sleep(0.02)
    session.jobs._report(Closing("Comparing with the models before it", 0.5))
    job = session.job
    assert job is not None
    assert (job.kind, job.text, job.done) == ("train", "Comparing with the models before it", 0.5)
    assert 0 < job.seconds_left < 1
    session.jobs.job = None
