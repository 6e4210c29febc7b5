"""Strokes are followed by the real jobs in a real process, with a learner that only knows brightness."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project
from napari_unet.core.errors import ModelError, PictureError
from napari_unet.engine.client import Engine
from napari_unet.engine.live_messages import Answered, Live, PreviewStarts, Suggest, Suggested, Suggestion
from napari_unet.engine.messages import Done, Event, Failed, Reported, Tiled
from tests.engine.conftest import Listener, train
from tests.patience import SOON
from tests.workers import KeptEngine


@pytest.fixture
def quick(quick_engine: KeptEngine) -> Iterator[KeptEngine]:
    """One warm worker; what a test leaves running is stopped."""
    yield quick_engine
    quick_engine.close()


@pytest.fixture
def listener(quick: KeptEngine) -> Listener:
    """What the worker tells from now on."""
    return Listener(quick)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Two pictures of a disc each."""
    with Project.create(tmp_path / "discs.unet", "objects", ("cell",)) as project:
        for name, middle in (("a", 24), ("b", 30)):
            rows, columns = np.mgrid[:48, :64]
            disc = (rows - 24) ** 2 + (columns - middle) ** 2 < 100
            image = (disc * 200 + columns % 7).astype(np.uint8)[None]
            project.add(Picture(name, image, channel_names=("light",)), None, "")
        yield project


def live(project: Project, picture: str = "a", start: str = "") -> Live:
    return Live(
        project=str(project.folder),
        kind="objects",
        class_names=("cell",),
        start=start,
        device="cpu",
        out=str(project.folder / "cache"),
        picture=picture,
    )


def paint(project: Project, name: str, number: int, place: tuple[int, int]) -> None:
    """A stroke, in the journal when this returns."""
    box = slice(place[0], place[0] + 3), slice(place[1], place[1] + 3)
    project.journal.append(name, "annotation", box, np.full((3, 3), number, np.uint16))


def paint_both(project: Project, name: str) -> None:
    paint(project, name, 2, (22, 24))
    paint(project, name, 1, (2, 2))


def answers(events: list[Event]) -> list[Answered]:
    return [event for event in events if isinstance(event, Answered)]


def answer_with(strokes: int, name: str = "a"):
    def wanted(event: Event) -> bool:
        assert not isinstance(event, Failed), event
        return isinstance(event, Answered) and event.strokes == strokes and event.name == name

    return wanted


def test_a_stroke_is_answered_then_other_pictures_then_all_is_quiet(
    quick: Engine, listener: Listener, project: Project
) -> None:
    job = quick.submit(live(project))
    assert listener.until(lambda event: isinstance(event, Answered)) == Answered(job, "a", "", "", 0), "knows nothing"
    paint_both(project, "a")
    first = listener.until(answer_with(2))
    assert isinstance(first, Answered)
    probability = np.load(first.file)
    assert probability.shape == (1, 48, 64)
    assert probability[0, 24, 30] == 1
    assert probability[0, 5, 5] == 0
    listener.until(answer_with(2, "b"))
    assert listener.quiet(0.5) == [], "nothing was painted, and both pictures have the best answer there is"


def test_the_picture_on_show_goes_first(quick: Engine, listener: Listener, project: Project) -> None:
    paint_both(project, "a")
    job = quick.submit(live(project))
    listener.until(answer_with(2))
    quick.look(job, "b", ())
    listener.until(answer_with(2, "b"))
    paint(project, "b", 2, (22, 30))
    listener.until(answer_with(3, "b"))
    assert [event.name for event in answers(listener.heard)][-2:] == ["b", "b"]


def test_it_is_answered_before_masks_of_others_are_learned_from(
    quick: Engine, listener: Listener, project: Project
) -> None:
    paint_both(project, "b")
    quick.submit(live(project, start="cells"))
    first = listener.until(lambda event: isinstance(event, Answered))
    assert isinstance(first, Answered)
    assert (first.name, first.strokes) == ("a", 0)
    listener.until(answer_with(2))


def test_a_training_goes_first_and_strokes_are_followed_again_after_it(
    quick: Engine, listener: Listener, project: Project
) -> None:
    following = quick.submit(live(project))
    listener.until(lambda event: isinstance(event, Answered))
    training = quick.submit(train("endless"))
    listener.until(lambda event: isinstance(event, Reported) and event.job == training)
    paint_both(project, "a")
    assert not answers(listener.quiet(0.5)), "it waits"
    quick.stop(training)
    assert listener.end(training) == Done(training, stopped=True)
    listener.until(answer_with(2))
    assert not [event for event in listener.heard if isinstance(event, Done) and event.job == following]


