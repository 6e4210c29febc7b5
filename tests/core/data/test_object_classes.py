"""Classes of objects on disk: a table in a file of its own, that always belongs to the numbers on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project
from napari_unet.core.data.acceptance import Acceptance, classes_taken_out
from napari_unet.core.data.object_classes import Coming, changed, checksum, class_map, differences, undone
from napari_unet.core.errors import ProjectError


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.create(tmp_path / "cells.unet", "objects", ("alive", "dead"))
    project.add(Picture("a", np.arange(400, dtype=np.uint8).reshape(1, 20, 20)), None, "")
    return project


def test_classes_are_kept_by_number_in_a_file_that_can_be_read_without_us(project: Project) -> None:
    assert project.classes("a", "annotation") == {}
    project.save_classes("a", "annotation", {7: 2, 2: 1})
    project.save_classes("a", "labels", {1: 2})
    file = project.folder / "pictures" / "a" / "annotation-classes.json"
    assert json.loads(file.read_text(encoding="utf-8")) == {"classes": {"2": 1, "7": 2}}
    assert project.classes("a", "annotation") == {2: 1, 7: 2}
    assert project.classes("a", "labels") == {1: 2}


def test_without_classes_there_is_no_file(project: Project) -> None:
    project.save_classes("a", "annotation", {})
    assert not list(project.folder.rglob("*classes.json"))


@pytest.mark.parametrize("written", [True, False])
def test_what_was_coming_holds_only_if_the_numbers_came(project: Project, written: bool) -> None:
    numbers = np.zeros((20, 20), np.uint16)
    numbers[2:5, 2:5] = 3
    project.save_classes("a", "annotation", {2: 1}, Coming({3: 2}, checksum(numbers)))
    if written:
        project.save_annotation("a", numbers)
    expected = {3: 2} if written else {2: 1}
    assert project.classes("a", "annotation") == expected
    later = np.full((20, 20), 9, np.uint16)
    project.save_annotation("a", later)
    assert project.classes("a", "annotation") == expected, "settled when it was read, and not told by later numbers"


def test_a_damaged_file_is_told_with_a_remedy(project: Project) -> None:
    (project.folder / "pictures" / "a" / "annotation-classes.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ProjectError, match="remove it: then no object has a class"):
        project.classes("a", "annotation")


def test_classes_of_labels_go_to_the_trash_with_them(project: Project) -> None:
    project.save_labels("a", np.ones((20, 20), np.uint16))
    project.save_classes("a", "labels", {1: 2})
    project.forget_labels("a")
    assert project.classes("a", "labels") == {}
    assert len(list((project.folder / "trash").rglob("labels-classes.json"))) == 1


def accept_of(number: int, before: dict[int, int], after: dict[int, int]) -> Acceptance:
    """An Accept that wrote an object with this number."""
    box, everywhere = (slice(0, 2), slice(0, 2)), np.ones((2, 2), bool)
    there = np.full((2, 2), number, np.uint16)
    return Acceptance(box, np.zeros_like(there), there, everywhere, classes_before=before, classes_after=after)


def test_an_accept_keeps_what_classes_it_replaced(tmp_path: Path) -> None:
    kept = accept_of(2, {2: 1}, {2: 2, 3: 1})
    read = Acceptance.read(tmp_path, kept.write(tmp_path))
    assert (read.classes_before, read.classes_after) == ({2: 1}, {2: 2, 3: 1})
    now, handed = classes_taken_out([read], {0}, {2: 2, 3: 2, 9: 1})
    assert now == {2: 1, 3: 2, 9: 1}, "what was changed since stays"
    assert handed == {}


def test_a_class_before_an_accept_that_goes_is_handed_on_to_the_next_of_this_number() -> None:
    row = [accept_of(5, {5: 1}, {5: 2}), accept_of(5, {5: 2}, {5: 2})]
    now, handed = classes_taken_out(row, {0}, {5: 2})
    assert now == {5: 2}, "the 5 of now is the second one's"
    assert handed == {1: {5: 1}}
    assert classes_taken_out(row, {0, 1}, {5: 2}) == ({5: 1}, {})


def test_changes_lead_from_one_table_to_another_and_back() -> None:
    before, after = {1: 1, 2: 2}, {2: 1, 5: 2}
    assert changed(before, differences(before, after)) == after
    assert changed(after, differences(after, before)) == before
    assert undone(after, before, after) == before


def test_a_map_shows_the_class_of_each_pixel_also_of_huge_numbers() -> None:
    numbers = np.array([[0, 1, 3_000_000_000], [5, 5, 1]], np.uint32)
    shown = class_map(numbers, {3_000_000_000: 2, 1: 1})
    np.testing.assert_array_equal(shown, [[0, 1, 2], [0, 0, 1]])


def test_in_a_project_of_one_class_objects_have_none_to_choose(tmp_path: Path, project: Project) -> None:
    assert project.object_classes == ("alive", "dead")
    assert project.noun == "object"
    one = Project.create(tmp_path / "one.unet", "objects", ("Cell",))
    assert (one.object_classes, one.noun) == ((), "cell")
    assert Project.create(tmp_path / "two.unet", "regions", ("a", "b")).object_classes == ()
