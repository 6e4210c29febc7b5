"""Each tool changes what it should, nothing else, and never the array it is given."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_unet.core import editing
from napari_unet.core.editing.edit import Edit
from napari_unet.core.errors import MaskError

Labels = NDArray[np.integer]


def disc(labels: Labels, number: int, y: int, x: int, radius: int) -> None:
    rows, columns = np.mgrid[: labels.shape[0], : labels.shape[1]]
    labels[(rows - y) ** 2 + (columns - x) ** 2 <= radius**2] = number


@pytest.fixture(params=[np.uint16, np.int32])
def labels(request: pytest.FixtureRequest) -> Labels:
    """Two that touch and were taken for one (3), one alone (5), one with a hole (9)."""
    labels = np.zeros((60, 80), request.param)
    disc(labels, 3, 15, 15, 9)
    disc(labels, 3, 15, 31, 9)
    disc(labels, 5, 45, 15, 8)
    disc(labels, 9, 42, 55, 12)
    labels[40:44, 53:57] = 0
    return labels


def after(labels: Labels, done: Edit | None) -> Labels:
    """What the labels are then, as the pixels that differ tell; the edit itself must say the same."""
    assert done is not None
    before, changed = labels.copy(), labels.copy()
    indices, values = done.changes(labels)
    assert len(indices[0])
    changed[indices] = values
    np.testing.assert_array_equal(changed, done.applied(labels))
    np.testing.assert_array_equal(labels, before)
    assert done.values.dtype == labels.dtype
    return changed


def test_one_is_deleted(labels: Labels) -> None:
    changed = after(labels, editing.delete(labels, (45, 15)))
    assert set(np.unique(changed)) == {0, 3, 9}
    assert editing.delete(labels, (0, 0)) is None
    assert editing.delete(labels, (-1, 500)) is None


def test_those_mostly_inside_a_rectangle_are_deleted(labels: Labels) -> None:
    changed = after(labels, editing.delete_inside(labels, (slice(30, 60), slice(0, 50))))
    assert set(np.unique(changed)) == {0, 3, 9}
    assert editing.delete_inside(labels, (slice(0, 3), slice(0, 3))) is None


def test_two_become_one_with_the_number_of_the_larger(labels: Labels) -> None:
    changed = after(labels, editing.merge(labels, (5, 9)))
    assert set(np.unique(changed)) == {0, 3, 9}
    assert changed[45, 15] == 9
    assert editing.merge(labels, (5, 5)) is None
    assert editing.merge(labels, (5, 77)) is None


def test_a_line_across_makes_one_of_all_it_crosses(labels: Labels) -> None:
    parted = after(labels, editing.split_along(labels, [(0, 23), (30, 23)]))
    changed = after(parted, editing.merge_along(parted, [(15, 5), (15, 40)]))
    np.testing.assert_array_equal(changed > 0, labels > 0)
    assert len(np.unique(changed)) == len(np.unique(labels))


def test_the_narrow_gap_between_two_is_filled() -> None:
    labels = np.zeros((20, 40), np.uint16)
    labels[5:15, 5:18], labels[5:15, 20:35] = 1, 2
    changed = after(labels, editing.merge(labels, (1, 2)))
    assert (changed[7:13, 5:35] == 2).all()
    assert not changed[:3].any()


@pytest.mark.parametrize("path", [[(0, 23), (30, 23)], [(2, 14), (28, 32)], [(0, 22), (15, 25), (30, 21)]])
def test_a_line_parts_what_it_cuts_and_no_pixel_is_lost(labels: Labels, path: list[tuple[int, int]]) -> None:
    changed = after(labels, editing.split_along(labels, path))
    np.testing.assert_array_equal(changed > 0, labels > 0)
    assert set(np.unique(changed)) == {0, 3, 5, 9, 10}
    assert changed[15, 10] != changed[15, 38]
    sizes = np.bincount(changed.ravel())
    assert sizes[3] >= sizes[10] > 50


def test_a_line_that_does_not_go_through_parts_nothing(labels: Labels) -> None:
    assert editing.split_along(labels, [(15, 10), (15, 20)]) is None
    assert editing.split_along(labels, [(0, 60), (10, 70)]) is None
    assert editing.split_along(labels, [(45, 15)]) is None


def test_between_two_clicks_it_is_parted_at_the_neck(labels: Labels) -> None:
    changed = after(labels, editing.split_between(labels, (15, 12), (15, 34)))
    np.testing.assert_array_equal(changed > 0, labels > 0)
    left, right = changed[15, 12], changed[15, 34]
    assert {left, right} == {3, 10}
    edge = np.flatnonzero(np.diff((changed[15, 10:36] == left).astype(int)))
    assert abs(int(edge[0]) + 10 - 23) <= 2
    assert editing.split_between(labels, (15, 12), (45, 15)) is None
    assert editing.split_between(labels, (15, 12), (15, 12)) is None


def test_holes_of_one_or_of_all_are_filled(labels: Labels) -> None:
    changed = after(labels, editing.fill_holes(labels, (42, 47)))
    assert (changed[40:44, 53:57] == 9).all()
    np.testing.assert_array_equal(after(labels, editing.fill_holes(labels, None)), changed)
    assert editing.fill_holes(labels, (45, 15)) is None


def test_a_cell_in_the_hole_of_another_stays(labels: Labels) -> None:
    labels[41:43, 54:56] = 5
    changed = after(labels, editing.fill_holes(labels, None))
    assert (changed[41:43, 54:56] == 5).all()
    assert (changed[40, 53:57] == 9).all()


def test_an_outline_is_smoothed_and_keeps_its_size() -> None:
    labels = np.zeros((60, 60), np.uint16)
    disc(labels, 1, 30, 30, 15)
    labels[30, 45:58] = 1  # a spike
    changed = after(labels, editing.smooth(labels, (30, 30)))
    assert not changed[30, 52:].any()
    assert abs(int((changed > 0).sum()) - int((labels > 0).sum())) < 40


def test_one_grows_and_shrinks_by_pixels_but_never_into_another(labels: Labels) -> None:
    grown = after(labels, editing.grow(labels, (45, 15), 2))
    assert (grown == 5).sum() > (labels == 5).sum()
    shrunk = after(grown, editing.shrink(grown, (45, 15), 2))
    assert (shrunk == 5).sum() < (grown == 5).sum()
    assert set(np.unique(shrunk[labels == 5])) <= {0, 5}
    crowded = labels.copy()
    crowded[labels == 0] = 7
    assert editing.grow(crowded, (45, 15)) is None


def test_what_would_vanish_stays() -> None:
    labels = np.zeros((9, 9), np.uint16)
    labels[4, 4] = 1
    assert editing.shrink(labels, (4, 4)) is None


def test_numbers_without_gaps(labels: Labels) -> None:
    changed = after(labels, editing.relabel(labels))
    assert set(np.unique(changed)) == {0, 1, 2, 3}
    assert changed[45, 15] == 2
    assert editing.relabel(changed) is None


def test_numbers_run_out_loudly() -> None:
    labels = np.zeros((20, 20), np.uint8)
    labels[5:15, 5:15] = 255
    with pytest.raises(MaskError, match="no number left"):
        editing.split_along(labels, [(0, 10), (19, 10)])


def test_objects_are_gone_through_round_and_round(labels: Labels) -> None:
    numbers, at = [], 0
    for _ in range(4):
        found = editing.next_object(labels, at, 1)
        assert found is not None
        assert labels[found.place] == found.number
        numbers.append(at := found.number)
    assert numbers == [3, 5, 9, 3]
    back = editing.next_object(labels, 3, -1)
    assert back is not None
    assert back.number == 9
    between = editing.next_object(labels, 4, 1)
    assert between is not None
    assert between.number == 5
    assert editing.next_object(np.zeros((4, 4), np.uint16), 0, 1) is None


def test_the_most_doubtful_comes_first(labels: Labels) -> None:
    probability = np.where(labels > 0, 0.95, 0.05)
    probability[labels == 5] = 0.6
    ranked = editing.ranked(labels, probability)
    assert ranked[0].number == 5
    assert [found.doubt for found in ranked] == sorted((found.doubt for found in ranked), reverse=True)
    assert all(labels[found.place] == found.number for found in ranked)
    labels[55:57, 70:72] = 12  # as sure as the others, but far too small
    assert editing.ranked(labels, np.where(labels > 0, 0.95, 0.05))[0].number == 12


def test_planes_in_between_are_filled_with_shapes_in_between() -> None:
    stack = np.zeros((7, 60, 60), np.uint16)
    disc(stack[1], 4, 30, 20, 6)
    disc(stack[5], 4, 30, 30, 12)
    stack[3, 28:32, 24:26] = 2
    changed = after(stack, editing.interpolate(stack, 4))
    areas = (changed == 4).sum((1, 2))
    assert areas[0] == areas[6] == 0
    assert areas[1] < areas[2] < areas[4] < areas[5]
    assert (changed[3, 28:32, 24:26] == 2).all()
    assert editing.interpolate(changed, 4) is None
    assert editing.interpolate(stack[0], 4) is None


def test_an_object_that_moves_further_than_it_is_wide_is_filled_on_its_way() -> None:
    stack = np.zeros((9, 50, 80), np.uint16)
    disc(stack[0], 4, 15, 12, 5)
    disc(stack[8], 4, 35, 68, 5)
    changed = after(stack, editing.interpolate(stack, 4)) == 4
    for plane, (y, x) in enumerate(zip(np.linspace(15, 35, 9), np.linspace(12, 68, 9), strict=True)):
        assert np.abs(np.argwhere(changed[plane]).mean(0) - (y, x)).max() < 0.6
        assert abs(int(changed[plane].sum()) - int(changed[0].sum())) < 0.2 * changed[0].sum()


def test_what_fills_whole_planes_fills_those_between() -> None:
    stack = np.zeros((3, 12, 12), np.uint16)
    stack[0] = stack[2] = 4
    assert (after(stack, editing.interpolate(stack, 4)) == 4).all()


def test_an_object_at_the_edge_of_the_picture_stays_at_it() -> None:
    stack = np.zeros((3, 40, 40), np.uint16)
    stack[0, 10:20, :12] = stack[2, 10:20, :12] = 4
    np.testing.assert_array_equal(after(stack, editing.interpolate(stack, 4))[1], stack[0])


TOOLS: dict[str, Callable[[Labels], Edit | None]] = {
    "delete": lambda stack: editing.delete(stack, (1, 10, 10)),
    "merge": lambda stack: editing.merge(stack, (1, 2)),
    "split": lambda stack: editing.split_between(stack, (1, 10, 6), (1, 10, 14)),
    "grow": lambda stack: editing.grow(stack, (1, 10, 10)),
    "shrink": lambda stack: editing.shrink(stack, (1, 10, 10)),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_tools_work_through_a_stack(tool: str) -> None:
    stack = np.zeros((3, 20, 40), np.uint16)
    stack[:, 5:15, 5:15], stack[:, 5:15, 20:30] = 1, 2
    changed = after(stack, TOOLS[tool](stack))
    assert [bool((changed[plane] != stack[plane]).any()) for plane in range(3)] == [True] * 3


def stack_of_two() -> Labels:
    """One object on all planes and one on the upper ones; a third lies under the second."""
    stack = np.zeros((4, 30, 60), np.uint16)
    stack[:, 5:25, 5:25], stack[2:, 5:25, 35:55], stack[:2, 5:25, 35:55] = 1, 2, 3
    return stack


def test_a_rectangle_through_a_stack_takes_whole_objects_and_in_a_plane_that_plane_alone() -> None:
    stack, corners = stack_of_two(), [(3, 2, 2), (3, 28, 58)]
    through = after(stack, editing.run("delete", stack, corners))
    assert not through.any(), "an object is in the rectangle on whichever plane it is"
    part = after(stack, editing.run("delete", stack, [(3, 2, 2), (3, 28, 30)]))
    assert set(np.unique(part)) == {0, 2, 3}
    plane = after(stack, editing.run_in_plane("delete", stack, corners))
    assert not plane[3].any()
    np.testing.assert_array_equal(plane[:3], stack[:3])


def test_a_line_through_a_stack_parts_what_lies_under_it_on_its_plane_in_all_planes() -> None:
    stack, line = stack_of_two(), [(3, 15, 0), (3, 15, 30), (3, 15, 59)]
    parted = after(stack, editing.run("split", stack, line))
    np.testing.assert_array_equal(parted > 0, stack > 0)
    for plane in range(4):
        assert parted[plane, 8, 15] != parted[plane, 22, 15]
    assert parted[3, 8, 45] != parted[3, 22, 45]
    np.testing.assert_array_equal(parted == 3, stack == 3, "it lies under the line, but on other planes")
    assert len(np.unique(parted)) == 6
    plane = after(stack, editing.run_in_plane("split", stack, line))
    np.testing.assert_array_equal(plane[:3], stack[:3])
    assert len(np.unique(plane[3])) == 5


def test_what_is_parted_in_a_plane_takes_no_number_of_another_plane() -> None:
    stack = np.zeros((2, 40, 40), np.uint16)
    stack[0, 10:30, 10:30], stack[1, 5:35, 5:35] = 1, 2
    done = editing.run_in_plane("split", stack, [(0, 20, 5), (0, 20, 35)])
    parted = after(stack, done)
    assert set(np.unique(parted[0])) == {0, 1, 3}
    assert (parted[1] == stack[1]).all()


def test_what_is_deleted_in_a_plane_without_background_leaves_background() -> None:
    stack = np.ones((2, 8, 8), np.uint16)
    stack[0, :, 4:] = 2
    parted = after(stack, editing.run_in_plane("delete", stack, [(0, 1, 6)]))
    assert set(np.unique(parted[0])) == {0, 1}
    assert (parted[1] == 1).all()


def test_planes_are_filled_at_the_time_point_of_the_place_alone() -> None:
    film = np.zeros((2, 5, 20, 20), np.uint16)
    film[:, 0, 5:15, 5:15] = film[:, 4, 5:15, 5:15] = 3
    found = editing.between(film, (1, 4, 10, 10))
    assert found.planes == (1, 2, 3)
    assert found.edit is not None
    filled = found.edit.applied(film)
    assert (filled[1, 1:4, 8:12, 8:12] == 3).all()
    assert np.array_equal(filled[0], film[0])


def test_without_a_plane_between_two_there_is_nothing_to_fill() -> None:
    stack = np.zeros((3, 20, 20), np.uint16)
    stack[0, 5:15, 5:15] = stack[1, 5:15, 5:15] = 3
    assert editing.between(stack, (0, 10, 10)) == editing.Between((), None)
    assert editing.between(stack, (0, 0, 0)) == editing.Between((), None)


def test_where_no_border_was_seen_between_neighbours_both_are_doubtful() -> None:
    labels = np.zeros((40, 60), np.uint16)
    labels[5:15, 5:15], labels[5:15, 15:25] = 1, 2  # touch, and no border was seen
    labels[25:35, 5:15], labels[25:35, 15:25] = 3, 4  # touch at a border
    labels[5:15, 40:50] = 5  # alone
    sure, border = np.where(labels > 0, 0.95, 0.05), np.zeros(labels.shape)
    border[25:35, 14:16] = 1
    assert {one.number for one in editing.ranked(labels, sure, border)[:2]} == {1, 2}
    assert len({round(one.doubt, 6) for one in editing.ranked(labels, sure)}) == 1, "without it all are alike"


def test_what_answers_differ_about_is_doubtful() -> None:
    labels = np.zeros((20, 40), np.uint16)
    labels[5:15, 5:15], labels[5:15, 25:35] = 1, 2
    spread = np.where(labels == 2, 0.4, 0.0)
    assert editing.ranked(labels, np.where(labels > 0, 0.9, 0.1), None, spread)[0].number == 2