def test_it_ends_soon_when_stopped_running_or_waiting(quick: Engine, listener: Listener, project: Project) -> None:
    paint_both(project, "a")
    job = quick.submit(live(project))
    listener.until(answer_with(2))
    asked = time.monotonic()
    quick.stop(job)
    assert listener.end(job) == Done(job, stopped=True)
    assert time.monotonic() - asked < SOON
    training = quick.submit(train("endless"))
    waiting = quick.submit(live(project))
    quick.stop(waiting)
    quick.stop(training)
    assert listener.end(waiting) == Done(waiting, stopped=True)


def test_a_newer_one_ends_the_one_before(quick: Engine, listener: Listener, project: Project) -> None:
    older = quick.submit(live(project))
    listener.until(lambda event: isinstance(event, Answered))
    paint_both(project, "a")
    newer = quick.submit(live(project))
    assert listener.end(older) == Done(older, stopped=True)
    event = listener.until(answer_with(2))
    assert isinstance(event, Answered)
    assert event.job == newer


def test_switched_on_again_it_answers_at_once(quick: Engine, listener: Listener, project: Project) -> None:
    paint_both(project, "a")
    for _time in range(2):
        job = quick.submit(live(project))
        listener.until(answer_with(2))
        quick.stop(job)
        listener.end(job)


def test_which_sides_of_starts_were_wanted_is_not_forgotten(
    quick: Engine, listener: Listener, project: Project
) -> None:
    job = quick.submit(replace(live(project), turned=("membranes",), unheard=("nuclei",)))
    paint_both(project, "a")
    event = listener.until(answer_with(2))
    assert isinstance(event, Answered)
    assert (event.turned, event.unheard) == (("membranes",), ("nuclei",))
    quick.stop(job)
    listener.end(job)


def test_what_was_painted_on_a_removed_picture_is_forgotten(
    quick: Engine, listener: Listener, project: Project
) -> None:
    paint_both(project, "a")
    paint_both(project, "b")
    quick.submit(live(project))
    listener.until(answer_with(4))
    project.remove("b")
    listener.until(answer_with(2))


def lacking_channel() -> Picture:
    """A picture without the channel that the others have."""
    return Picture("astray", np.arange(48 * 64, dtype=np.uint16).reshape(1, 48, 64), channel_names=("dark",))


def test_a_picture_that_cannot_be_learned_from_is_an_error(quick: Engine, listener: Listener, project: Project) -> None:
    project.add(lacking_channel(), None, "")
    paint_both(project, "astray")
    event = listener.end(quick.submit(replace(live(project, "astray"), channels="light")))
    assert isinstance(event, Failed)
    assert type(event.error) is PictureError


def test_a_picture_that_cannot_be_answered_keeps_no_other_waiting(
    quick: Engine, listener: Listener, project: Project
) -> None:
    project.add(lacking_channel(), None, "")  # between a and b
    paint_both(project, "a")
    job = quick.submit(replace(live(project), channels="light"))
    listener.until(answer_with(2, "b"))
    quick.look(job, "astray", ())
    event = listener.end(job)
    assert isinstance(event, Failed)
    assert type(event.error) is PictureError, "it is told once it is on show"


@pytest.mark.parametrize("start", ["", "cells"])
def test_a_blank_picture_on_show_is_answered_and_the_others_go_on(
    quick: Engine, listener: Listener, project: Project, start: str
) -> None:
    project.add(Picture("blank", np.full((1, 48, 64), 7, np.uint8)), None, "")
    job = quick.submit(live(project, "blank", start))
    first = listener.until(lambda event: isinstance(event, (Answered, Failed)))
    assert isinstance(first, Answered)
    assert (first.name, first.start, first.strokes, first.blank) == ("blank", "", 0, True)
    paint_both(project, "blank")
    paint_both(project, "a")
    event = listener.until(answer_with(2, "blank"))  # what is painted on nothing counts for nothing
    assert isinstance(event, Answered)
    probability = np.load(event.file)
    assert (probability.shape, bool(probability.any())) == ((1, 48, 64), False)
    quick.look(job, "a", ())
    event = listener.until(answer_with(2, "a"))
    assert isinstance(event, Answered)
    assert not event.blank


