"""Targets: what is known is taught, and what is not is not."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.sample import Sample
from napari_unet.core.settings import LossSettings
from napari_unet.core.training.losses.targets import FULL, make_targets
from tests.core.training.scenes import discs, scene

CELL, BORDER, DISTANCE = range(3)


def two_squares(gap: int) -> np.ndarray:
    mask = np.zeros((30, 40), np.uint16)
    mask[8:20, 6:16] = 1
    mask[8:20, 16 + gap : 26 + gap] = 2
    return mask


def masked(mask: np.ndarray) -> Sample:
    return scene(0, image=np.ones((1, *mask.shape)), annotation=from_mask(mask))


def test_everything_is_known_of_a_complete_picture() -> None:
    targets = make_targets(scene(0), "objects", LossSettings())
    assert targets.known.all()
    np.testing.assert_array_equal(targets.planes[CELL] == FULL, discs(0) > 0)


def test_a_complete_picture_and_one_whose_background_is_painted_teach_the_same() -> None:
    painted = scene(0, complete=False)
    sparse = scene(0, annotation=np.where(painted.annotation == 1, 0, painted.annotation))
    one, other = make_targets(painted, "objects", LossSettings()), make_targets(sparse, "objects", LossSettings())
    np.testing.assert_array_equal(one.planes, other.planes)
    np.testing.assert_array_equal(one.known, other.known)


def test_the_border_runs_where_objects_touch_and_only_there() -> None:
    touching = make_targets(masked(two_squares(0)), "objects", LossSettings())
    close = make_targets(masked(two_squares(2)), "objects", LossSettings())
    apart = make_targets(masked(two_squares(6)), "objects", LossSettings())
    rows, columns = np.nonzero(touching.planes[BORDER])
    assert set(columns) == {14, 15, 16, 17}
    assert (rows.min(), rows.max()) == (6, 21)
    assert close.planes[BORDER][13, 16:18].all(), "a narrow gap is where two objects are joined most easily"
    assert not apart.planes[BORDER].any()


def test_distance_is_one_at_the_heart_of_every_object_and_falls_to_its_edge() -> None:
    mask = two_squares(0)
    distance = make_targets(masked(mask), "objects", LossSettings()).planes[DISTANCE]
    assert [distance[mask == number].max() for number in (1, 2)] == [FULL, FULL]
    assert not distance[mask == 0].any()
    assert list(distance[13, 6:11]) == sorted(distance[13, 6:11])
    assert distance[13, 15] < FULL / 2, "the neighbour is an edge, too"


def test_an_object_cut_off_by_the_pictures_edge_goes_on_beyond_it() -> None:
    mask = np.zeros((20, 20), np.uint16)
    mask[5:15, :8] = 1
    distance = make_targets(masked(mask), "objects", LossSettings()).planes[DISTANCE]
    assert distance[10, 0] == FULL


def test_of_a_stroke_nobody_knows_how_deep_it_lies() -> None:
    annotation = np.zeros((30, 40), np.uint16)
    annotation[10:15, 10:20] = 2  # a stroke in a cell
    annotation[25:28, 5:30] = 1  # a stroke on background
    targets = make_targets(
        scene(0, image=np.ones((1, 30, 40)), annotation=annotation, complete=False), "objects", LossSettings()
    )
    np.testing.assert_array_equal(targets.known[CELL], annotation > 0)
    assert not targets.known[DISTANCE][annotation == 2].any()
    np.testing.assert_array_equal(targets.known[DISTANCE], annotation == 1)
    # Only in the midst of a stroke are a pixel's neighbours known, and with them whether two objects meet there.
    assert targets.known[BORDER][12, 12:18].all()
    assert not targets.known[BORDER][10:12, 10:20].any()


def test_an_object_painted_whole_among_unpainted_ones_is_known() -> None:
    mask = two_squares(4)
    annotation = np.zeros_like(mask)
    annotation[5:23, 3:18] = from_mask(mask)[5:23, 3:18]  # the first, with its surroundings
    annotation[mask == 2] = 3  # the second, without
    targets = make_targets(
        scene(0, image=np.ones((1, 30, 40)), annotation=annotation, complete=False), "objects", LossSettings()
    )
    assert targets.known[DISTANCE][mask == 1].all()
    assert not targets.known[DISTANCE][mask == 2].any()


def test_two_strokes_that_touch_are_known_to_be_two_objects() -> None:
    annotation = np.zeros((20, 20), np.uint16)
    annotation[8:12, 4:10], annotation[8:12, 10:16] = 2, 3
    targets = make_targets(
        scene(0, image=np.ones((1, 20, 20)), annotation=annotation, complete=False), "objects", LossSettings()
    )
    assert targets.known[BORDER][8:12, 9:11].all()
    assert (targets.planes[BORDER][8:12, 9:11] == FULL).all()


def test_regions_are_known_where_painted() -> None:
    annotation = np.array([[0, 1], [2, 3]], np.uint16)
    targets = make_targets(
        scene(0, image=np.ones((1, 2, 2)), annotation=annotation, complete=False), "regions", LossSettings()
    )
    np.testing.assert_array_equal(targets.known[0], [[False, True], [True, True]])
    np.testing.assert_array_equal(targets.planes[0], [[0, 0], [1, 2]])


def test_a_complete_picture_without_objects_is_all_background() -> None:
    targets = make_targets(scene(0, annotation=np.zeros((64, 64), np.uint16)), "objects", LossSettings())
    assert targets.known.all()
    assert not targets.planes.any()


@pytest.mark.parametrize("number", [65_533, 65_534, 65_535, 3_000_000_000])
def test_what_an_object_teaches_does_not_depend_on_its_number(number: int) -> None:
    mask = two_squares(2).astype(np.uint32)
    plain = make_targets(masked(mask), "objects", LossSettings())
    odd = make_targets(masked(np.where(mask == 1, np.uint32(number), mask)), "objects", LossSettings())
    np.testing.assert_array_equal(odd.planes, plain.planes)
    np.testing.assert_array_equal(odd.known, plain.known)


def test_targets_of_a_stack_are_those_of_its_planes_where_nothing_changes_from_plane_to_plane() -> None:
    mask = np.repeat(two_squares(2)[np.newaxis], 40, 0)
    sample = scene(0, image=np.ones((1, *mask.shape)), annotation=from_mask(mask))
    settings = LossSettings(boundary=1.0, border_map="unet")
    stack = make_targets(sample, "objects", settings)
    plane = make_targets(masked(two_squares(2)), "objects", settings)
    for name in ("planes", "known", "maps"):
        of_stack, of_plane = getattr(stack, name), getattr(plane, name)
        assert of_stack.shape == (len(of_plane), *mask.shape)
        np.testing.assert_array_equal(of_stack[:, 20], of_plane)
