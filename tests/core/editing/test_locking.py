"""A locked object neither loses a pixel nor wins one, whichever tool is used."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_unet.core import editing
from napari_unet.core.editing.locking import INSIDE, OUTLINE
from napari_unet.core.editing.tools import Path, Tool

Labels = NDArray[np.integer]


@pytest.fixture
def labels() -> Labels:
    """Three in a row (2, 4, 6); the middle one has a hole."""
    labels = np.zeros((40, 70), np.uint16)
    for number, left in ((2, 5), (4, 26), (6, 47)):
        labels[10:30, left : left + 20] = number
    labels[18:21, 34:37] = 0
    return labels


EVERY: dict[Tool, Path] = {
    "delete": [(12, 30)],
    "merge": [(20, 30), (20, 60)],
    "split": [(5, 32), (35, 32)],
    "fill": [(12, 30)],
    "smooth": [(12, 30)],
    "grow": [(12, 30)],
    "shrink": [(12, 30)],
    "fill all": [],
    "relabel": [],
}


@pytest.mark.parametrize("tool", EVERY)
def test_no_tool_changes_a_locked_object(labels: Labels, tool: Tool) -> None:
    assert editing.run(tool, labels, EVERY[tool]) is not None, "unlocked, it would be changed"
    done = editing.run(tool, labels, EVERY[tool], {4})
    after = labels if done is None else done.applied(labels)
    np.testing.assert_array_equal(after == 4, labels == 4)
    assert (done is not None) == (tool == "relabel")


def test_a_rectangle_spares_what_is_locked_and_deletes_the_others(labels: Labels) -> None:
    done = editing.run("delete", labels, [(0, 0), (39, 69)], {4})
    assert done is not None
    assert set(np.unique(done.applied(labels))) == {0, 4}


def test_a_line_merges_and_parts_those_that_are_not_locked(labels: Labels) -> None:
    merged = editing.run("merge", labels, [(20, 10), (20, 60)], {4})
    assert merged is not None
    assert set(np.unique(merged.applied(labels))) in ({0, 2, 4}, {0, 4, 6})
    parted = editing.run("split", labels, [(20, 0), (20, 69)], {4})
    assert parted is not None
    assert len(np.unique(parted.applied(labels))) == 6
    np.testing.assert_array_equal(parted.applied(labels) == 4, labels == 4)


def test_new_numbers_go_round_those_that_are_locked(labels: Labels) -> None:
    done = editing.run("relabel", labels, [], {2})
    assert done is not None
    assert [int(done.applied(labels)[12, column]) for column in (10, 30, 60)] == [2, 1, 3]
    assert editing.run("relabel", labels, [], {2, 4, 6}) is None


def test_what_a_brush_would_spoil_is_known(labels: Labels) -> None:
    after = labels.copy()
    after[12, 22:30] = 9  # over 2, over background, over 4
    after[2, 2] = 4  # a locked object must not win ground either
    spoiled = editing.spoiled(labels, after, {4})
    assert set(zip(*map(list, np.nonzero(spoiled)), strict=True)) == {(12, 26), (12, 27), (12, 28), (12, 29), (2, 2)}
    assert not editing.spoiled(labels, after, ()).any()


def test_marks_show_edges_and_insides_of_locked_objects_alone(labels: Labels) -> None:
    stack = np.stack([labels, labels])
    stack[1, 10:30, 5:25] = 4  # touches nothing in this plane but itself
    shown = editing.marks(stack, {4})
    np.testing.assert_array_equal(shown > 0, stack == 4)
    assert shown[0, 10, 30] == shown[0, 15, 26] == shown[0, 17, 35] == OUTLINE
    assert shown[0, 15, 40] == INSIDE
