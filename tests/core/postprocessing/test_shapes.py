from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from skimage.measure import regionprops

from napari_unet.core.postprocessing import postprocess
from napari_unet.core.postprocessing.shapes import OF_A_PIXEL, elongation
from napari_unet.core.settings import PostprocessingSettings

USUAL = replace(PostprocessingSettings(), split=0.0, smallest=1)


@pytest.fixture
def probability() -> np.ndarray:
    """A disc, a rod, a cross, and a disc that the edge cuts; (1, Y, X)."""
    rows, columns = np.mgrid[:80, :120]
    cell = (rows - 20) ** 2 + (columns - 20) ** 2 < 80
    cell |= (rows - 40) ** 2 + (columns - 119) ** 2 < 80
    cell[60:64, 10:60] = True
    cell[15:45, 68:71] = cell[28:31, 55:85] = True
    return cell[np.newaxis].astype(np.float32)


def found(probability: np.ndarray, **settings: float) -> set[str]:
    """Which of them are found."""
    labels = postprocess(probability, "objects", replace(USUAL, **settings))
    places = {"disc": (20, 20), "cut": (40, 118), "rod": (62, 30), "cross": (29, 69)}
    assert labels.max() == sum(bool(labels[place]) for place in places.values())
    return {name for name, place in places.items() if labels[place]}


def test_all_are_kept_unless_something_is_asked_for(probability: np.ndarray) -> None:
    assert found(probability) == {"disc", "cut", "rod", "cross"}


def test_those_that_the_edge_cuts_are_dropped(probability: np.ndarray) -> None:
    assert found(probability, keep_cut=False) == {"disc", "rod", "cross"}


def test_long_ones_are_dropped(probability: np.ndarray) -> None:
    assert found(probability, longest=4.0) == {"disc", "cut", "cross"}


def test_ragged_ones_are_dropped(probability: np.ndarray) -> None:
    assert found(probability, solidity=0.8) == {"disc", "cut", "rod"}


def test_elongation_is_that_of_the_ellipse_of_equal_moments(probability: np.ndarray) -> None:
    labels = postprocess(probability, "objects", USUAL)
    measured = elongation(labels, int(labels.max()))
    for region in regionprops(labels):
        long, wide = (value + OF_A_PIXEL for value in region.inertia_tensor_eigvals)  # there, pixels are points
        assert measured[region.label] == pytest.approx(np.sqrt(long / wide), rel=1e-6)


def test_a_single_pixel_is_neither_long_nor_ragged() -> None:
    speck = np.zeros((1, 9, 9), np.float32)
    speck[0, 4, 4] = 1
    assert postprocess(speck, "objects", replace(USUAL, longest=1.0, solidity=1.0)).max() == 1


@pytest.fixture
def volume() -> np.ndarray:
    """A ball, a rod along X and one along Z, a plate, a cross of two beams, and one on a single plane; (1, Z, Y, X)."""
    z, y, x = np.indices((30, 60, 100))
    cell = (z - 10) ** 2 + (y - 15) ** 2 + (x - 15) ** 2 < 40
    cell[10:13, 40:43, 5:45] = cell[2:28, 5:8, 40:43] = cell[9:12, 30:55, 60:85] = True
    cell[18:23, 10:30, 70:73] = cell[18:23, 18:21, 60:82] = True
    cell[25, 45:55, 5:15] = True
    return cell[np.newaxis].astype(np.float32)


def found_in(volume: np.ndarray, **settings: float) -> set[str]:
    """Which of them are found as a volume."""
    labels = postprocess(volume, "objects", replace(USUAL, volume=True, **settings))
    places = {"ball": (10, 15, 15), "rod": (11, 41, 20), "pole": (15, 6, 41), "plate": (10, 40, 70)}
    places |= {"cross": (20, 19, 71), "flat": (25, 50, 10)}
    assert labels.max() == sum(bool(labels[place]) for place in places.values())
    return {name for name, place in places.items() if labels[place]}


def test_of_a_volume_long_and_ragged_ones_are_dropped_and_a_plate_is_not_long(volume: np.ndarray) -> None:
    every = {"ball", "rod", "pole", "plate", "cross", "flat"}
    assert found_in(volume) == every
    assert found_in(volume, longest=3.0) == every - {"rod", "pole"}
    assert found_in(volume, longest=3.0, voxel_depth=0.2) == every - {"rod"}, "shallow voxels: the pole is short"
    assert found_in(volume, solidity=0.8) == every - {"cross"}
