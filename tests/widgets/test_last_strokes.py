"""A stroke of the last moment, not yet told to the session, survives whatever the person does next. Real session."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import tifffile
from napari.components import ViewerModel

from napari_unet.core.data import Project
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from napari_unet.widgets.layers.given import say
from napari_unet.widgets.layers.making import Numbered
from napari_unet.widgets.sessions import Bench, bench_for, close_bench
from tests.patience import wait_until
from tests.session.conftest import Told, discs, give_probability


class Desk:
    """A person at a viewer without a window, with a project of two pictures, a and b."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.viewer, self.session = folder, ViewerModel(), Session(Engine())
        self.bench: Bench = bench_for(self.viewer, self.session)
        self.told = Told(self.session)
        self.session.new_project(folder, "objects", ("cell",))
        for number, name in enumerate("ab"):
            self.session.add_picture(discs(name, number)[0], None)

    def paint(self, role: Numbered, number: int) -> None:
        """One dab of the brush."""
        layer = self.bench.canvas.numbers(role)
        assert layer is not None
        layer.paint((20, 20), number)

    def segmented(self) -> None:
        """Let a probability of picture a arrive, and its labels follow."""
        give_probability(self.session, "a")
        self.rest()

    def rest(self) -> None:
        """Wait for the clean-up."""
        wait_until(lambda: not self.session.busy, self.session.poll)

    def shows(self, number: int) -> bool:
        """Whether the labels on the canvas, which are the session's own, hold this number."""
        layer = self.bench.canvas.numbers("labels")
        assert layer is not None
        assert layer.data is self.session.labels("a")
        return bool((layer.data == number).any())

    def close(self) -> None:
        """Close the window."""
        close_bench(id(self.viewer))


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "cells.unet")
    yield desk
    desk.close()
    assert desk.told.errors == []


def test_when_another_project_is_opened(desk: Desk, tmp_path: Path) -> None:
    desk.paint("annotation", 5)
    desk.session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    assert (Project.open(desk.folder).annotation("a") == 5).any()


def test_when_the_window_is_closed(desk: Desk) -> None:
    desk.paint("annotation", 5)
    desk.close()
    assert (Project.open(desk.folder).annotation("a") == 5).any()


def test_when_another_picture_is_shown(desk: Desk) -> None:
    desk.paint("annotation", 5)
    desk.session.select("b")
    assert not desk.session.annotation("b").any()
    desk.session.select("a")
    assert (desk.session.annotation("a") == 5).any()


def test_when_the_picture_is_removed(desk: Desk) -> None:
    desk.paint("annotation", 5)
    desk.session.remove("a")
    assert desk.session.current == "b"
    (trashed,) = (desk.folder / "trash").rglob("annotation.tif")
    assert (tifffile.imread(trashed) == 5).any()


def test_when_labels_arrive_while_the_first_correction_is_painted(desk: Desk) -> None:
    desk.segmented()
    before = np.count_nonzero(desk.session.labels("a"))
    higher = dataclasses.replace(desk.session.settings("postprocessing"), threshold=0.9)
    desk.session.set_settings("postprocessing", higher)
    desk.paint("labels", 9)
    desk.rest()
    assert desk.shows(9)
    assert np.count_nonzero(desk.session.labels("a")) > before  # the labels under the hand stayed
    desk.segmented()
    assert desk.shows(9)


def test_when_an_accept_is_taken_back_and_corrections_are_discarded(desk: Desk) -> None:
    desk.segmented()
    desk.paint("labels", 9)
    desk.session.accept("a", None)
    desk.session.take_back()
    assert desk.shows(9)
    assert desk.session.need_desk().corrected("a")
    desk.paint("labels", 11)
    desk.session.discard_corrections()
    desk.rest()
    assert not desk.shows(9)
    assert not desk.shows(11)


@contextmanager
def started_again(desk: Desk, folder: Path, said: str) -> Iterator[Bench]:
    """What the next start makes of a project as it lies on the disk now; it says first what it brought back."""
    desk.bench.canvas.flush()
    shutil.copytree(desk.folder, folder, ignore=shutil.ignore_patterns(".lock"))
    viewer = ViewerModel()
    again = bench_for(viewer, Session(Engine()))
    try:
        sentences = Told(again.session).sentences
        again.session.open_project(folder)
        assert sentences[0].startswith(f"Brought back {said} on a")
        yield again
    finally:
        close_bench(id(viewer))


def test_a_long_stroke_is_one_step_of_undo_after_the_program_was_killed(desk: Desk, tmp_path: Path) -> None:
    layer = desk.bench.canvas.numbers("annotation")
    assert layer is not None
    with layer.block_history():  # as between pressing and releasing the button
        for column in (10, 40, 70):
            layer.paint((20, column), 5)
            desk.bench.canvas.flush()  # as the clock does while it is drawn
    desk.paint("annotation", 6)
    with started_again(desk, tmp_path / "left.unet", "2 changes") as again:
        layer = again.canvas.numbers("annotation")
        assert layer is not None
        painted = layer.data.copy()
        layer.undo()
        assert set(np.unique(layer.data)) == {0, 5}
        layer.undo()
        assert not layer.data.any()
        for _ in range(2):
            layer.redo()
        np.testing.assert_array_equal(layer.data, painted)


