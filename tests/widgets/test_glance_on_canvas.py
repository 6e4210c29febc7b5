"""Labels of what is seen, then of the whole, on the canvas: they are no strokes, and a stroke is never lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_unet.core.data import Picture
from napari_unet.core.data.cached import cache_folder
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.engine.answers import write_answer
from napari_unet.engine.client import Engine
from napari_unet.session import Session, glancing
from napari_unet.widgets.sessions import Bench, bench_for, close_bench
from tests.patience import wait_until
from tests.session.test_glancing import SEEN, SIDE, answer

MOVED = dataclasses.replace(PostprocessingSettings(), threshold=0.7)


@pytest.fixture
def canvas(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A bench over a real session that shows a picture which counts as large."""
    monkeypatch.setattr(glancing, "ENOUGH", SIDE * SIDE // 2)
    session, viewer = Session(Engine()), ViewerModel()
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    session.add_picture(Picture("a", (answer()[:1] * 200).astype(np.uint8)), None)
    file = write_answer(cache_folder(session.need_project(), "a"), answer())
    session.need_desk().probabilities.take_file("a", file)
    bench = bench_for(viewer, session)
    session.labels("a")
    until(session, lambda: not session.busy)
    session.look_at(SEEN)
    yield bench
    close_bench(id(viewer))


def until(session: Session, true: Callable[[], bool]) -> None:
    wait_until(true, session.poll, pause=0.002)


def shown(bench: Bench) -> np.ndarray:
    return np.asarray(bench.canvas.numbers("labels").data)


def test_labels_that_follow_a_slider_are_no_strokes(canvas: Bench) -> None:
    session = canvas.session
    session.set_settings("postprocessing", MOVED)
    until(session, lambda: session._mixed is not None)
    assert np.array_equal(shown(canvas), session._mixed), "what is seen is on the canvas already"
    canvas.canvas.flush()
    until(session, lambda: not session.busy)
    assert np.array_equal(shown(canvas), postprocess(answer(), "objects", MOVED))
    canvas.canvas.flush()
    assert not session.need_desk().corrected("a")


def test_a_picture_that_is_all_on_the_screen_is_shown_coarsely_and_then_as_it_is(
    canvas: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is coarse is only looked at: whoever goes on from it has every pixel."""
    monkeypatch.setattr(glancing, "ENOUGH", SIDE * SIDE // 4)
    session = canvas.session
    session.look_at((0, 0, SIDE, 0, SIDE))
    session.set_settings("postprocessing", MOVED)
    until(session, lambda: session._mixed is not None)
    coarse, exact = shown(canvas).copy(), postprocess(answer(), "objects", MOVED)
    assert np.array_equal(coarse[::2, ::2], coarse[1::2, 1::2]), "every second pixel, twice as large"
    assert 0.9 < np.mean((coarse > 0) == (exact > 0)) < 1
    session.accept("a", None)
    assert np.array_equal(session.annotation("a") > 1, exact > 0)
    assert np.array_equal(shown(canvas), exact)


@pytest.mark.parametrize("told_first", [True, False])
def test_a_stroke_in_that_moment_is_on_the_whole_labels(canvas: Bench, told_first: bool) -> None:
    session = canvas.session
    session.set_settings("postprocessing", MOVED)
    until(session, lambda: session._mixed is not None)
    layer = canvas.canvas.numbers("labels")
    layer.selected_label, layer.brush_size = 999, 5
    layer.paint((3, 3), 999)
    if told_first:
        canvas.canvas.flush()
    until(session, lambda: not session.busy)
    expected = postprocess(answer(), "objects", MOVED)
    stroke = shown(canvas) == 999
    assert stroke.any()
    assert not stroke[10:].any()
    assert np.array_equal(np.where(stroke, 0, shown(canvas)), np.where(stroke, 0, expected))
    assert np.array_equal(session.need_project().labels("a"), shown(canvas)), "and on the disk"
