"""Outlines are compared as the paper says, whichever way one looks at it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from napari_unet.core.metrics import Scores, evaluate, outline_f1, summarise


def square(top: int, left: int, side: int = 20) -> np.ndarray:
    array = np.zeros((60, 60), bool)
    array[top : top + side, left : left + side] = True
    return array


@pytest.mark.parametrize("tolerance", [1.0, 2.0, 4.0])
def test_it_agrees_with_the_nearest_points_of_two_outlines(tolerance: float) -> None:
    found, true = square(10, 10), square(13, 12, 25)

    def points(array: np.ndarray) -> np.ndarray:
        padded = np.pad(array, 1, mode="edge")
        around = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        return np.argwhere(array & ~around)

    def near(own: np.ndarray, other: np.ndarray) -> float:
        return float(np.mean(cKDTree(other).query(own)[0] <= tolerance))

    precision, recall = near(points(found), points(true)), near(points(true), points(found))
    expected = 2 * precision * recall / (precision + recall)
    assert outline_f1(found, true, tolerance) == pytest.approx(expected)


def test_a_shift_within_the_tolerance_is_perfect_and_one_far_beyond_is_not() -> None:
    assert outline_f1(square(10, 10), square(12, 10)) == 1
    assert outline_f1(square(5, 5, 10), square(40, 40, 10)) == 0


def test_without_an_outline_on_either_side_it_is_perfect_and_on_one_side_nothing() -> None:
    nothing, everything = np.zeros((9, 9), bool), np.ones((9, 9), bool)
    assert outline_f1(nothing, nothing) == outline_f1(everything, everything) == 1
    assert outline_f1(everything, nothing) == outline_f1(nothing, np.pad(np.ones((3, 3), bool), 3)) == 0


def test_a_ragged_outline_costs_more_than_a_few_pixels_do() -> None:
    true = square(10, 10, 40)
    ragged = true.copy()
    ragged[2:10, 10:50:8] = True
    scores = evaluate(ragged.astype(np.uint8), true.astype(np.uint8), "regions", ["a"])
    assert scores.dice > 0.97
    assert scores.classes["a"].boundary_f1 == scores.foreground.boundary_f1
    assert 0.5 < scores.classes["a"].boundary_f1 < 0.95


def test_the_summary_has_its_mean_and_leaves_out_what_was_not_compared() -> None:
    labels = square(10, 10).astype(np.uint8)
    shifted = square(10, 30).astype(np.uint8)
    each: list[Scores] = [
        evaluate(labels, labels, "objects", ["cell"]),
        evaluate(labels, shifted, "objects", ["cell"]),
        evaluate(labels, shifted, "objects", ["cell"], outlines=False),
    ]
    assert each[2].foreground.boundary_f1 is None
    known = [one.foreground.boundary_f1 for one in each[:2]]
    assert summarise(each).foreground.boundary_f1 == pytest.approx(np.mean(known))
    assert summarise(each[2:]).foreground.boundary_f1 is None


def test_volumes_have_outlines_too() -> None:
    ball = np.sum((np.indices((20, 20, 20)) - 10) ** 2, 0) < 36
    assert outline_f1(ball, np.roll(ball, 1, 0)) == 1
