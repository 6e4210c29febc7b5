"""Strokes are followed: an answer after each of them, and everything else of the worker goes first."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from napari_unet.core.data import Picture
from napari_unet.core.data.cached import cache_folder, probability_files
from napari_unet.core.errors import ModelError, PictureError, WorkerError
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.engine.live_messages import Answered, Suggested, Suggestion
from napari_unet.session import Session, learning, living
from napari_unet.session.cleaning import HELD
from napari_unet.session.job import Beside
from napari_unet.session.pointing import ENOUGH, SeenStart
from tests.patience import wait_until
from tests.session.conftest import Told, Wait, correct, discs
from tests.workers import KeptEngine


@pytest.fixture
def session(quick_engine: KeptEngine, tmp_path: Path) -> Iterator[Session]:
    """A session with an objects project of two pictures, over a worker whose learner only knows brightness."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    for number, name in enumerate(("disc", "other")):
        session.add_picture(discs(name, number)[0], None)
    session.set_start("none")
    yield session
    session.close()


def paint(session: Session, name: str, box: tuple[slice, slice], value: int) -> None:
    """A stroke as napari paints it: in place, then told."""
    annotation = session.annotation(name)
    annotation[box] = value
    session.painted(name, "annotation", box, annotation[box].copy())


def paint_both(session: Session, name: str) -> None:
    """A stroke in a disc, and one of background."""
    paint(session, name, (slice(18, 23), slice(18, 26)), 2)
    paint(session, name, (slice(40, 44), slice(40, 60)), 1)


def test_a_stroke_becomes_labels_without_a_click(session: Session, told: Told, wait: Wait) -> None:
    mask = discs("disc", 0)[1]
    assert not session.getting_ready
    session.set_live(True)
    assert session.getting_ready
    wait(lambda: session.live_line == "Live · paint a cell and some background")
    assert not session.getting_ready
    assert session.labels("disc") is None
    paint_both(session, "disc")
    wait(lambda: session.labels("disc") is not None)
    assert session.live_line == "Live · starts from nothing · 2 strokes"
    labels = session.labels("disc")
    assert labels is not None
    found = labels > 0
    assert (found & (mask > 0)).sum() / (found | (mask > 0)).sum() > 0.8
    assert session.job is None
    assert told.errors == []
    wait(lambda: all(row.predicted for row in session.pictures))  # the other picture follows


def test_another_picture_is_answered_when_it_is_shown(session: Session, wait: Wait) -> None:
    session.set_live(True)
    paint_both(session, "disc")
    wait(lambda: session.labels("disc") is not None)
    session.select("other")
    wait(lambda: session.labels("other") is not None)


def test_switched_off_nothing_is_answered(session: Session, wait: Wait) -> None:
    session.set_live(True)
    wait(lambda: session.live_line.startswith("Live · paint"))
    session.set_live(False)
    assert session.live_line == ""
    paint_both(session, "disc")
    for _look in range(100):
        time.sleep(0.01)
        session.poll()
    assert session.probability("disc") is None


def test_answers_leave_one_file_a_picture(session: Session, wait: Wait) -> None:
    session.set_live(True)
    paint_both(session, "disc")
    wait(lambda: session.labels("disc") is not None)
    paint(session, "disc", (slice(60, 62), slice(60, 62)), 1)
    wait(lambda: session.live_line.endswith("3 strokes"))
    project = session.need_project()
    wait(lambda: len(probability_files(project, "disc")) == 1)
    assert sorted(path.suffix for path in cache_folder(project, "disc").iterdir()) == [".npy", ".txt"]


def test_corrected_labels_stay_as_they_are(session: Session, told: Told, wait: Wait) -> None:
    session.set_live(True)
    paint_both(session, "disc")
    wait(lambda: session.labels("disc") is not None)
    correct(session, "disc", (slice(80, 90), slice(80, 90)), 9)
    paint(session, "disc", (slice(60, 62), slice(60, 62)), 1)
    wait(lambda: session._last is not None and session._last.strokes == 3)
    wait(lambda: not session.busy)
    labels = session.labels("disc")
    assert labels is not None
    assert (labels[80:90, 80:90] == 9).all()
    assert "corrections" in session.live_line
    assert told.sentences == [], "the line says it of answers that come by themselves"
    session.set_settings("postprocessing", PostprocessingSettings(threshold=0.7))
    assert told.sentences == [HELD]
    assert (labels[80:90, 80:90] == 9).all()


def test_a_long_job_goes_first_and_strokes_are_followed_after_it(session: Session, told: Told, wait: Wait) -> None:
    paint_both(session, "disc")
    session.set_live(True)
    wait(lambda: session.labels("disc") is not None)
    session.train()
    assert session.live_line == "Live · goes on after the running job"
    wait(lambda: session.job is None)
    paint(session, "disc", (slice(60, 62), slice(60, 62)), 1)
    wait(lambda: session.live_line.endswith("3 strokes"))
    assert told.errors == []


def test_another_start_is_taken_at_once(session: Session, told: Told, wait: Wait) -> None:
    paint_both(session, "disc")
    session.set_live(True)
    wait(lambda: session.labels("disc") is not None)
    session.set_start("auto")
    wait(lambda: session.agrees == "cells")
    assert told.errors == []


