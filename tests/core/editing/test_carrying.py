"""Classes through corrections: what is parted, joined, deleted or renumbered keeps the class it had."""

from __future__ import annotations

import numpy as np

from napari_unet.core import editing
from napari_unet.core.data.object_classes import changed
from napari_unet.core.editing import Edit, carried


def cells() -> np.ndarray:
    labels = np.zeros((30, 60), np.uint16)
    labels[5:15, 5:25], labels[5:15, 28:40], labels[20:28, 45:55] = 3, 5, 9
    return labels


def after(done: Edit | None, classes: dict[int, int]) -> dict[int, int]:
    assert done is not None
    there = set(np.unique(done.applied(cells())).tolist())
    return {
        number: value for number, value in changed(classes, carried(cells(), done, classes)).items() if number in there
    }


def test_both_parts_of_a_parted_object_have_its_class() -> None:
    done = editing.run("split", cells(), [(2, 14), (10, 14), (18, 14)])
    assert after(done, {3: 2, 9: 1}) == {3: 2, 10: 2, 9: 1}


def test_a_number_that_is_free_again_does_not_bring_the_class_of_the_one_it_was_of() -> None:
    done = editing.run("split", cells(), [(2, 14), (10, 14), (18, 14)])
    assert after(done, {9: 1, 10: 2}) == {9: 1}, "10 was deleted before; the new 10 is a part of 3, which has no class"


def test_what_is_joined_has_the_class_of_the_largest() -> None:
    done = editing.run("merge", cells(), [(10, 10), (10, 34)])
    assert after(done, {3: 1, 5: 2}) == {3: 1}


def test_renumbered_objects_keep_their_classes() -> None:
    done = editing.run("relabel", cells(), [])
    assert after(done, {3: 2, 9: 1}) == {1: 2, 3: 1}
    assert after(done, {5: 2}) == {2: 2}


def test_an_object_that_only_grows_where_the_change_is_keeps_its_class() -> None:
    done = editing.run("grow", cells(), [(10, 10)])
    assert after(done, {3: 2}) == {3: 2}


def test_without_classes_nothing_is_looked_at() -> None:
    done = editing.run("relabel", cells(), [])
    assert done is not None
    assert carried(cells(), done, {}) == {}
