from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.strokes.painted import painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.trust import SURE, UNKNOWN, amount, evened, left_out, trust
from tests.core.strokes.conftest import Scene

CHANCE = np.random.default_rng(0)


def test_trust_is_how_probable_they_found_what_was_painted() -> None:
    this, strokes = np.array([True, True, False, False]), np.array([1, 1, 2, 2])
    assert trust(np.array([0.8, 0.8, 0.2, 0.2]), this, strokes) == pytest.approx(0.8)
    assert trust(np.array([0.1, 0.1, 0.9, 0.9]), this, strokes) == pytest.approx(0.1)
    assert trust(np.full(4, 0.5), this, strokes) == pytest.approx(0.5)


def test_who_was_not_asked_is_not_trusted_nor_distrusted() -> None:
    assert trust(np.full(3, np.nan), np.ones(3, bool), np.ones(3, int)) == UNKNOWN
    some = np.array([0.9, np.nan, np.nan])
    assert trust(some, np.ones(3, bool), np.ones(3, int)) == pytest.approx(0.9)


def test_a_long_stroke_counts_no_more_than_a_short_one() -> None:
    told = np.array([0.9] * 90 + [0.4] * 10)
    strokes = np.array([1] * 90 + [2] * 10)
    assert trust(told, np.ones(100, bool), strokes) == pytest.approx(np.sqrt(0.9 * 0.4))


def test_nor_do_nine_strokes_of_one_side_count_more_than_one_of_the_other() -> None:
    this = np.arange(30) < 3
    weights = evened(this, np.arange(30) // 3)
    assert weights[this].sum() == pytest.approx(5) == weights[~this].sum()
    assert evened(np.ones(4, bool), np.array([1, 1, 1, 2])) == pytest.approx([1 / 3] * 3 + [1])


def test_one_wild_mistake_does_not_decide() -> None:
    assert trust(np.array([0.0]), np.array([True]), np.array([1])) == pytest.approx(1 - SURE)


def test_more_strokes_tell_more() -> None:
    amounts = [amount(count) for count in range(20)]
    assert amounts == sorted(amounts)
    assert amounts[0] == 0
    assert amounts[-1] < 1


def test_a_forest_is_asked_about_strokes_that_it_does_not_know() -> None:
    classes = np.repeat([0, 1, 0, 1], 10)
    strokes = np.repeat([1, 2, 3, 4], 10)
    alike = (classes[:, None] + CHANCE.normal(0, 0.01, (40, 3))).astype(np.float32)
    told = left_out(alike, classes, strokes, 2, 1)
    assert (told.argmax(0) == classes).all()
    # Here each stroke looks like itself alone: whoever knows it is right, whoever does not cannot be.
    alone = (strokes[:, None] * 10 + CHANCE.normal(0, 0.01, (40, 3))).astype(np.float32)
    told = left_out(alone, classes, strokes, 2, 1)
    assert trust(told[1], classes == 1, strokes) < UNKNOWN


def test_with_one_stroke_of_each_class_there_is_nothing_to_leave_out() -> None:
    classes = np.repeat([0, 1], 10)
    told = left_out(CHANCE.random((20, 3)).astype(np.float32), classes, classes + 1, 2, 1)
    assert np.isnan(told).all()


def test_strokes_are_connected_pieces_of_one_class(one: Scene) -> None:
    annotation = np.zeros(one.truth.shape, np.uint8)
    annotation[10:13, 10:30], annotation[10:13, 30:40], annotation[50:53, 10:30] = 2, 1, 2
    painted = painted_on(Seen(one.image[np.newaxis], "one"), annotation, "objects", None)
    assert painted is not None
    assert sorted(np.bincount(painted.strokes)[1:]) == [30, 60, 60]
    assert all(len(set(painted.values[painted.strokes == stroke])) == 1 for stroke in np.unique(painted.strokes))
