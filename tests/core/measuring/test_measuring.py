"""Measurements are those of scikit-image, in pixels and in the picture's unit."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from skimage.measure import regionprops_table

from napari_unet.core.data import Picture
from napari_unet.core.measuring import measure
from napari_unet.core.measuring.measuring import Stopped

RANDOM = np.random.default_rng(3)


def scene() -> tuple[Picture, np.ndarray]:
    """Discs, two of them touching; two channels."""
    rows, columns = np.mgrid[:80, :100]
    labels = np.zeros((80, 100), np.uint16)
    for number, (y, x, radius) in enumerate([(20, 20, 12), (20, 45, 14), (60, 60, 9)], 1):
        labels[(rows - y) ** 2 + ((columns - x) / 1.1) ** 2 < radius**2] = number * 100
    image = RANDOM.integers(0, 60_000, (2, 80, 100)).astype(np.uint16)
    return Picture("cells", image, (0.5, 0.5), "µm", ("DAPI", "")), labels


def test_they_agree_with_scikit_image() -> None:
    picture, labels = scene()
    table = measure(labels, picture).columns
    names = ("label", "area", "perimeter", "axis_major_length", "axis_minor_length", "eccentricity", "solidity")
    other = regionprops_table(
        labels, picture.image[0], (*names, "centroid", "intensity_mean", "intensity_min", "intensity_max")
    )
    same = {
        "label": "label",
        "area_px": "area",
        "perimeter_px": "perimeter",
        "major_axis_px": "axis_major_length",
        "minor_axis_px": "axis_minor_length",
        "eccentricity": "eccentricity",
        "solidity": "solidity",
        "centroid_y_px": "centroid-0",
        "centroid_x_px": "centroid-1",
        "mean_DAPI": "intensity_mean",
        "min_DAPI": "intensity_min",
        "max_DAPI": "intensity_max",
    }
    for ours, theirs in same.items():
        assert table[ours] == pytest.approx(other[theirs]), ours
    assert {"mean_2", "min_2", "max_2"} <= set(table)


def test_lengths_and_areas_are_in_the_pictures_unit_too() -> None:
    picture, labels = scene()
    measured = measure(labels, picture)
    table = measured.columns
    assert table["area_um2"] == pytest.approx(table["area_px"] * 0.25)
    for name in ("perimeter", "major_axis", "minor_axis", "centroid_y", "centroid_x"):
        assert table[f"{name}_um"] == pytest.approx(table[f"{name}_px"] * 0.5)
    assert measured.titles["area_um2"] == "area (µm²)"
    assert set(measured.titles) == set(table)


def test_without_a_pixel_size_there_are_pixels_only() -> None:
    picture, labels = scene()
    table = measure(labels, Picture("cells", picture.image)).columns
    assert not [name for name in table if "um" in name]


def test_lengths_of_pixels_that_are_not_square_stay_in_pixels() -> None:
    picture, labels = scene()
    table = measure(labels, Picture("cells", picture.image, (0.5, 0.25), "µm")).columns
    assert table["area_um2"] == pytest.approx(table["area_px"] * 0.125)
    assert table["centroid_x_um"] == pytest.approx(table["centroid_x_px"] * 0.25)
    assert "perimeter_um" not in table


def test_neighbours_are_objects_that_touch_by_an_edge_or_a_corner() -> None:
    labels = np.zeros((12, 12), np.uint32)
    labels[0:4, 0:4], labels[4:8, 4:8], labels[4:8, 8:12], labels[10, 0] = 5, 70_000, 7, 9
    table = measure(labels, Picture("cells", np.zeros((1, 12, 12), np.uint8))).columns
    assert dict(zip(table["label"].tolist(), table["neighbours"].tolist(), strict=True)) == {
        5: 1,
        7: 1,
        9: 0,
        70_000: 2,
    }


def test_high_numbers_take_no_more_memory() -> None:
    labels = np.zeros((12, 12), np.uint32)
    labels[0:4, 0:4], labels[5:7, 5:8] = 2**32 - 2, 3
    table = measure(labels, Picture("cells", np.zeros((1, 12, 12), np.uint8))).columns
    assert dict(zip(table["label"].tolist(), table["area_px"].tolist(), strict=True)) == {3: 6, 2**32 - 2: 16}


def test_a_stack_has_volumes() -> None:
    labels = np.zeros((4, 20, 20), np.uint8)
    labels[1:3, 2:12, 2:12], labels[3, 15, 15] = 1, 2
    measured = measure(labels, Picture("stack", np.ones((1, 4, 20, 20), np.uint8), (2.0, 0.5, 0.5), "µm"))
    assert measured.columns["volume_px"].tolist() == [200, 1]
    assert measured.columns["volume_um3"] == pytest.approx([100.0, 0.5])
    assert measured.places()[0] == pytest.approx([1.5, 6.5, 6.5])


@pytest.mark.parametrize("labels", [np.zeros((9, 9), np.uint8), np.eye(9, dtype=np.uint8)])
def test_nothing_and_crumbs_are_measured_without_complaint(labels: np.ndarray) -> None:
    measured = measure(labels, Picture("cells", np.zeros((1, 9, 9), np.float32)))
    assert len(measured) == labels.max()


def test_csv_is_read_back_with_the_picture_in_front() -> None:
    picture, labels = scene()
    measured = measure(labels, picture)
    rows = list(csv.DictReader(io.StringIO(measured.to_csv('a "strange", name'))))
    assert [row["picture"] for row in rows] == ['a "strange", name'] * 3
    assert [int(row["label"]) for row in rows] == [100, 200, 300]
    assert [float(row["solidity"]) for row in rows] == pytest.approx(measured.columns["solidity"], rel=1e-5)


def test_measuring_stops_when_asked() -> None:
    picture, labels = scene()
    with pytest.raises(Stopped):
        measure(labels, picture, lambda: True)
