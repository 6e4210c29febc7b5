"""What looks wrong in an annotation is found, and what is right is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.metrics.doubts import Doubt, doubts

Y, X = np.mgrid[:120, :160]


def disc(row: float, column: float, radius: float) -> np.ndarray:
    return np.asarray((Y - row) ** 2 + (X - column) ** 2 < radius**2)


@pytest.fixture
def cells() -> np.ndarray:
    """Six round cells, of which two touch: as a mask."""
    mask = np.zeros(Y.shape, np.uint16)
    for number, (row, column) in enumerate([(20, 20), (20, 60), (60, 20), (60, 40), (100, 20), (100, 60)], 1):
        mask[disc(row, column, 11) & (mask == 0)] = number
    return mask


def found(mask: np.ndarray, foreground: np.ndarray | None = None) -> list[tuple[str, int]]:
    return [(one.reason, one.number) for one in doubts(from_mask(mask), foreground)]


def test_round_cells_that_touch_are_right(cells: np.ndarray) -> None:
    assert found(cells) == []


def test_two_cells_under_one_number_have_a_neck(cells: np.ndarray) -> None:
    cells[cells == 4] = 3
    (doubt,) = doubts(from_mask(cells), None)
    assert (doubt.reason, doubt.number) == ("joined", 3)
    assert abs(doubt.place[0] - 60) <= 2
    assert abs(doubt.place[1] - 30) <= 3, "it leads to where they are joined"


def test_a_bent_or_long_cell_is_not_two(cells: np.ndarray) -> None:
    cells[90:112, 90:150] = 7
    ring = disc(40, 120, 30) & ~disc(40, 120, 18) & (X > 120)
    cells[ring] = 8
    assert found(cells) == []


def test_one_number_far_apart_and_a_crumb(cells: np.ndarray) -> None:
    cells[disc(60, 140, 9)] = 1
    cells[5:7, 100:102] = 9
    cells[118, 158] = 2
    assert sorted(found(cells)) == [("apart", 1), ("crumb", 2), ("crumb", 9)]
    apart = next(one for one in doubts(from_mask(cells), None) if one.reason == "apart")
    assert apart.place == (60, 140)


def test_strokes_say_nothing_of_shapes(cells: np.ndarray) -> None:
    annotation = np.zeros(cells.shape, np.uint16)
    annotation[10:40, 10:22], annotation[22:26, 10:60], annotation[10:40, 50:62] = 2, 2, 2
    assert doubts(annotation, None) == ()


def test_where_a_model_sees_background_there_may_be_nothing(cells: np.ndarray) -> None:
    foreground = np.where(cells == 5, 0.02, 0.9 * (cells > 0)).astype(np.float32)
    assert found(cells, foreground) == [("unseen", 5)]


def test_in_a_stack_too(cells: np.ndarray) -> None:
    stack = np.stack([np.zeros_like(cells), cells, cells, cells, np.zeros_like(cells)])
    stack[0, 110, 150] = 30
    assert found(stack) == [("crumb", 30)]


def test_a_doubt_is_another_once_it_was_painted_over(cells: np.ndarray) -> None:
    cells[cells == 4] = 3
    (before,) = doubts(from_mask(cells), None)
    cells[60, 9] = 3
    (after,) = doubts(from_mask(cells), None)
    assert before.key == Doubt("joined", 3, (0, 0), before.pixels).key != after.key


def test_nothing_painted_is_nothing_to_doubt() -> None:
    assert doubts(np.zeros((20, 20), np.uint16), None) == ()
