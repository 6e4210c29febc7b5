from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_unet.core.strokes.windows import SQUARE
from napari_unet.engine.blocks import Block, Sheet


class Asked:
    """Answers 1, and remembers what it was asked."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def __call__(self, block: Block) -> NDArray[np.float32]:
        self.blocks.append(block)
        return np.ones((2, block.rows.stop - block.rows.start, block.columns.stop - block.columns.start), np.float32)


def test_a_small_picture_is_answered_at_once() -> None:
    asked = Asked()
    steps = list(Sheet((40, 50)).work(asked, (0, 5, 20, 5, 20)))
    assert [step is None for step in steps] == [True, False]
    assert steps[-1] is not None
    assert (steps[-1] == np.ones((2, 40, 50))).all()
    assert len(asked.blocks) == 1


def test_the_plane_on_show_of_a_film_of_stacks_is_answered_first() -> None:
    first, *_, last = Sheet((2, 3, 40, 50)).work(Asked(), (4, 0, 40, 0, 50))
    assert first is not None
    assert np.argwhere(first[0].any((-2, -1))).tolist() == [[1, 1]]
    assert last is not None
    assert last.shape == (2, 2, 3, 40, 50)
    assert last.all()


def test_what_is_on_show_of_a_large_picture_is_answered_first() -> None:
    sheet = Sheet((SQUARE + 40, SQUARE + 50))
    first, *_, last = sheet.work(Asked(), (0, 100, 300, 200, 500))
    assert first is not None
    assert first[:, 100:300, 200:500].all()
    assert first.sum() == 2 * 200 * 300
    assert last is not None
    assert last.all()


def test_the_plane_on_show_goes_first_then_those_beside_it() -> None:
    asked = Asked()
    steps = list(Sheet((5, 40, 50)).work(asked, (3, -10, 400, 0, 50)))
    assert [block.plane for block in asked.blocks] == [3, 2, 4, 1, 0]
    assert steps[0] is not None
    assert steps[0].any((0, 2, 3)).tolist() == [False, False, False, True, False]
    assert steps[-1] is not None
    assert steps[-1].all()


def test_broken_off_it_goes_on_where_it_was() -> None:
    asked, sheet = Asked(), Sheet((5, 40, 50))
    work = sheet.work(asked, (3, 0, 40, 0, 50))
    next(work), next(work)
    rest = list(sheet.work(asked, (0, 0, 40, 0, 50)))
    assert [block.plane for block in asked.blocks] == [3, 2, 0, 1, 4]
    assert rest[0] is not None
    assert rest[-1] is not None
    assert rest[-1].all()


def test_after_a_stroke_what_was_there_stays_until_it_is_answered_anew() -> None:
    sheet = Sheet((3, 40, 50))
    list(sheet.work(Asked(), ()))
    sheet.outdate()
    asked = Asked()
    first = next(sheet.work(asked, (1, 0, 40, 0, 50)))
    assert [block.plane for block in asked.blocks] == [1]
    assert first is not None
    assert first.all()


@pytest.mark.parametrize("seen", [(), (9, 0, 40, 0, 50), (1, 30, 30, 0, 50), (1, 50, 90, 0, 50)])
def test_a_part_that_is_nowhere_goes_before_nothing(seen: tuple[int, ...]) -> None:
    steps = list(Sheet((3, 40, 50)).work(Asked(), seen))
    assert [step is None for step in steps] == [True, True, True, False]


def test_what_is_handed_out_is_a_copy() -> None:
    sheet = Sheet((3, 40, 50))
    first = next(sheet.work(Asked(), (0, 0, 40, 0, 50)))
    assert first is not None
    first[:] = 7
    assert sheet.answer is not None
    assert sheet.answer.max() == 1


def test_a_view_of_more_than_a_block_is_not_answered_twice() -> None:
    asked, side = Asked(), 2 * SQUARE
    list(Sheet((side, side)).work(asked, (0, 0, side, 0, side)))
    assert len(asked.blocks) == 4


def test_planes_that_say_more_and_less_are_brought_to_what_all_say() -> None:
    def ask(block: Block) -> NDArray[np.float32]:
        return np.full((1 if block.plane == 1 else 3, 40, 50), 1, np.float32)

    for first in range(3):
        *_, last = Sheet((3, 40, 50)).work(ask, (first, 0, 40, 0, 50))
        assert last is not None
        assert last.shape == (1, 3, 40, 50)
        assert last.all()


@pytest.mark.parametrize("seen", [(), (0, 0, 40, 0, 50), (2, 0, 40, 0, 50)])
def test_blank_planes_are_background_and_take_nothing_from_the_others(seen: tuple[int, ...]) -> None:
    def ask(block: Block) -> NDArray[np.float32] | None:
        return np.ones((3, 40, 50), np.float32) if block.plane == 1 else None

    sheet = Sheet((3, 40, 50), np.zeros((1, 3, 40, 50), np.float32))  # an answer from before, which told less
    *_, last = sheet.work(ask, seen)
    assert last is not None
    assert last.any((2, 3)).tolist() == [[False, True, False]] * 3
    assert sheet.is_complete


def test_a_blank_plane_on_show_has_no_answer_before_others_have() -> None:
    def ask(block: Block) -> NDArray[np.float32] | None:
        return np.ones((3, 40, 50), np.float32) if block.plane else None

    first, *_, last = Sheet((2, 40, 50)).work(ask, (0, 0, 40, 0, 50))
    assert first is None
    assert last is not None
    assert len(last) == 3
