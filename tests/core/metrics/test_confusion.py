"""The picture of hits, misses and false alarms says what the scores say."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.errors import MaskError
from napari_unet.core.metrics import FALSE, HIT, MISS, confusion, evaluate
from tests.core.metrics.test_metrics import alike, random_labels


@pytest.mark.parametrize("seed", range(8))
def test_as_many_objects_are_hit_and_missed_as_the_scores_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = random_labels(rng, (40, 50), 1.5)
    found = alike(true, rng)
    verdict = confusion(found, true, "objects")
    scores = evaluate(found, true, "objects", ["cell"]).objects
    assert scores is not None
    hit = {number for number in np.unique(true[verdict == HIT]).tolist() if number}
    assert len(hit) / (scores.found + scores.true - len(hit)) == pytest.approx(scores.ap[0])
    assert verdict.dtype == np.uint8
    assert np.array_equal(verdict > 0, (found > 0) | (true > 0))
    assert np.all(found[verdict == FALSE] > 0)
    assert np.all(true[verdict == MISS] > 0)


def test_two_cells_that_were_joined_are_missed_all_over() -> None:
    true = np.zeros((4, 9), int)
    true[:, :4], true[:, 5:] = 1, 2
    joined = np.ones((4, 9), int)
    verdict = confusion(joined, true, "objects")
    assert set(verdict[true > 0].tolist()) == {MISS}
    assert set(verdict[true == 0].tolist()) == {FALSE}


def test_a_cell_that_was_found_a_little_too_small_is_hit_but_for_its_rim() -> None:
    true = np.zeros((8, 8), int)
    true[1:7, 1:7] = 5
    found = np.zeros((8, 8), int)
    found[1:7, 1:6] = 9
    verdict = confusion(found, true, "objects")
    assert (verdict == HIT).sum() == 30
    assert (verdict == MISS).sum() == 6


def test_regions_are_judged_pixel_by_pixel() -> None:
    true = np.array([[0, 0, 1, 1, 2]])
    found = np.array([[0, 2, 1, 0, 1]])
    assert confusion(found, true, "regions").tolist() == [[0, FALSE, HIT, MISS, MISS]]


def test_nothing_anywhere_is_nothing() -> None:
    empty = np.zeros((3, 3), np.uint16)
    assert not confusion(empty, empty, "objects").any()


def test_huge_numbers_are_told_apart() -> None:
    true = np.full((2, 4), 4_000_000_000, np.uint32)
    true[:, 2:] = 4_000_000_001
    assert set(confusion(true, true, "objects").ravel().tolist()) == {HIT}


def test_sizes_that_differ_are_refused() -> None:
    with pytest.raises(MaskError, match="2 x 2"):
        confusion(np.zeros((2, 2), int), np.zeros((2, 3), int), "objects")
