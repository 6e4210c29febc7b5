from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_unet.core.strokes import taught
from napari_unet.core.strokes.beside import SETTLED, Beside, beside, plainly_alike
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import CERTAIN
from napari_unet.core.strokes.taught import taught_by
from tests.core.strokes.conftest import Scene

FEATURES = np.linspace(0, 1, 200, dtype=np.float32)[:, np.newaxis]
BRIGHT = (FEATURES[:, 0] > 0.5).astype(np.intp)


def agreement(found: np.ndarray, certainty: float, doubt: float = 0.0) -> np.ndarray:
    """Of a forest that takes what is bright for objects, and a start that finds this, sure of it so far everywhere."""
    objects = np.where(found, 0.5 + certainty / 2, 0.5 - certainty / 2).astype(np.float32)
    said = Beside(FEATURES, np.stack([1 - objects, objects]))
    return said.agreement(Guide(FEATURES, BRIGHT, 2, 1), np.full(2, np.float32(doubt)))


def test_who_says_the_same_agrees_however_sure_of_it() -> None:
    for certainty in (0.1, 0.9):
        assert agreement(BRIGHT == 1, certainty) == pytest.approx(np.ones(2), abs=0.05)


def test_a_contradiction_counts_for_less_where_the_start_is_in_two_minds() -> None:
    middle = (CERTAIN + SETTLED) / 2
    halves = [agreement(BRIGHT == 0, certainty) for certainty in (SETTLED, middle, CERTAIN)]
    for found, expected in zip(halves, (-1, -0.5, 0), strict=True):
        assert found == pytest.approx(np.full(2, expected), abs=0.05)


def test_contradicting_a_start_counts_for_less_the_more_it_is_doubted() -> None:
    for doubt, expected in ((0, -1), (0.5, -0.5), (1, 0)):
        assert agreement(BRIGHT == 0, 0.9, doubt) == pytest.approx(np.full(2, expected), abs=0.05)
        assert agreement(BRIGHT == 1, 0.9, doubt) == pytest.approx(np.ones(2), abs=0.05)


def test_a_start_that_finds_nothing_anywhere_neither_agrees_nor_contradicts() -> None:
    assert (agreement(np.zeros(200, bool), 0.9) == 0).all()


def test_where_a_start_says_no_number_it_is_not_asked(one: Scene) -> None:
    painted = painted_on(Seen(one.image[np.newaxis], "scene"), one.strokes, "objects", "cells")
    assert painted is not None
    assert painted.around.said is not None
    said = painted.around.said.copy()
    said[0, :7] = np.nan
    asked = beside([replace(painted, around=replace(painted.around, said=said))], Light(), "objects", 2)
    assert asked is not None
    assert len(asked.features) == len(painted.around.features) - 7
    assert np.isfinite(asked.said).all()
    said[:] = np.nan
    silent = replace(painted, around=replace(painted.around, said=said))
    assert beside([silent], Light(), "objects", 2) is None


def with_start(scene: Scene, turned: bool, silent: bool = False) -> Painted:
    """Strokes, and a start that says what a plain forest on them does, or the opposite, or nothing anywhere."""
    painted = painted_on(Seen(scene.image[np.newaxis], "scene"), scene.strokes, "objects", "cells")
    assert painted is not None
    assert painted.around.said is not None
    light = Light()
    plain = Guide(light.plain_on_all([painted]), painted.values, 2, 1)
    told = plain.ask(light.plain_on(painted.around.features, painted.levels)[np.newaxis])[1, 0]
    said = painted.around.said.copy()
    said[0] = 0 if silent else 1 - told if turned else told
    return replace(painted, around=replace(painted.around, said=said))


def test_how_far_a_plain_forest_and_a_start_say_the_same(one: Scene) -> None:
    light = Light()
    for turned, silent, expected in ((False, False, 1), (True, False, -1), (False, True, 1)):
        painted = with_start(one, turned, silent)
        plain = Guide(light.plain_on_all([painted]), painted.values, 2, 1)
        alike = plainly_alike(plain, [painted], light, "objects", 2)
        assert alike == pytest.approx(np.full(2, expected), abs=0.02)
    nobody = painted.without_start
    assert plainly_alike(plain, [nobody], light, "objects", 2).tolist() == [1, 1]


def test_who_is_contradicted_all_over_the_picture_by_the_forest_is_not_doubted(
    one: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taught, "doubted", lambda painted, kind, count: np.ones(count, np.float32))
    for turned, expected in ((False, 1), (True, 0)):
        known = taught_by([with_start(one, turned)], "objects", 2)
        assert known is not None
        assert known.doubt == pytest.approx(np.full(2, expected), abs=0.01)


def test_anchors_are_what_the_start_is_sure_of() -> None:
    said = np.float32([[0.9, 0.55, 0.2], [0.1, 0.45, 0.8]])
    features, classes = Beside(FEATURES[:3], said).anchors
    np.testing.assert_array_equal(features, FEATURES[[0, 2]])
    assert classes.tolist() == [0, 1]
