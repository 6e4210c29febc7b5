"""Pieces of neighbouring blocks: which are one."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.large.grid import blocks, grown, shared, within
from napari_unet.core.large.joining import Joined, Sides, sides_of


def line(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.uint32)


def side_by_side(right: np.ndarray, beyond: np.ndarray, left: np.ndarray) -> dict[tuple[int, int], Sides]:
    none = np.zeros(0, np.uint32)
    one = Sides(int(max(right.max(), beyond.max())), none, none, none, right, none, beyond)
    return {(0, 0): one, (0, 1): Sides(int(left.max()), none, none, left, none)}


def test_every_pixel_is_in_one_core() -> None:
    seen = np.zeros((1000, 777), int)
    for block in blocks((1000, 777), 256):
        seen[block.core] += 1
    assert (seen == 1).all()


def test_windows_end_at_the_picture() -> None:
    core = (slice(256, 512), slice(0, 256))
    window = grown(core, 100, (600, 300))
    assert window == (slice(156, 600), slice(0, 300))
    assert within(core, window) == (slice(100, 356), slice(0, 256))
    assert shared(core, (slice(0, 300), slice(100, 400))) == (slice(256, 300), slice(100, 256))
    assert shared(core, (slice(0, 256), slice(0, 9))) is None


def test_what_both_blocks_see_alike_is_one_and_nothing_else() -> None:
    joined = Joined(side_by_side(line(1, 1, 2, 2), line(1, 1, 2, 2), line(1, 1, 3, 3)), by_connection=False)
    first, second = joined.group[joined.nodes((0, 0))], joined.group[joined.nodes((0, 1))]
    assert first[0] == second[0]
    assert first[1] == second[2]
    assert len({*first, *second}) == 3


def test_cells_that_touch_across_a_seam_are_not_one() -> None:
    """Side by side on the seam, but each block says that the other's is another."""
    joined = Joined(side_by_side(line(1, 1, 1), line(0, 0, 0), line(1, 1, 1)), by_connection=False)
    assert len(set(joined.group[1:].tolist())) == 2


def test_where_blocks_disagree_one_object_never_bridges_two() -> None:
    joined = Joined(side_by_side(line(1, 1, 1, 1), line(1, 1, 1, 1), line(1, 1, 1, 2)), by_connection=False)
    group = joined.group[1:].tolist()
    assert group[0] == group[1] != group[2]


@pytest.mark.parametrize(("other", "pieces"), [(line(1, 0, 2), 2), (line(0, 1, 0), 3)])
def test_what_is_not_parted_is_one_wherever_it_touches(other: np.ndarray, pieces: int) -> None:
    joined = Joined(side_by_side(line(1, 0, 2), line(0, 0, 0), other), by_connection=True)
    assert len(set(joined.group[1:].tolist())) == pieces


def test_what_touches_the_picture_edge_belongs_to_the_outside() -> None:
    numbers = np.zeros((5, 5), np.uint32)
    numbers[0, 2], numbers[2, 2] = 1, 2
    joined = Joined({(0, 0): sides_of(numbers, 2)}, by_connection=True, outside=True)
    assert (joined.group[1:] == joined.group[0]).tolist() == [True, False]
