"""A new model never replaces a better one in silence, and a broken-off training is not lost. Real engine."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import psutil
import pytest

from napari_unet.core.model.card import RESUME, WEIGHTS
from napari_unet.core.model.shipped import shipped_model
from napari_unet.core.training.report import Compared, Finished, Noticed, Standing
from napari_unet.engine.client import Engine
from napari_unet.engine.messages import Compare
from napari_unet.session import Session
from napari_unet.session.job import Job
from tests.session.conftest import Told, Wait, discs, fill, train


def shuffle_labels(session: Session) -> None:
    """Paint all that is learned from anew: cells where there is nothing, and nothing where cells are."""
    project = session.need_project()
    for name in project.names():
        if not project.record(name).validation:
            annotation = session.annotation(name)
            wrong = np.where(annotation > 1, 1, 2).astype(annotation.dtype)
            session.painted(name, "annotation", (slice(0, 96), slice(0, 96)), wrong)


def kill_worker() -> None:
    (worker,) = (child for child in psutil.Process().children() if "napari_unet.engine.worker" in child.cmdline())
    worker.kill()


def test_a_model_that_came_along_and_is_better_is_the_one_that_segments(session: Session, told: Told) -> None:
    session.add_picture(*discs("disc", 0))
    project, start = session.need_project(), shipped_model("nuclei")
    poor = project.new_model_folder("poor")
    shutil.copytree(start, poor)
    standings = (Standing(str(poor), poor.name, 0.1, {}), Standing(str(start), "nuclei", 0.9, {}))
    session.trained(
        Finished(str(poor), 1, 1.0, {}), Compared(standings, str(start), 1, "Worse than nuclei; nuclei is kept.")
    )
    assert told.errors == []
    assert session.active_model is not None
    assert session.active_model.folder != poor
    assert (session.active_model.folder / WEIGHTS).read_bytes() == (start / WEIGHTS).read_bytes()
    assert session.verdict is not None
    assert session.verdict.worse, "and one click takes the new one anyway"
    assert session.verdict.sentence.endswith(f"It is {session.active_model.title} of this project from now on.")
    session.take_anyway()
    assert session.active_model.folder == poor


@pytest.fixture
def good(session: Session, learned: Path, tmp_path: Path) -> str:
    """The only model of the project, and the active one: it has learned from right labels."""
    session.open_project(shutil.copytree(learned, tmp_path / "learned.unet"))
    (model,) = session.models
    assert session.active_model == model
    return model.name


def test_training_on_shuffled_labels_leaves_the_old_model_active(
    session: Session, good: str, told: Told, wait: Wait
) -> None:
    shuffle_labels(session)
    session.set_start("none")
    bad = train(session, wait)
    assert told.errors == []
    assert bad != good
    assert session.active_model.name == good
    assert session.start == good
    assert session.verdict is not None
    assert session.verdict.worse
    assert good not in session.verdict.sentence, "a person knows models by their titles, not by their folders"

    session.take_anyway()
    assert session.active_model.name == bad
    assert session.verdict.taken
    session.go_back()
    assert session.active_model.name == good
    assert not session.verdict.taken


def test_a_killed_training_leaves_the_better_model_active_and_can_be_gone_on_with(
    session: Session, good: str, told: Told, wait: Wait
) -> None:
    shuffle_labels(session)
    session.set_start("none")
    session.set_settings("training", dataclasses.replace(session.settings("training"), epochs=6, steps=20))
    session.train()
    wait(lambda: len(session.curve.epochs) >= 2)
    kill_worker()
    wait(lambda: bool(told.errors) and session.job is None)
    assert session.active_model is not None
    assert session.active_model.name == good, "what was left behind was compared"
    assert session.broken_off is not None
    assert 2 <= session.broken_off.epoch < session.broken_off.epochs == 6

    folder, offer = session.need_project().folder, session.broken_off
    session.close()
    again = Session(Engine())
    again.open_project(folder)
    assert again.broken_off == offer, "the offer outlives the window"
    again.close()
    session.open_project(folder)

    session.resume()
    assert session.broken_off is None
    wait(lambda: session.job is None)
    assert len(told.errors) == 1
    assert session.broken_off is None
    assert len(session.models) == 2


def test_a_training_that_was_stopped_by_the_person_is_not_offered(session: Session, wait: Wait) -> None:
    fill(session, 2, epochs=50, steps=2, batch=1)
    session.train()
    wait(lambda: bool(session.curve.epochs))
    session.stop()
    wait(lambda: session.job is None)
    assert session.broken_off is None
    assert session.active_model is not None


def test_an_offer_needs_a_state_to_go_on_from(session: Session, wait: Wait) -> None:
    fill(session, 2, epochs=50, steps=2, batch=1)
    session.train()
    wait(lambda: bool(session.curve.epochs))
    kill_worker()
    wait(lambda: session.job is None)
    assert session.broken_off is not None
    folder = session.need_project().folder
    (folder / "models" / session.broken_off.name / RESUME).unlink()
    session.open_project(folder)
    assert session.broken_off is None


@pytest.fixture
def two_models(session: Session, wait: Wait) -> tuple[str, str]:
    """An older and a newer model, the newer one active; it is a copy, for nothing is measured here."""
    fill(session, 2, epochs=1, steps=2, batch=1)
    older = train(session, wait)
    newer = f"{older}-2"
    shutil.copytree(session.models[0].folder, session.models[0].folder.with_name(newer))
    session.activate(newer)
    assert [row.name for row in session.models] == [newer, older]
    return older, newer


def verdict_of(session: Session, new: str, better: str) -> None:
    """End a training of `new` as the worker would, with a comparison."""
    folders = {row.name: str(row.folder) for row in session.models}
    standings = tuple(Standing(folder, name, 0.5) for name, folder in folders.items())
    session._training = new
    compared = Compared(standings, folders[better], 3, f"{new} is worse than {better}.")
    session.trained(Finished(folders[new], 1, 1.0, {}), compared)


def test_a_better_model_is_quietly_active(session: Session, two_models: tuple[str, str]) -> None:
    older, newer = two_models
    verdict_of(session, new=older, better=older)
    assert session.active_model is not None
    assert session.active_model.name == older
    assert session.verdict is not None
    assert not session.verdict.worse
    del newer


def test_choosing_a_model_oneself_ends_the_verdict(session: Session, two_models: tuple[str, str]) -> None:
    older, newer = two_models
    verdict_of(session, new=newer, better=older)
    assert session.verdict is not None
    session.activate(newer)
    assert session.verdict is None


def test_the_best_model_stays_a_rival_after_a_worse_one_was_taken(
    session: Session, two_models: tuple[str, str]
) -> None:
    older, newer = two_models
    verdict_of(session, new=newer, better=older)
    session.take_anyway()
    session._training = ""
    assert {rival.name for rival in session.rivals()} == {older, newer}


def test_nothing_that_was_noticed_is_lost(session: Session) -> None:
    for sentence in ("The labels differ.", "Few objects measure.", "The labels differ."):
        session.reported("train", Noticed("labels", sentence))
    assert session.notices == ("The labels differ.", "Few objects measure.")


def test_a_window_that_only_looks_offers_nothing(session: Session, wait: Wait) -> None:
    fill(session, 2, epochs=50, steps=2, batch=1)
    session.train()
    wait(lambda: bool(session.curve.epochs))
    kill_worker()
    wait(lambda: session.job is None)
    assert session.broken_off is not None
    looking = Session(Engine())
    looking.open_project(session.need_project().folder)
    assert looking.read_only
    assert looking.broken_off is None
    looking.close()


@pytest.fixture
def stopped(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[Compare]:
    """The first training of a project, from a model that came along, was stopped. What is asked of the worker since."""
    fill(session, 1)
    asked: list[Compare] = []
    monkeypatch.setattr(session.jobs, "learn", lambda kind, command, text: asked.append(command))
    session.set_start("nuclei")
    session.train()
    out = session.need_project().folder / "models" / session._training
    shutil.copytree(shipped_model("nuclei"), out)
    asked.clear()
    session.trained(Finished(str(out), 1, 1.0, {}, "asked"), None)
    session.set_start("none")  # which says nothing of what it began from
    session.ended(Job("train", "Training"))
    return asked


def test_a_stopped_training_is_compared_with_what_it_began_from(session: Session, stopped: list[Compare]) -> None:
    assert session.active_model is None, "it is not known yet whether it is any better"
    assert [command.rivals for command in stopped] == [(str(shipped_model("nuclei")),)]
    new, start = stopped[0].model, str(shipped_model("nuclei"))
    standings = (Standing(new, "new", 0.1), Standing(start, "nuclei", 0.9))
    session.reported("compare", Compared(standings, start, 1, "Worse than nuclei; nuclei is kept."))
    assert session.active_model is not None
    assert str(session.active_model.folder) != new
    assert session.verdict is not None
    assert session.verdict.worse


@pytest.mark.parametrize("end", ["stopped", "died"])
def test_the_only_model_is_active_when_nothing_could_be_compared(
    session: Session, stopped: list[Compare], end: str
) -> None:
    (session.ended if end == "stopped" else session.lost)(Job("compare", "Comparing"))
    assert session.active_model is not None
    assert str(session.active_model.folder) == stopped[0].model
