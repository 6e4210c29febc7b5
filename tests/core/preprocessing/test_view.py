"""The view: the same picture whole and in windows, as large as the model wants it, and back."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.preprocessing import Eyes, View
from napari_unet.core.settings import Plan, PreprocessingSettings

RANDOM = np.random.default_rng(0)
PICTURE = RANDOM.integers(0, 60000, (1, 101, 77)).astype(np.uint16)
CHAINS = [
    {},
    {"object_size": 20.0},
    {"object_size": 5.0},
    {"pixel_size": 0.3, "background": 10.0, "denoise": "median", "equalise": "clahe", "normalisation": "z-score"},
]


def view(
    image: np.ndarray, pixel_size: float = 0.5, wide: float = 0.0, colour: bool = False, **settings: object
) -> View:
    eyes = Eyes(3 if colour else 1, colour, Plan(preprocessing=PreprocessingSettings(**settings)), 10.0)
    return View(image, eyes, "plate1", pixel_size, wide)


@pytest.mark.parametrize("settings", CHAINS)
def test_windows_are_parts_of_the_whole(settings: dict) -> None:
    made = view(PICTURE, **settings)
    whole = made.whole()
    assert whole.shape == (1, *made.shape)
    assert whole.dtype == np.float32
    for window in (np.s_[3:20, 5:9], np.s_[0:7, 11:30], np.s_[20:40, made.shape[1] - 6 : made.shape[1]]):
        np.testing.assert_array_equal(made.window(window), whole[(slice(None), *window)])


@pytest.mark.parametrize("settings", CHAINS)
def test_beyond_the_edge_lies_its_mirror(settings: dict) -> None:
    made = view(PICTURE, **settings)
    rows, columns = made.shape
    padded = np.pad(made.whole(), ((0, 0), (0, 9), (0, 5)), "reflect")
    np.testing.assert_array_equal(made.window(np.s_[0 : rows + 9, 0 : columns + 5]), padded)


def test_object_size_halves_a_picture_with_objects_twice_as_wide_and_back_restores_its_shape() -> None:
    made = view(PICTURE, object_size=5.0)
    assert made.shape == (50, 38)
    assert made.back(made.whole()).shape == PICTURE.shape
    annotation = (np.arange(101 * 77).reshape(101, 77) % 5).astype(np.uint16)
    assert made.fit(annotation).shape == (50, 38)
    assert set(np.unique(made.fit(annotation))) <= set(range(5))


def test_pixel_size_counts_only_where_the_pictures_own_is_known() -> None:
    assert view(PICTURE, pixel_size=0.5, object_size=0.0).shape == (101, 77)
    eyes = Eyes(1, False, Plan(preprocessing=PreprocessingSettings(pixel_size=0.25)), 0.0)
    assert View(PICTURE, eyes, "a", 0.5).shape == (202, 154)
    assert View(PICTURE, eyes, "a", 0.0).shape == (101, 77)


def test_a_width_given_for_the_picture_decides_alone() -> None:
    assert view(PICTURE, wide=20.0).shape == (50, 38), "objects of 20 px become as wide as the 10 px learned from"
    assert view(PICTURE, wide=20.0, object_size=40.0).shape == (202, 154)


def test_a_smooth_picture_survives_the_way_there_and_back() -> None:
    rows, columns = np.mgrid[:90, :90]
    planes = np.sin(rows / 9)[None] * np.cos(columns / 9)[None].astype(np.float32)
    for size in (5.0, 20.0):
        made = view(planes, object_size=size, normalisation="min-max")
        there_and_back = made.back(made.whole())
        assert np.abs(there_and_back - (planes - planes.min()) / np.ptp(planes)).max() < 0.05


def test_what_is_finer_than_the_new_pixels_does_not_flicker() -> None:
    board = np.indices((96, 96)).sum(0)[None] % 2
    found = view(board, object_size=2.5, normalisation="min-max").whole()
    assert found.std() < 0.1


@pytest.mark.parametrize("settings", CHAINS)
def test_a_part_is_seen_at_the_levels_of_the_whole_and_comes_back_as_large_as_it_was(settings: dict) -> None:
    made = view(PICTURE, **settings)
    part = made.part(np.s_[20:60, 10:50])
    assert part.back(part.whole()).shape == (1, 40, 40)
    assert part.fit(np.zeros((40, 40), np.uint8)).shape == part.shape
    rows, columns = (made.shape[0] / 101, made.shape[1] / 77)
    expected = made.whole()[:, round(20 * rows) : round(60 * rows), round(10 * columns) : round(50 * columns)]
    assert part.whole().mean() == pytest.approx(expected.mean(), abs=0.03)
    if made.shape == PICTURE.shape[1:]:
        np.testing.assert_array_equal(part.whole(), expected)


def test_planes_of_a_stack_are_seen_at_the_levels_of_the_stack() -> None:
    stack = RANDOM.random((1, 4, 30, 40)) * np.arange(1, 5)[:, None, None]
    whole = view(stack, denoise="gaussian")
    np.testing.assert_array_equal(whole.plane((2,)).whole(), whole.whole()[:, 2])
    assert view(stack).plane((3,)).whole().mean() > 2 * view(stack).plane((0,)).whole().mean()


def test_grey_and_colour_become_what_the_model_knows() -> None:
    grey = view(PICTURE, colour=True).whole()
    assert grey.shape == (3, 101, 77)
    np.testing.assert_array_equal(grey[0], view(PICTURE).whole()[0])
    assert view(np.repeat(PICTURE, 3, axis=0)).whole().shape == (1, 101, 77)
    with pytest.raises(ModelError, match=r"2 channels.*trained on 1"):
        view(np.repeat(PICTURE, 2, axis=0))


@pytest.mark.parametrize("settings", CHAINS)
@pytest.mark.parametrize("bad", [np.full((1, 30, 30), np.nan), np.full((1, 30, 30), 5.0)])
def test_a_picture_with_nothing_in_it_is_refused_by_name(bad: np.ndarray, settings: dict) -> None:
    with pytest.raises(PictureError, match="plate1"):
        view(bad, **settings)


def test_a_wrong_pixel_size_is_refused_before_it_fills_the_memory() -> None:
    eyes = Eyes(1, False, Plan(preprocessing=PreprocessingSettings(pixel_size=0.25)), 0.0)
    with pytest.raises(PictureError, match=r"plate1 would be made 1e\+03 times as large"):
        View(PICTURE, eyes, "plate1", 250.0)


@pytest.mark.parametrize("settings", [{}, {"object_size": 12.0}])
@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_a_picture_on_the_disk_is_never_in_memory_as_a_whole(tmp_path: Path, dtype: type, settings: dict) -> None:
    file = np.lib.format.open_memmap(tmp_path / "large.npy", "w+", dtype, (1, 4000, 8000))
    file[:] = np.arange(8000) % 251
    mapped = np.load(tmp_path / "large.npy", mmap_mode="r")
    tracemalloc.start()
    made = view(mapped, **settings)
    made.window(np.s_[100:356, 200:456])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.7 * mapped.size, "less than a byte per pixel"