def test_the_project_remembers_that_strokes_are_followed(session: Session, wait: Wait, tmp_path: Path) -> None:
    session.set_live(True)
    session.open_project(tmp_path / "cells.unet")
    assert session.live
    session.new_project(tmp_path / "more.unet", "objects", ("cell",))
    assert not session.live


def test_what_cannot_be_learned_from_is_told_and_live_is_off(session: Session, told: Told, wait: Wait) -> None:
    session.set_settings("preprocessing", dataclasses.replace(session.settings("preprocessing"), channels="2"))
    paint_both(session, "disc")  # has no such channel
    session.set_live(True)
    wait(lambda: bool(told.errors))
    section, error = told.errors[0]
    assert section == "train"
    assert type(error) is PictureError
    assert not session.live


def test_a_blank_picture_is_answered_calmly_and_live_stays_on(session: Session, told: Told, wait: Wait) -> None:
    paint_both(session, "disc")
    session.set_live(True)
    wait(lambda: session.labels("disc") is not None)
    session.add_picture(Picture("blank", np.full((1, 96, 96), 7, np.uint8)), None)
    session.select("blank")
    wait(lambda: session.labels("blank") is not None)
    paint_both(session, "blank")
    wait(lambda: session.live_line == "Live · this picture is blank: nothing found")
    labels = session.labels("blank")
    assert labels is not None
    assert not labels.any()
    session.select("other")
    wait(lambda: session.labels("other") is not None)
    assert session.live_line == "Live · starts from nothing · 2 strokes"
    paint(session, "other", (slice(60, 62), slice(60, 62)), 1)
    wait(lambda: session.live_line.endswith("3 strokes"))
    assert session.live
    assert told.errors == []


def test_a_blank_picture_does_not_change_what_answers_start_from(session: Session) -> None:
    session.set_live(True)
    session.answered(Answered(0, "disc", "", "nuclei", 5), heard=True)
    line = session.live_line
    assert line == "Live · starts from nuclei · 5 strokes"
    session.answered(Answered(0, "other", "", "", 5, blank=True), heard=True)
    assert session.live_line == line


def test_a_start_that_is_not_asked_any_more_is_told(session: Session) -> None:
    session.set_live(True)
    session.answered(Answered(0, "disc", "", "", 5, silent="cells", unheard=("cells",)), heard=True)
    assert session.live_line == "Live · cells does not know what you paint: strokes alone count · 5 strokes"
    session.answered(Answered(0, "disc", "", "nuclei", 6, unheard=("cells",)), heard=True)
    assert session.live_line == "Live · starts from nuclei · 6 strokes"
    session.answered(Answered(0, "disc", "", "", 7, unheard=("cells",)), heard=True)
    assert session.live_line == "Live · starts from nothing · 7 strokes", "nothing is what was chosen, or what fits"


def test_the_project_remembers_which_sides_of_starts_are_wanted(session: Session, tmp_path: Path) -> None:
    session.set_live(True)
    following = session._following()
    assert following is not None
    assert (following.turned, following.unheard) == ((), ())
    file = tmp_path / "answer.npy"
    np.save(file, np.zeros((1, 120, 140), np.float32))
    sides = {"turned": ("membranes",), "unheard": ("nuclei",)}
    session.answered(Answered(0, "disc", str(file), "membranes", 2, **sides), heard=True)
    session.set_live(False)
    session.set_live(True)
    following = session._following()
    assert following is not None
    assert (following.turned, following.unheard) == (("membranes",), ("nuclei",))


def test_a_worker_that_dies_is_told_once_and_live_is_off(session: Session, told: Told, wait: Wait) -> None:
    session.set_live(True)
    wait(lambda: session.live_line.startswith("Live · paint"))
    for child in psutil.Process().children():
        if "quick_worker.py" in " ".join(child.cmdline()):
            child.kill()
    wait(lambda: not session.live)
    assert [(section, type(error)) for section, error in told.errors] == [("train", WorkerError)]


def test_what_is_accepted_says_that_it_came_of_strokes(session: Session, wait: Wait) -> None:
    session.set_live(True)
    paint_both(session, "disc")
    wait(lambda: session.labels("disc") is not None)
    session.accept("disc", None)
    assert session.need_project().record("disc").origin[0].model == "strokes, from nothing"


def test_settings_of_the_clean_up_apply_to_what_strokes_tell(session: Session, wait: Wait) -> None:
    session.set_live(True)
    paint_both(session, "disc")
    wait(lambda: session.labels("disc") is not None)
    session.set_settings("postprocessing", dataclasses.replace(session.settings("postprocessing"), smallest=5000))
    wait(lambda: not session.busy)
    labels = session.labels("disc")
    assert labels is not None
    assert not labels.any()


def test_it_leads_to_one_place_after_the_other(session: Session, told: Told, wait: Wait) -> None:
    places: list[Suggestion] = []
    session.place_found.connect(places.append)
    paint_both(session, "disc")
    session.where_next()
    wait(lambda: len(places) == 1)
    assert session.current == "other"
    session.where_next()
    assert [place.name for place in places] == ["other", "disc"], "the second is known already"
    assert session.current == "disc"
    assert ENOUGH not in told.sentences


