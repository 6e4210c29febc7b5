"""What each setting of the clean-up does to labels, on small pictures drawn by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_unet.core.errors import MaskError
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import PostprocessingSettings

PLAIN = PostprocessingSettings(fill_holes=False, split=0, smallest=0)


def cell_plane(*rows: str) -> np.ndarray:
    """A cell plane from rows of digits: 9 is 0.9, . is 0."""
    digits = [[0.0 if sign == "." else int(sign) / 10 for sign in row] for row in rows]
    return np.array(digits, np.float32)[np.newaxis]


def labels_of(plane: np.ndarray, **changes: object) -> list[list[int]]:
    return postprocess(plane, "objects", replace(PLAIN, **changes)).tolist()


def disc(shape: tuple[int, int], row: float, column: float, radius: float) -> np.ndarray:
    rows, columns = np.indices(shape)
    return np.clip(1 - np.hypot(rows - row, columns - column) / radius, 0, 1).astype(np.float32)


def two_touching_discs(apart: int) -> np.ndarray:
    distance = np.maximum(disc((41, 61), 20, 30 - apart / 2, 15), disc((41, 61), 20, 30 + apart / 2, 15))
    return np.stack([(distance > 0).astype(np.float32), np.zeros_like(distance), distance])


def test_a_pixel_belongs_to_a_cell_above_the_threshold_and_not_at_it() -> None:
    plane = np.array([[[0.25, 0.0, 0.5, 0.0, 0.75]]], np.float32)

    assert labels_of(plane, threshold=0.5) == [[0, 0, 0, 0, 1]]
    assert labels_of(plane, threshold=0.2) == [[1, 0, 2, 0, 3]]


def test_cells_that_meet_at_a_corner_are_two_and_numbered_in_reading_order() -> None:
    plane = cell_plane("..9", "99.", "..9")

    assert labels_of(plane) == [[0, 0, 1], [2, 2, 0], [0, 0, 3]]


def test_sizes_at_the_limits_are_kept() -> None:
    plane = cell_plane("9.99.999.9999")

    assert labels_of(plane, smallest=2, largest=3) == [[0, 0, 1, 1, 0, 2, 2, 2, 0, 0, 0, 0, 0]]


def test_only_holes_are_filled_not_bays() -> None:
    plane = cell_plane("99999", "9.9.9", "999.9")

    assert labels_of(plane, fill_holes=True) == [[1, 1, 1, 1, 1], [1, 1, 1, 0, 1], [1, 1, 1, 0, 1]]


def test_opening_cuts_thin_bridges_and_closing_mends_cracks() -> None:
    bridge = cell_plane("999...999", "999999999", "999...999")
    crack = cell_plane("9999.9999", "9999.9999", "9999.9999")

    assert np.max(labels_of(bridge)) == 1
    assert np.max(labels_of(bridge, opening=1)) == 2
    assert np.max(labels_of(crack)) == 2
    assert np.max(labels_of(crack, closing=1)) == 1


def test_smoothing_drops_a_lone_bright_pixel() -> None:
    plane = np.zeros((1, 9, 9), np.float32)
    plane[0, 4, 4] = 1

    assert np.max(labels_of(plane)) == 1
    assert np.max(labels_of(plane, smooth=1.0)) == 0


@pytest.mark.parametrize(("split", "cells"), [(0.0, 1), (0.6, 1), (0.85, 2), (1.0, 2)])
def test_the_more_split_the_shallower_a_neck_parts(split: float, cells: int) -> None:
    probability = two_touching_discs(apart=9)  # the neck is 0.3 deep

    assert postprocess(probability, "objects", replace(PLAIN, split=split)).max() == cells


def test_touching_discs_part_down_the_middle() -> None:
    labels = postprocess(two_touching_discs(apart=20), "objects", PostprocessingSettings())

    assert set(np.unique(labels[:, :30])) == {0, 1}
    assert set(np.unique(labels[:, 31:])) == {0, 2}


def test_a_border_parts_what_the_distance_does_not() -> None:
    probability = two_touching_discs(apart=4)
    settings = replace(PLAIN, split=0.5)

    together = postprocess(probability, "objects", settings)
    probability[1, :, 29:32] = 1
    apart = postprocess(probability, "objects", settings)

    assert (together.max(), apart.max()) == (1, 2)


def test_the_cell_plane_alone_can_be_split() -> None:
    probability = two_touching_discs(apart=22)[:1]

    assert postprocess(probability, "objects", PostprocessingSettings(split=0.85)).max() == 2
    assert postprocess(probability, "objects", PostprocessingSettings(split=0)).max() == 1


def test_two_summits_of_the_same_height_are_one_cell_unless_the_neck_is_deep() -> None:
    distance = np.full((1, 24), 0.9, np.float32)
    distance[:, 12:14] = 0.85
    probability = np.stack([np.ones_like(distance), np.zeros_like(distance), distance])

    assert postprocess(probability, "objects", replace(PLAIN, split=0.85)).max() == 1
    assert postprocess(probability, "objects", replace(PLAIN, split=0.99)).max() == 2


def test_a_level_relief_is_one_cell_however_eager_the_split() -> None:
    level = np.ones((3, 40, 40), np.float32)
    level[1] = 0

    assert postprocess(level, "objects", replace(PLAIN, split=1)).tolist() == np.ones((40, 40)).tolist()


def test_nothing_anywhere_is_no_cells() -> None:
    labels = postprocess(np.zeros((3, 16, 16), np.float32), "objects", PostprocessingSettings())

    assert labels.dtype == np.uint16
    assert not labels.any()


@pytest.mark.parametrize("plane", [0, 1, 2])
def test_a_probability_that_is_no_number_is_survived(plane: int) -> None:
    probability = two_touching_discs(apart=20)
    probability[plane, 20, 25] = np.nan

    labels = postprocess(probability, "objects", PostprocessingSettings())

    assert labels.max() in (1, 2)
    assert (labels > 0).sum() >= np.count_nonzero(probability[0] > 0.5)


def test_more_than_65535_cells_keep_their_numbers() -> None:
    plane = np.zeros((1, 520, 520), np.float16)
    plane[0, ::2, ::2] = 1

    labels = postprocess(plane, "objects", PLAIN)

    assert labels.dtype == np.uint32
    assert labels.max() == 260 * 260


def test_the_probability_is_left_as_it_was() -> None:
    probability = two_touching_discs(apart=20)
    before = probability.copy()

    postprocess(probability, "objects", PostprocessingSettings(smooth=1.0))
    postprocess(probability, "regions", PostprocessingSettings(smooth=1.0, opening=1))

    np.testing.assert_array_equal(probability, before)


def test_regions_are_the_likeliest_class_and_background_wins_a_tie() -> None:
    probability = np.array([[[0.5, 0.2, 0.1]], [[0.5, 0.5, 0.3]], [[0.0, 0.3, 0.6]]], np.float32)

    labels = postprocess(probability, "regions", PLAIN)

    assert labels.dtype == np.uint16
    assert labels.tolist() == [[0, 1, 2]]


def test_a_speck_of_a_class_becomes_background() -> None:
    one = np.zeros((7, 7), np.float32)
    one[1:4, 1:4] = one[6, 6] = 1

    labels = postprocess(np.stack([1 - one, one]), "regions", replace(PLAIN, smallest=5))

    assert labels.sum() == 9


@pytest.mark.parametrize(("shape", "kind"), [((8, 8), "objects"), ((2, 8, 8), "objects"), ((1, 8, 8), "regions")])
def test_a_probability_of_the_wrong_shape_is_refused_with_its_shape(shape: tuple[int, ...], kind: str) -> None:
    with pytest.raises(MaskError, match=" x ".join(map(str, shape))):
        postprocess(np.zeros(shape, np.float32), kind, PLAIN)
