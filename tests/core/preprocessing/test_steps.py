"""Each step of the chain does what its setting says."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.preprocessing import Eyes, View, seen
from napari_unet.core.preprocessing.chain import cleaned
from napari_unet.core.preprocessing.denoise import noise_of
from napari_unet.core.settings import Plan, PreprocessingSettings

RANDOM = np.random.default_rng(0)
ROWS, COLUMNS = np.mgrid[:96, :128]
DISCS = np.zeros((96, 128), np.float32)
for row, column in ((20, 30), (70, 40), (48, 64), (20, 100), (75, 105)):
    DISCS[(ROWS - row) ** 2 + (COLUMNS - column) ** 2 < 49] = 100
RAMP = (3 * COLUMNS + 2 * ROWS).astype(np.float32)


def after(plane: np.ndarray, **settings: object) -> np.ndarray:
    return cleaned(plane[np.newaxis].astype(np.float32), PreprocessingSettings(**settings))[0]


def network_sees(plane: np.ndarray, **settings: object) -> np.ndarray:
    eyes = Eyes(1, False, Plan(preprocessing=PreprocessingSettings(**settings)), 0.0)
    return View(plane[np.newaxis], eyes, "a", 0.0).whole()[0]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_ramp_of_light_vanishes_and_bright_or_dark_objects_stay(sign: int) -> None:
    found = after(RAMP + sign * DISCS, background=20.0)
    assert np.ptp(found[DISCS == 0]) < 60, "the ramp spans 570"
    inside, outside = found[DISCS > 0].mean(), found[DISCS == 0].mean()
    assert sign * (inside - outside) == pytest.approx(100, abs=20)


def test_a_background_as_large_as_the_picture_is_no_trouble() -> None:
    assert np.isfinite(after(RAMP + DISCS, background=1000.0)).all()


def test_specks_vanish_with_median_and_objects_keep_their_edges() -> None:
    specked = DISCS.copy()
    specked[5::16, 5::16] = 1000
    np.testing.assert_array_less(after(specked, denoise="median"), 101)
    assert (after(DISCS, denoise="median") == DISCS).mean() > 0.97


@pytest.mark.parametrize("how", ["gaussian", "non-local means"])
def test_noise_becomes_less(how: str) -> None:
    noisy = DISCS + RANDOM.normal(0, 10, DISCS.shape).astype(np.float32)
    clean = after(noisy, denoise=how)
    away = (ROWS > 90) & (DISCS == 0)
    assert clean[away].std() < 0.6 * noisy[away].std()


def test_non_local_means_keeps_edges_that_a_blur_of_the_same_strength_does_not() -> None:
    noisy = DISCS + RANDOM.normal(0, 10, DISCS.shape).astype(np.float32)
    off = [
        np.abs(after(noisy, denoise=how, denoise_strength=1.5) - DISCS).mean()
        for how in ("non-local means", "gaussian")
    ]
    assert off[0] < off[1]


def test_the_noise_is_measured_whatever_lies_under_it() -> None:
    noisy = RAMP + DISCS + RANDOM.normal(0, 7, DISCS.shape)
    assert noise_of(noisy.astype(np.float32)) == pytest.approx(7, rel=0.15)
    assert noise_of(RAMP) < 1e-3


def test_a_picture_without_noise_passes_non_local_means_unchanged() -> None:
    np.testing.assert_array_equal(after(DISCS, denoise="non-local means"), DISCS)


def test_the_histogram_is_spread_evenly() -> None:
    skewed = RANDOM.random((96, 128)) ** 6
    found = after(skewed, equalise="histogram", low_percentile=0.0, high_percentile=100.0)
    shares, _ = np.histogram(found, 4, (0, 1))
    assert shares.min() > 0.2 * found.size
    before, _ = np.histogram(skewed / skewed.max(), 4, (0, 1))
    assert before.min() < 0.1 * found.size


def test_clahe_raises_contrast_where_it_is_faint() -> None:
    faint = np.where(COLUMNS < 64, 0.1 + 0.01 * np.sin(ROWS), 0.5 + 0.4 * np.sin(ROWS)).astype(np.float32)
    left = faint[:, :32].std() / faint[:, 96:].std()
    found = after(faint, equalise="clahe")
    assert found[:, :32].std() / found[:, 96:].std() > 2 * left
    assert found.min() >= 0
    assert found.max() <= 1


def test_z_score_has_mean_0_and_spread_1_and_keeps_the_dark_half() -> None:
    found = network_sees(RANDOM.normal(500, 30, (80, 90)), normalisation="z-score")
    assert found.mean() == pytest.approx(0, abs=1e-3)
    assert found.std() == pytest.approx(1, abs=1e-3)
    assert found.min() < -2


def test_min_max_is_0_to_1_and_at_the_mercy_of_one_hot_pixel() -> None:
    image = RANDOM.random((80, 90)) + 3
    found = network_sees(image, normalisation="min-max")
    assert (found.min(), found.max()) == (0, 1)
    image[7, 7] = 1e4
    assert np.median(network_sees(image, normalisation="min-max")) < 0.01


@pytest.mark.parametrize("how", ["percentile", "z-score", "min-max"])
def test_what_is_shown_lies_between_black_and_white(how: str) -> None:
    shown = seen(RANDOM.random((3, 40, 50)), PreprocessingSettings(normalisation=how), "a", 0.0)
    assert shown.shape == (3, 40, 50)
    assert shown.dtype == np.float32
    assert 0 <= shown.min() < 0.4 < 0.6 < shown.max() <= 1