def test_the_places_after_one_are_those_of_its_own_picture_and_plane(session: Session) -> None:
    one, *rest = (
        Suggestion("disc", (10, 10), 0.9),
        Suggestion("disc", (60, 60), 0.8),
        Suggestion("other", (20, 20), 0.7),
        Suggestion("disc", (90, 10), 0.6, plane=(3,)),
        Suggestion("disc", (10, 90), 0.5),
    )
    session._take_places(Suggested(tuple(rest)))
    assert session.further_places(one) == ((60, 60), (10, 90))


def test_it_says_when_strokes_hardly_help_any_more(session: Session, told: Told, wait: Wait) -> None:
    places: list[Suggestion] = []
    session.place_found.connect(places.append)
    for name in ("disc", "other"):
        session.select(name)
        paint_both(session, name)
    session.where_next()
    wait(lambda: bool(places))
    assert ENOUGH in told.sentences


def test_starts_are_compared_on_the_picture_on_show(
    session: Session, told: Told, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[SeenStart, ...]] = []
    session.starts_seen.connect(seen.append)
    for module in (learning, living):
        monkeypatch.setattr(module, "came_along", lambda: ("cells",))
    session.compare_starts()
    assert session.beside.job("starts") is not None
    wait(lambda: bool(seen))
    assert session.beside.job("starts") is None
    assert [(one.key, one.words) for one in seen[0]] == [("cells", "Cells (came with U-Net)")]
    assert seen[0][0].tile.shape == (256, 256, 3)
    assert told.errors == []


def test_without_any_model_there_is_nothing_to_compare(
    session: Session, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (learning, living):
        monkeypatch.setattr(module, "came_along", tuple)
    session.compare_starts()
    assert [type(error) for _section, error in told.errors] == [ModelError]


def test_the_real_learner_follows_strokes(kept_engine: KeptEngine, tmp_path: Path) -> None:
    """On 512 x 512 pixels, from the model that fits best. How long a stroke takes is printed: run with -s."""
    torch_was_here = "torch" in sys.modules  # other tests of this run may have brought it
    session = Session(kept_engine)
    told = Told(session)
    try:
        session.new_project(tmp_path / "real.unet", "objects", ("cell",))
        image = np.tile(discs("disc", 0)[0].image, (1, 6, 6))[:, :512, :512]
        session.add_picture(Picture("large", image, (0.5, 0.5), "µm"), None)
        session.set_live(True)
        _until(session, told, lambda: session.live_line.endswith(("no stroke yet", "background")))
        for number, (row, value) in enumerate([(18, 2), (40, 1), (114, 2), (136, 1)], 1):
            began = time.monotonic()
            paint(session, "large", (slice(row, row + 4), slice(18, 26)), value)
            _until(
                session, told, lambda number=number: session.live_line.endswith(f"{number} stroke{'s' * (number > 1)}")
            )
            answered = time.monotonic() - began
            _until(session, told, lambda: not session.busy)
            print(f"stroke {number}: probability after {answered:.2f} s, labels after {time.monotonic() - began:.2f} s")
        labels = session.labels("large")
        assert labels is not None
        assert labels[20, 22], "a cell was painted here"
        assert not labels[42, 22], "and background here"
        asked = time.monotonic()
        session.set_live(False)
        print(f"{session.live_line or 'off'} after {time.monotonic() - asked:.2f} s")
        assert ("torch" in sys.modules) is torch_was_here
    finally:
        session.close()


def _until(session: Session, told: Told, true: Callable[[], bool]) -> None:
    def so() -> bool:
        assert told.errors == []
        return true()

    wait_until(so, session.poll)


def test_strokes_are_followed_on_the_device_that_is_chosen(session: Session) -> None:
    training = session.settings("training")
    session.set_settings("training", dataclasses.replace(training, device="cpu"))
    session.set_live(True)
    following = session.jobs.live._running
    assert following is not None
    assert following.device == "cpu"
    session.set_settings("training", training)
    session.poll()
    assert session.jobs.live._running is not None
    assert session.jobs.live._running.device == training.device


@pytest.mark.parametrize("kind", ["starts", "place"])
def test_a_question_that_is_stopped_is_answered_with_nothing(
    session: Session, told: Told, wait: Wait, monkeypatch: pytest.MonkeyPatch, kind: Beside
) -> None:
    came: list[object] = []
    session.starts_seen.connect(came.append)
    session.place_found.connect(came.append)
    for module in (learning, living):
        monkeypatch.setattr(module, "came_along", lambda: ("cells",))
    paint_both(session, "disc")
    ask = {"starts": session.compare_starts, "place": session.where_next}[kind]
    ask()
    ask()
    assert len(session.jobs.asides._open) == 1, "asked once"
    session.beside.stop(kind)
    wait(lambda: session.beside.job(kind) is None)
    assert came == told.errors == []
    ask()
    wait(lambda: bool(came))
