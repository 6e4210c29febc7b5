from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_unet.core.strokes.beside import SETTLED, Beside, beside, sureness
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import CERTAIN
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


def test_anchors_are_what_the_start_is_sure_of() -> None:
    said = np.float32([[0.9, 0.55, 0.2], [0.1, 0.45, 0.8]])
    features, classes = Beside(FEATURES[:3], said).anchors
    np.testing.assert_array_equal(features, FEATURES[[0, 2]])
    assert classes.tolist() == [0, 1]


@pytest.mark.parametrize(("start", "told", "expected"), [("cells", 0.99, 1), ("cells", 0.5, 0), ("membranes", 0.99, 0)])
def test_a_start_of_objects_is_sure_of_what_it_finds_where_little_is_in_the_balance(
    one: Scene, start: str, told: float, expected: float
) -> None:
    painted = painted_on(Seen(one.image[np.newaxis], "scene"), one.strokes, "objects", start)
    assert painted is not None
    assert painted.around.said is not None
    said = np.where(np.arange(painted.around.said.shape[1]) % 3, 1 - told, told).astype(np.float32)
    asked = replace(painted, around=replace(painted.around, said=np.broadcast_to(said, painted.around.said.shape)))
    assert sureness([asked], "objects", 2).tolist() == [0, expected]
    assert sureness([asked], "objects", 3).tolist() == [0, 0, 0]


def test_without_a_start_nobody_is_sure(one: Scene) -> None:
    painted = painted_on(Seen(one.image[np.newaxis], "scene"), one.strokes, "objects", None)
    assert painted is not None
    assert sureness([painted], "objects", 2).tolist() == [0, 0]
