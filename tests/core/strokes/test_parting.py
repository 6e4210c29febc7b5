"""Objects are parted and joined as they are painted, whatever starts and shapes say."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet import Learner
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.strokes.parting import as_painted

SHAPE, MIDDLE, SIDE = (60, 100), 50, 30
USUAL = PostprocessingSettings()


@pytest.fixture
def halves() -> np.ndarray:
    """One bar as a start sees it: two halves with a border between them."""
    planes = np.zeros((3, *SHAPE), np.float32)
    planes[0, 15:45, 10:90] = 0.9
    planes[1, 15:45, MIDDLE - 2 : MIDDLE + 2] = 0.9
    (y, x), half = np.mgrid[:60, :100], SIDE / 2
    for left, right in ((10, MIDDLE), (MIDDLE, 90)):
        inside = np.minimum.reduce([y - 14, 45 - y, x - left + 1, right - x]) / half
        planes[2] = np.maximum(planes[2], inside.clip(0, 1))
    return planes


def painted(*strokes: tuple[int, slice, slice]) -> np.ndarray:
    numbers = np.zeros(SHAPE, np.uint8)
    for number, y, x in strokes:
        numbers[y, x] = number
    return numbers


def count(planes: np.ndarray, settings: PostprocessingSettings = USUAL) -> int:
    return int(postprocess(planes, "objects", settings).max())


ALONG = slice(20, 80)
WIDTHS = [slice(29, 30), slice(28, 31), slice(24, 34)]


@pytest.mark.parametrize("rows", WIDTHS, ids=["1 px", "3 px", "10 px"])
def test_what_a_stroke_runs_through_is_one_object(halves: np.ndarray, rows: slice) -> None:
    assert count(halves) == 2
    assert count(as_painted(halves, painted((1, rows, ALONG)))) == 1


def test_it_stays_one_when_the_clean_up_parts_more_eagerly(halves: np.ndarray) -> None:
    one = as_painted(halves, painted((1, slice(28, 31), ALONG)))
    eager = PostprocessingSettings(split=0.95)
    assert (count(halves, eager), count(one, eager)) == (2, 1)


def test_strokes_in_either_half_leave_them_as_they_are(halves: np.ndarray) -> None:
    numbers = painted((1, slice(28, 31), slice(20, 40)), (2, slice(28, 31), slice(60, 80)))
    assert as_painted(halves, numbers) is halves


@pytest.mark.parametrize("end", [MIDDLE + 2, MIDDLE + 5])
def test_a_stroke_that_touches_the_edge_of_the_next_object_joins_nothing(halves: np.ndarray, end: int) -> None:
    assert as_painted(halves, painted((1, slice(28, 31), slice(20, end)))) is halves


def test_most_of_a_stroke_must_lie_in_an_object_to_part_it(halves: np.ndarray) -> None:
    """The second one begins in the left half, where the border is drawn too far to the right."""
    numbers = painted((1, slice(28, 31), slice(20, 30)), (2, slice(28, 31), slice(MIDDLE - 4, 80)))
    assert as_painted(halves, numbers) is halves


def test_objects_that_touch_all_around_stay_as_painted_one_by_one() -> None:
    """A picture that is painted wholly: nine squares without a gap, of which a start sees one."""
    cells = np.zeros((3, 60, 60), np.float32)
    cells[0], cells[2] = 0.9, 0.7
    numbers = np.repeat(np.repeat(np.arange(1, 10).reshape(3, 3), 20, 0), 20, 1) * 1000
    labels = postprocess(as_painted(cells, numbers), "objects", USUAL)
    assert labels.max() == 9
    for number in np.unique(numbers):
        inside = labels[numbers == number]
        assert np.bincount(inside).max() > 0.85 * inside.size


@pytest.mark.parametrize("shape", [(1, 40), (40, 1), (0, 5)])
@pytest.mark.parametrize("planes", [1, 3])
def test_the_smallest_windows_are_no_trouble(shape: tuple[int, int], planes: int) -> None:
    cells, numbers = np.full((planes, *shape), np.float32(0.9)), np.zeros(shape, np.uint8)
    numbers[:10, :10], numbers[20:, 20:] = 1, 2
    assert as_painted(cells, numbers).shape in ((planes, *shape), (3, *shape))


@pytest.mark.parametrize("planes", [1, 3], ids=["cell alone", "with border and distance"])
@pytest.mark.parametrize("gap", [0, 1, 20], ids=["touching", "1 px apart", "20 px apart"])
def test_what_has_two_numbers_is_two_objects(planes: int, gap: int) -> None:
    bar = np.zeros((3, *SHAPE), np.float32)
    bar[0, 15:45, 10:90] = 0.9
    bar[2, 15:45, 10:90] = 0.5
    left = slice(30, MIDDLE - gap // 2)
    right = slice(MIDDLE - gap // 2 + gap, 75)
    numbers = painted((3, slice(28, 31), left), (1, slice(28, 31), right))
    assert count(bar[:planes]) == 1
    labels = postprocess(as_painted(bar[:planes], numbers), "objects", USUAL)
    assert labels.max() == 2
    assert len(np.unique(labels[numbers == 3])) == len(np.unique(labels[numbers == 1])) == 1
    assert labels[29, 40] != labels[29, 60]


def test_one_number_twice_says_nothing() -> None:
    """Who forgets to begin a new cell must not see two cells flow together, nor one parted."""
    cells = np.zeros((1, *SHAPE), np.float32)
    cells[0, 15:45, 10:90] = 0.9
    numbers = painted((1, slice(28, 31), slice(15, 30)), (1, slice(28, 31), slice(60, 80)))
    assert as_painted(cells, numbers) is cells


def test_a_notched_cell_with_a_stroke_through_it_is_one() -> None:
    cells = np.zeros((1, *SHAPE), np.float32)
    y, x = np.mgrid[:60, :100]
    for middle in (32, 68):
        cells[0][(y - 30) ** 2 + (x - middle) ** 2 < 20**2] = 0.9
    assert count(cells) == 2
    assert count(as_painted(cells, painted((1, slice(28, 31), slice(25, 75))))) == 1


def test_another_cell_of_the_clump_keeps_its_own_borders() -> None:
    """Three touching discs, a stroke through the first two: the third stays for itself."""
    cells = np.zeros((1, 60, 150), np.float32)
    y, x = np.mgrid[:60, :150]
    for middle in (32, 68, 104):
        cells[0][(y - 30) ** 2 + (x - middle) ** 2 < 20**2] = 0.9
    numbers = np.zeros((60, 150), np.uint8)
    numbers[28:31, 25:75] = 1
    assert count(cells) == 3
    labels = postprocess(as_painted(cells, numbers), "objects", USUAL)
    assert labels.max() == 2
    assert labels[30, 32] == labels[30, 68] != labels[30, 104]


@pytest.fixture
def clump() -> np.ndarray:
    """Two bright discs that touch along a side, 10 pixels of each within the other."""
    chance, (y, x) = np.random.default_rng(0), np.mgrid[:128, :192]
    inside = [(y - 64) ** 2 + (x - middle) ** 2 < 28**2 for middle in (73, 119)]
    return (60 + 120 * np.logical_or(*inside) + 6 * chance.standard_normal((128, 192))).astype(np.uint8)


@pytest.mark.parametrize("start", [None, "cells"])
def test_a_learner_keeps_to_what_is_painted(start: str | None, clump: np.ndarray) -> None:
    image, annotation = clump, np.zeros((128, 192), np.uint16)
    annotation[10:14, 20:170] = 1
    annotation[62:66, 50:142] = 2
    learner = Learner(start=start)
    learner.update(image, annotation)
    assert learner.predict(image).labels.max() == 1
    annotation[62:66, 90:102] = 0
    annotation[62:66, 102:142] = 3
    learner.update(image, annotation)
    labels = learner.predict(image).labels
    assert labels[64, 60] != labels[64, 132]
    assert labels.max() == 2


def test_a_plane_of_a_stack_has_borders_where_the_others_have(clump: np.ndarray) -> None:
    """Without a start, strokes part and join in flat pictures alone: stacks have one answer of one kind."""
    annotation = np.zeros((2, *clump.shape), np.uint16)
    annotation[0, 10:14, 20:170] = 1
    annotation[0, 62:66, 50:142] = 2
    flat, stack, part = Learner(start=None), Learner(start=None), (slice(0, 128), slice(0, 191))
    flat.update(clump, annotation[0])
    stack.update(np.stack([clump, clump[::-1]]), annotation)
    assert [len(flat.planes(clump[np.newaxis], window)) for window in (None, part)] == [3, 1]
    assert len(stack.planes(clump[np.newaxis])) == 1
    assert stack.predict(np.stack([clump, clump[::-1]])).labels.shape == (2, *clump.shape)
