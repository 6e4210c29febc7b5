"""What became of objects between two labellings, whatever their numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_unet.core.metrics import Changes, changes


@pytest.fixture
def before() -> NDArray[np.uint16]:
    """Three squares."""
    labels = np.zeros((30, 60), np.uint16)
    labels[5:15, 5:15], labels[5:15, 25:35], labels[5:15, 45:55] = 1, 2, 3
    return labels


def test_other_numbers_change_nothing(before: NDArray[np.uint16]) -> None:
    assert changes(before, np.array([0, 9, 4, 7], np.uint32)[before]) == Changes(0, 0, 0)


def test_what_vanishes_appears_or_is_reshaped_is_counted(before: NDArray[np.uint16]) -> None:
    after = np.where(before == 1, 0, before)
    after[20:25, 20:25] = 1
    after[14, 25:35] = 0
    assert changes(before, after) == Changes(appeared=1, vanished=1, reshaped=1)


def test_one_that_is_parted_is_reshaped_where_most_of_it_is_left_and_else_gone(before: NDArray[np.uint16]) -> None:
    after = before.copy()
    after[5:15, 12:15] = 4  # three tenths of the first
    after[5:15, 30:35] = 5  # half of the second
    assert changes(before, after) == Changes(appeared=3, vanished=1, reshaped=1)


def test_the_difference_is_that_of_the_counts() -> None:
    random = np.random.default_rng(1)
    one, other = (np.kron(random.integers(0, 20, (12, 12)), np.ones((3, 3), int)) for _ in range(2))
    told = changes(one, other)
    assert told.appeared - told.vanished == (np.unique(other) > 0).sum() - (np.unique(one) > 0).sum()


def test_of_nothing_nothing_is_told() -> None:
    assert changes(np.zeros((4, 4), np.uint16), np.zeros((4, 4), np.uint16)) == Changes(0, 0, 0)
