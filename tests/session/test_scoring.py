"""The score on what the active model has not learned from, kept up to date behind everything else. Real engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.model.card import RESUME, WEIGHTS
from napari_unet.core.model.shipped import shipped_model
from napari_unet.core.training.report import Unseen
from napari_unet.session import Session, scoring
from napari_unet.session.job import BrokenOff
from tests.session.conftest import Told, Wait, discs


@pytest.fixture
def trained(session: Session, learned: Path, tmp_path: Path) -> Session:
    """A session whose project has a model, which has learned from some of three pictures."""
    session.open_project(shutil.copytree(learned, tmp_path / "learned.unet"))
    session.start_worker()
    return session


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody paints here whom a score could hinder."""
    monkeypatch.setattr(scoring, "PAUSE", 0.2)


@pytest.mark.usefixtures("soon")
def test_it_comes_by_itself_follows_every_change_and_goes_with_its_project(
    trained: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    session = trained
    wait(lambda: session.unseen is not None)
    assert session.unseen is not None
    first = set(session.unseen.per_picture)
    learned = {name for name in session.need_project().names() if not session.need_project().record(name).validation}
    assert first
    assert not first & learned

    session.add_picture(*discs("new", 20))
    wait(lambda: session.unseen is not None and "new" in session.unseen.per_picture)

    copied = discs(sorted(learned)[0], int(sorted(learned)[0].removeprefix("disc")))
    session.need_project().add(copied[0], copied[1], "a copy")
    session.pictures_changed.emit()
    session.add_picture(*discs("newer", 21))
    wait(lambda: session.unseen is not None and "newer" in session.unseen.per_picture)
    assert set(session.unseen.per_picture) == {*first, "new", "newer"}, "a copy of what was learned from tells nothing"
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    assert session.unseen is None
    assert told.errors == []


@pytest.mark.usefixtures("soon")
def test_another_active_model_has_a_score_of_its_own(trained: Session, wait: Wait) -> None:
    session = trained
    (first,) = session.models
    shutil.copytree(first.folder, first.folder.with_name("second"))
    for name in (first.name, "second"):
        session.activate(name)
        assert session.unseen is None or session.unseen.folder.endswith(name)
        wait(lambda: session.unseen is not None)
        assert session.unseen is not None
        assert session.unseen.folder.endswith(name)


def test_who_paints_waits_for_nothing(trained: Session, wait: Wait) -> None:
    session = trained
    wait(lambda: session.unseen is not None)
    session.add_picture(*discs("new", 20))
    wait(lambda: session._scoring is not None)
    asked = session._scoring
    box = (slice(0, 4), slice(0, 4))
    session.painted("new", "annotation", box, np.full((4, 4), 2, np.uint16))
    wait(lambda: session._scoring != asked)
    assert session._scoring is None, f"it is not asked again within {scoring.PAUSE} s of the stroke"
    wait(lambda: session.unseen is not None and "new" in session.unseen.per_picture)


def test_the_score_of_a_model_that_is_trained_further_is_found_anew(
    session: Session, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.add_picture(*discs("disc", 0))
    out = session.need_project().new_model_folder("first")
    shutil.copytree(shipped_model("nuclei"), out)
    shutil.copy(out / WEIGHTS, out / RESUME)
    session.activate(out.name)
    session._unseen = Unseen(str(out), "ap50", 0.5)
    assert session.unseen is not None
    session.broken_off = BrokenOff(out.name, "", 1, 2)
    monkeypatch.setattr(session.jobs, "learn", lambda *_: None)
    session.resume()
    assert told.errors == []
    assert session._training == out.name
    assert session.unseen is None
