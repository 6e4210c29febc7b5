"""Another project is opened, with a picture of the same name: nothing that came of the one before is shown there."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.fitting import Fit
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.training.report import Unseen
from napari_unet.session import Session
from napari_unet.session.job import Curve, Verdict
from napari_unet.session.looker import Looker
from tests.patience import LONGEST, wait_until
from tests.session.conftest import Told, Wait, discs, give_probability


@pytest.fixture
def left(session: Session, wait: Wait) -> Session:
    """A project with a picture "a" and its labels."""
    session.add_picture(*discs("a", 0))
    give_probability(session, "a")
    session.labels("a")
    wait(lambda: not session.busy)
    return session


def leave(session: Session, tmp_path: Path) -> None:
    """Go to another project that has a picture "a", too."""
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    session.add_picture(discs("a", 1)[0], None)


def test_what_was_being_made_is_dropped_and_so_is_what_was_not_collected() -> None:
    looker, began, go_on = Looker[str](), threading.Event(), threading.Event()

    def make() -> str:
        began.set()
        go_on.wait(LONGEST)
        return "old"

    looker.ask("a", "a", make)
    assert began.wait(LONGEST)
    looker.ask("b", "a", lambda: "old, too")
    looker.forget()
    looker.ask("c", "a", lambda: "new")
    go_on.set()
    found: list[str | None] = []
    wait_until(lambda: found, lambda: found.extend(one.made for one in looker.results()))
    assert found == ["new"]
    looker.close()


def test_views_measurements_and_doubts_stay_behind(left: Session, wait: Wait, tmp_path: Path) -> None:
    left.want("origins", True)
    left.set_measuring(True)
    left.want_doubts(True)
    wait(lambda: left.view("origins", "a") is not None)
    wait(lambda: left.measurements("a") is not None)
    wait(lambda: left.doubts("a") is not None)
    left.thumbnail("a")
    wait(lambda: left.thumbnail("a") is not None)
    seen: list[object] = []
    left.project_changed.connect(lambda: seen.append((left.measurements("a"), left.doubts("a"))))
    leave(left, tmp_path)
    assert seen == [(None, None)]
    assert left.measurements("a") is None
    wait(lambda: left.view("origins", "a") is not None)
    assert not left.view("origins", "a").any(), "nothing is annotated here"
    wait(lambda: left._measurer.idle)
    assert left.measurements("a") is None, "there are no labels here"


def test_a_fit_moves_no_slider_of_another_project(
    left: Session, told: Told, wait: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(*_: object, **__: object) -> Fit:
        go_on.wait(LONGEST)
        return Fit(PostprocessingSettings(threshold=0.9), {"dice": 0.1}, {"dice": 0.9, "pictures": 1.0})

    monkeypatch.setattr("napari_unet.session.fitting.fit", slow)
    left.fit_clean_up()
    leave(left, tmp_path)
    go_on.set()
    wait(lambda: not left.fitting)
    assert left.settings("postprocessing") == PostprocessingSettings()
    assert not any("Fitted" in sentence for sentence in told.sentences[1:])


def test_what_is_known_of_trainings_goes_with_their_project(left: Session, tmp_path: Path) -> None:
    left.verdict = Verdict("new", "old", "Worse.", worse=True)
    left.notices, left._active, left._unseen = ("noticed",), "first", Unseen("models/first", "ap50")
    left.jobs.curve.steps.append((1, 0.5))
    left.also = ("second",)
    known: list[object] = []
    for signal in (left.current_changed, left.project_changed, left.craft_changed, left.model_changed):
        signal.connect(
            lambda *_: known.append((left.verdict, left.notices, left.unseen, left.curve, left.also, left.active_model))
        )
    left.new_project(tmp_path / "other.unet", "objects", ("cell",))
    assert known
    assert all(one == (None, (), None, Curve(), (), None) for one in known)


def test_an_export_that_ends_later_says_of_which_project_it_is(
    left: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    left.export(["a"], tmp_path / "out", overwrite=False)
    left.new_project(tmp_path / "other.unet", "objects", ("cell",))
    wait(lambda: not left.busy)
    (wrote,) = [sentence for sentence in told.sentences if "Wrote" in sentence]
    assert wrote.startswith("cells: Wrote 1 mask")


def test_labels_of_a_large_picture_that_come_late_are_dropped(left: Session, wait: Wait, tmp_path: Path) -> None:
    give_probability(left, "a")
    leave(left, tmp_path)
    wait(lambda: left._cleaner.idle)
    assert left.labels("a") is None
    assert not np.any(left.annotation("a"))