def test_the_first_correction_can_be_undone_after_the_program_was_killed_too(desk: Desk, tmp_path: Path) -> None:
    desk.segmented()
    found = np.array(desk.session.labels("a"))
    desk.paint("labels", 9)
    with started_again(desk, tmp_path / "left.unet", "1 change") as again:
        layer = again.canvas.numbers("labels")
        assert layer is not None
        assert (layer.data == 9).any()
        layer.undo()
        np.testing.assert_array_equal(layer.data, found)


def test_classes_of_objects_are_undone_after_the_program_was_killed_too(desk: Desk, tmp_path: Path) -> None:
    session, canvas = desk.session, desk.bench.canvas
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    layer, keeper = canvas.numbers("annotation"), canvas.watched.keeper("annotation")
    assert layer is not None
    assert keeper is not None
    for class_, place, number in ((1, (20, 20), 5), (2, (60, 60), 6)):
        session.take_class(class_)
        with layer.block_history():  # as between pressing and releasing the button
            layer.paint(place, number)
    keeper.give({5: 2})
    canvas.flush()
    assert session.classes("a", "annotation") == {5: 2, 6: 2}
    shutil.copytree(desk.folder, tmp_path / "left.unet", ignore=shutil.ignore_patterns(".lock"))
    viewer = ViewerModel()
    again = bench_for(viewer, Session(Engine()))
    try:
        again.session.open_project(tmp_path / "left.unet")
        layer = again.canvas.numbers("annotation")
        assert layer is not None
        seen = []
        for turn in (layer.undo, layer.undo, layer.undo, layer.redo, layer.redo, layer.redo):
            turn()
            again.canvas.flush()
            numbers = set(np.unique(layer.data).tolist()) - {0}
            seen.append({number: again.session.classes("a", "annotation").get(number) for number in numbers})
        assert seen == [{5: 1, 6: 2}, {5: 1}, {}, {5: 1}, {5: 1, 6: 2}, {5: 2, 6: 2}]
    finally:
        close_bench(id(viewer))


@contextmanager
def after_kill(desk: Desk, folder: Path) -> Iterator[Bench]:
    """Another window, which opens what a window that was killed now would leave behind."""
    desk.bench.canvas.flush()
    shutil.copytree(desk.folder, folder, ignore=shutil.ignore_patterns(".lock"))
    viewer = ViewerModel()
    again = bench_for(viewer, Session(Engine()))
    told = Told(again.session)
    try:
        again.session.open_project(folder)
        assert told.sentences[0].startswith("Brought back")
        yield again
        assert told.errors == []
    finally:
        close_bench(id(viewer))


def test_locks_are_undone_after_the_program_was_killed_in_the_order_in_which_they_were_made(
    desk: Desk, tmp_path: Path
) -> None:
    desk.segmented()
    padlock = desk.bench.canvas.watched.padlock
    assert padlock is not None
    assert padlock.lock(frozenset({1}))
    desk.paint("labels", 9)
    assert padlock.lock(frozenset({1, 9}))
    with after_kill(desk, tmp_path / "left.unet") as again:
        layer, seen = again.canvas.numbers("labels"), []
        assert layer is not None
        for turn in (layer.undo, layer.undo, layer.undo, layer.undo, layer.redo, layer.redo, layer.redo):
            turn()
            again.canvas.flush()
            seen.append((bool((layer.data == 9).any()), sorted(again.session.locked("a"))))
        undone = [(True, [1]), (False, [1]), (False, []), (False, [])]
        assert seen == [*undone, (False, [1]), (True, [1]), (True, [1, 9])]


def test_accepts_of_single_objects_are_undone_after_the_program_was_killed_with_their_origins(
    desk: Desk, tmp_path: Path
) -> None:
    desk.segmented()
    assert say(desk.bench.canvas, desk.session, (50, 50), True)
    desk.paint("annotation", 5)
    with after_kill(desk, tmp_path / "left.unet") as again:
        layer, seen = again.canvas.numbers("annotation"), []
        assert layer is not None
        assert np.count_nonzero(layer.data[40:60, 40:60]) == 400
        for turn in (layer.undo, layer.undo, layer.redo, layer.redo):
            turn()
            again.canvas.flush()
            origin = again.session.need_project().record("a").origin
            seen.append((sorted(set(np.unique(layer.data).tolist()) - {0}), [region.how for region in origin]))
        assert seen == [([2], ["accepted"]), ([], []), ([2], ["accepted"]), ([2, 5], ["accepted"])]
        again.session.take_back()
        assert again.session.need_project().record("a").origin == ()


def test_an_accept_that_was_undone_before_the_program_was_killed_comes_back_by_undo(desk: Desk, tmp_path: Path) -> None:
    desk.segmented()
    assert say(desk.bench.canvas, desk.session, (50, 50), False)
    layer = desk.bench.canvas.numbers("annotation")
    assert layer is not None
    layer.undo()
    with after_kill(desk, tmp_path / "left.unet") as again:
        layer, seen = again.canvas.numbers("annotation"), []
        assert layer is not None
        for turn in (layer.undo, layer.undo):
            turn()
            again.canvas.flush()
            origin = again.session.need_project().record("a").origin
            seen.append((bool(layer.data.any()), [region.how for region in origin]))
        assert seen == [(True, ["rejected"]), (False, [])]


def test_what_was_closed_in_good_order_offers_no_locks_to_be_undone(desk: Desk) -> None:
    desk.segmented()
    padlock = desk.bench.canvas.watched.padlock
    assert padlock is not None
    assert padlock.lock(frozenset({1}))
    desk.session.open_project(desk.folder)
    assert desk.session.locked("a") == {1}
    assert not any(sentence.startswith("Brought back") for sentence in desk.told.sentences)
