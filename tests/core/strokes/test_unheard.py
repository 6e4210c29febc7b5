"""A start that strokes surely contradict is not asked if they have something in common, and is if they have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.annotator import session
from benchmarks.strokers import Ours
from napari_unet import Learner
from napari_unet.core.strokes import unheard as room
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.sides import Sides
from napari_unet.core.strokes.unheard import unheard
from tests.core.strokes.conftest import Scene, overlap

NONE = frozenset[str]()
CELLS = frozenset({"cells"})
SIDE = 120


def painted(places: Sequence[tuple[int, int, int]], cell: float = 0.95) -> Painted:
    """Strokes of a value at (row, column) on dark stripes and bright ones, of which the start takes the dark for cells
    wherever it is asked, and is so sure of it.
    """
    bright = (np.arange(SIDE) // 20 % 2).astype(bool)[:, np.newaxis] & np.ones(SIDE, bool)
    image = 100 + 80 * bright + np.random.default_rng(0).normal(0, 5, bright.shape)
    annotation = np.zeros(bright.shape, np.uint8)
    for row, column, value in places:
        annotation[row : row + 3, column : column + 12] = value
    seen = Seen(image[np.newaxis], "stripes", seeing=False)
    told = np.where(bright, np.float32(1 - cell), np.float32(cell))
    seen.starts["cells"] = lambda window: np.stack([told, told, told])[(slice(None), *window)]
    done = painted_on(seen, annotation, "objects", "cells")
    assert done is not None
    return done


BRIGHT_WANTED = [(28, 10, 2), (8, 10, 1), (68, 60, 2), (48, 60, 1), (108, 90, 2), (88, 20, 1)]
"""Strokes for the bright stripes: each looks like the others of its class."""

MISTAKES = [(28, 10, 2), (68, 60, 1), (8, 40, 1), (48, 60, 2), (108, 90, 2), (108, 20, 1)]
"""Strokes of both classes on both: none is foreseen from the others."""


def test_strokes_with_something_in_common_that_contradict_it_silence_a_start() -> None:
    assert unheard([painted(BRIGHT_WANTED)], "objects", 2, NONE) == CELLS
    assert not unheard(
        [painted([(row, column, 3 - value) for row, column, value in BRIGHT_WANTED])], "objects", 2, NONE
    )


def test_strokes_that_have_nothing_in_common_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "contradicted", lambda painted, kind, count: 1.0)
    assert unheard([painted(BRIGHT_WANTED)], "objects", 2, NONE) == CELLS
    assert not unheard([painted(MISTAKES)], "objects", 2, NONE)


@pytest.mark.parametrize("places", [BRIGHT_WANTED[:3], [place for place in BRIGHT_WANTED if place[2] == 2] * 2])
def test_fewer_than_four_strokes_or_those_of_one_class_silence_none(
    places: list[tuple[int, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "doubted", lambda *_: np.array([0.0, 1.0]))
    assert not unheard([painted(places)], "objects", 2, NONE)
    assert unheard([painted(BRIGHT_WANTED[:4])], "objects", 2, NONE) == CELLS


def test_who_takes_back_the_stroke_that_silenced_it_has_the_start_again(
    one: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_is_silent", lambda painted, kind, count, before: before or len(painted[0].values) > 60)
    learner, slip = Learner(start="cells"), one.strokes.copy()
    slip[:12, :40] = 2
    learner.update(one.image, one.strokes)
    assert learner.sides == Sides()
    learner.update(one.image, slip)
    assert learner.sides.unheard == CELLS
    learner.predict(one.image)
    assert (learner.start, learner.silent) == (None, "cells")
    learner.update(one.image, one.strokes)
    assert learner.sides == Sides()
    learner.predict(one.image)
    assert (learner.start, learner.silent) == ("cells", None)


def test_while_more_pictures_are_to_be_taken_what_was_known_is_kept(one: Scene) -> None:
    learner = Learner(start="cells")
    learner.sides = Sides(unheard=CELLS)
    learner.take(one.image, one.strokes, {})
    learner.learn(settled=False)
    assert learner.sides.unheard == CELLS, "these strokes agree with it, but others may not"
    learner.learn()
    assert not learner.sides.unheard


@pytest.mark.parametrize(
    ("against", "alike", "foreseen", "silent"),
    [
        (0.5, 0.3, 0.8, True),
        (0.5, -0.3, 1.0, False),
        (1.0, -0.3, 1.0, True),
        (1.0, -0.3, 0.84, False),
        (0.2, 0.3, 1.0, False),
    ],
)
def test_a_start_that_says_much_the_same_as_a_forest_is_silenced_sooner_than_one_that_says_the_opposite(
    against: float, alike: float, foreseen: float, silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "contradicted", lambda *_: against)
    monkeypatch.setattr(room, "foresight", lambda *_: foreseen)
    monkeypatch.setattr(room, "likeness", lambda *_: np.array([alike, alike]))
    assert (unheard([painted(MISTAKES)], "objects", 2, NONE) == CELLS) is silent


def test_two_strokes_are_chance() -> None:
    assert not unheard([painted(BRIGHT_WANTED[:2])], "objects", 2, NONE)


def test_a_start_that_was_not_sure_there_is_asked() -> None:
    one = painted(BRIGHT_WANTED)
    one.said[:] = 0.5 + (one.said - 0.5) / 3  # type: ignore[index]
    assert not unheard([one], "objects", 2, NONE)


def test_it_stays_silent_until_strokes_clearly_agree_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    one = painted(MISTAKES)
    for against, before, silent in ((-0.2, CELLS, True), (0.2, NONE, False), (-0.4, CELLS, False)):
        monkeypatch.setattr(room, "contradicted", lambda painted, kind, count, against=against: against)
        assert (unheard([one], "objects", 2, before) == CELLS) is silent
    other = replace(one, start="nuclei")
    assert unheard([other], "objects", 2, CELLS) >= CELLS, "it is remembered"
    assert not unheard([], "objects", 2, CELLS), "there are no strokes now"


def test_a_start_that_is_doubted_need_not_be_foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "contradicted", lambda painted, kind, count: 1.0)
    for doubt, silent in ((0.6, True), (0.4, False)):
        monkeypatch.setattr(room, "doubted", lambda *_, doubt=doubt: np.array([0.0, doubt]))
        assert (unheard([painted(MISTAKES)], "objects", 2, NONE) == CELLS) is silent


def test_who_wants_what_the_start_takes_for_background_gets_it(one: Scene) -> None:
    ours = Ours("cells", 0)
    *_, last = session(ours, one.image, ~one.truth, 5)
    assert last.score > 0.9
    assert ours._learner.sides.unheard == CELLS


def test_who_corrects_its_mistakes_goes_on_with_it(one: Scene) -> None:
    ours = Ours("cells", 0)
    before, *rounds = session(ours, one.image, one.truth, 5)
    assert not ours._learner.sides.unheard
    assert min(each.score for each in rounds) > before.score - 0.05


def test_a_silent_start_is_not_asked_and_is_when_strokes_are_taken_back(one: Scene) -> None:
    def found(learner: Learner) -> NDArray[np.bool_]:
        return learner.predict(one.image).probability > 0.5

    learner = Learner(start="cells")
    before = found(learner)
    learner.sides = Sides(unheard=CELLS)
    learner.update(one.image, np.where(one.strokes, 3 - one.strokes, 0).astype(np.uint8))
    assert learner.start == "cells"
    assert overlap(found(learner), ~one.truth) > 0.8
    learner.update(one.image, np.zeros_like(one.strokes))
    assert np.array_equal(found(learner), before)
    assert learner.sides.unheard == CELLS, "should the strokes come back"
    learner.update(one.image, one.strokes)
    assert learner.sides == Sides(), "strokes agree with it"
    now = found(learner)
    assert (learner.start, learner.silent) == ("cells", None)
    assert overlap(now, one.truth) > overlap(before, one.truth) + 0.1