def test_a_start_that_is_not_there_is_an_error(quick: Engine, listener: Listener, project: Project) -> None:
    event = listener.end(quick.submit(live(project, start="missing")))
    assert isinstance(event, Failed)
    assert type(event.error) is ModelError


@pytest.mark.parametrize("followed", [True, False], ids=["while strokes are followed", "without"])
def test_it_says_where_to_paint_next(quick: Engine, listener: Listener, project: Project, followed: bool) -> None:
    paint_both(project, "a")
    if followed:
        quick.submit(live(project))
        listener.until(answer_with(2))
    job = quick.submit(Suggest(str(project.folder), "objects", "", "cpu", "a", 5))
    assert listener.end(job) == Done(job)
    reports = [event.report for event in listener.heard if isinstance(event, Reported) and event.job == job]
    assert reports == [Suggested((Suggestion("b", (30, 40), 0.5), Suggestion("a", (30, 40), 0.25)))]
    told = [event for event in listener.heard if isinstance(event, Tiled)]
    assert told == [Tiled(job, 0, 2), Tiled(job, 1, 2)], "how far it is"


def test_nothing_is_to_be_painted_where_nothing_is_seen(quick: Engine, listener: Listener, project: Project) -> None:
    project.add(Picture("blank", np.full((1, 48, 64), 7, np.uint8)), None, "")
    paint_both(project, "a")
    job = quick.submit(Suggest(str(project.folder), "objects", "", "cpu", "a", 5))
    assert listener.end(job) == Done(job)
    reports = [event.report for event in listener.heard if isinstance(event, Reported) and event.job == job]
    assert reports == [Suggested((Suggestion("b", (30, 40), 0.5), Suggestion("a", (30, 40), 0.25)))]


def test_it_leads_to_no_picture_that_is_set_aside(quick: Engine, listener: Listener, project: Project) -> None:
    paint_both(project, "a")
    project.update_record("b", aside="test")
    job = quick.submit(Suggest(str(project.folder), "objects", "", "cpu", "a", 5))
    assert listener.end(job) == Done(job)
    reports = [event.report for event in listener.heard if isinstance(event, Reported) and event.job == job]
    assert reports == [Suggested((Suggestion("a", (30, 40), 0.25),))]


def test_each_start_gets_a_tile_even_one_that_cannot_be_asked(
    quick: Engine, listener: Listener, project: Project
) -> None:
    out = project.folder / "tiles.npy"
    starts = ("cells", "missing")
    job = quick.submit(PreviewStarts(str(project.folder), "objects", "a", starts, "cpu", str(out)))
    assert listener.end(job) == Done(job)
    assert [event for event in listener.heard if isinstance(event, Tiled)] == [Tiled(job, 0, 2), Tiled(job, 1, 2)]
    tiles = np.load(out)
    assert tiles.shape == (2, 256, 256, 3)
    assert tiles.dtype == np.uint8
    assert tiles[:, :48, :64].any()
    assert not tiles[:, 48:].any(), "the picture is smaller than a tile"


def test_the_plane_on_show_of_a_stack_is_answered_first(quick: Engine, listener: Listener, project: Project) -> None:
    rows, columns = np.mgrid[:48, :64]
    disc = (rows - 24) ** 2 + (columns - 24) ** 2 < 100
    plane = (disc * 200 + columns % 7).astype(np.uint8)
    project.add(Picture("stack", np.stack([plane] * 4)[None]), None, "")
    for value, top in ((2, 22), (1, 2)):
        box = slice(1, 2), slice(top, top + 3), slice(22 if value == 2 else 2, 25 if value == 2 else 5)
        project.journal.append("stack", "annotation", box, np.full((1, 3, 3), value, np.uint16))
    job = quick.submit(replace(live(project, "stack"), part=(2, 0, 48, 0, 64)))
    first = listener.until(answer_with(2, "stack"))
    second = listener.until(answer_with(2, "stack"))
    assert isinstance(first, Answered)
    assert isinstance(second, Answered)
    assert np.load(first.file)[0].any((1, 2)).tolist() == [False, False, True, False]
    assert np.load(second.file)[0].any((1, 2)).all()
    quick.look(job, "stack", (0, 0, 48, 0, 64))
    assert not answers(listener.quiet(0.5)), "all planes have the best answer there is"
