"""Pixels of which the network says no number are background, as if they were below the threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.settings import PostprocessingSettings
from tests.core.postprocessing.test_equals_plain import any_settings, clumps
from tests.core.postprocessing.test_postprocess import two_touching_discs

NO_NUMBERS = (np.nan, np.inf, -np.inf)


def gaps(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """A mask of a few pixels, alone and in clumps."""
    mask = rng.random(shape) < 0.005
    mask[..., 40:44, 50:57] = True
    return mask


@pytest.mark.parametrize("plane", [0, 1, 2])
@pytest.mark.parametrize("value", NO_NUMBERS)
def test_two_cells_stay_two_beside_a_pixel_that_is_no_number(plane: int, value: float) -> None:
    probability = two_touching_discs(apart=20)
    whole = postprocess(probability, "objects", PostprocessingSettings())
    probability[plane, 20, 30] = value  # where both cells meet

    labels = postprocess(probability, "objects", PostprocessingSettings())

    assert labels.max() == whole.max() == 2
    assert np.count_nonzero(labels != whole) < 5


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("planes", [3, 1])
def test_objects_are_those_of_pixels_below_the_threshold(seed: int, planes: int) -> None:
    rng = np.random.default_rng(seed)
    probability, settings = clumps(rng, (97, 120), 40)[:planes], any_settings(rng)
    gap, plane = gaps(rng, (97, 120)), int(rng.integers(planes))
    below = probability.copy()
    below[0, gap] = 0
    if plane > 0:
        below[2, gap] = 0  # how deep inside a cell is not known either
    probability[plane, gap] = rng.choice(NO_NUMBERS)

    labels = postprocess(probability, "objects", settings)

    np.testing.assert_array_equal(labels, postprocess(below, "objects", settings))


@pytest.mark.parametrize("smooth", [0.0, 0.5, 2.5])
@pytest.mark.parametrize("plane", [0, 1, 2])
def test_regions_are_background_there(plane: int, smooth: float) -> None:
    rng = np.random.default_rng(plane)
    probability = rng.random((3, 97, 120), np.float32)
    settings = replace(PostprocessingSettings(), smooth=smooth, smallest=0)
    gap = gaps(rng, (97, 120))
    below = probability.copy()
    below[0, gap], below[1:, gap] = 1, 0
    probability[plane, gap] = np.nan

    labels = postprocess(probability, "regions", settings)

    np.testing.assert_array_equal(labels, postprocess(below, "regions", settings))
    assert labels.any()


@pytest.mark.parametrize("plane", [0, 1])
def test_cells_of_a_volume_are_those_of_pixels_below_the_threshold(plane: int) -> None:
    rng = np.random.default_rng(plane)
    flat = two_touching_discs(apart=20)
    probability = np.stack([flat] * 9, axis=1)
    settings = replace(PostprocessingSettings(), volume=True, smooth=0.5)
    gap = rng.random(probability.shape[1:]) < 0.005
    below = probability.copy()
    below[0, gap] = 0
    if plane:
        below[1, gap] = 1
    probability[plane, gap] = np.nan

    labels = postprocess(probability, "objects", settings)

    np.testing.assert_array_equal(labels, postprocess(below, "objects", settings))
    assert labels.any()


def test_the_class_of_an_object_is_that_of_its_other_pixels() -> None:
    labels = np.array([[1, 1, 1, 0, 2, 2]], np.uint16)
    first, second = [0.1, np.nan, 0.2, np.nan, 0.9, 0.9], [0.9, 0.9, 0.8, np.inf, 0.1, np.inf]
    probability = np.concatenate([np.zeros((3, 1, 6)), [[first], [second]]])

    assert object_classes(probability, labels) == {1: 2, 2: 1}
