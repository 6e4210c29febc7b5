"""What the network sees: brightness on one scale, channels as the model has them."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.preprocessing.levels import fit_channels, measure_levels, normalise
from napari_unet.core.settings import PreprocessingSettings

PERCENTILES = PreprocessingSettings(low_percentile=1.0, high_percentile=99.0)
RANDOM = np.random.default_rng(0)


def seen(image: np.ndarray) -> np.ndarray:
    return normalise(image, measure_levels(image, PERCENTILES, "plate1"))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
def test_brightness_and_contrast_of_the_camera_do_not_matter(dtype: type) -> None:
    image = RANDOM.integers(0, 100, (2, 40, 50))
    plain, other = seen(image.astype(dtype)), seen((2 * image + 7).astype(dtype))
    assert plain.dtype == np.float32
    np.testing.assert_allclose(plain, other, atol=1e-5)
    assert np.mean((plain >= 0) & (plain <= 1)) > 0.95


def test_each_channel_has_its_own_scale() -> None:
    image = RANDOM.random((2, 40, 40)) * np.array([1, 1000])[:, None, None]
    np.testing.assert_allclose(np.ptp(seen(image)[0]), np.ptp(seen(image)[1]), rtol=0.1)


def test_one_hot_pixel_neither_dims_the_rest_nor_outshines_it() -> None:
    image = RANDOM.random((1, 100, 100))
    clean = seen(image)
    image[0, 50, 50] = 1e9
    np.testing.assert_allclose(np.delete(seen(image).ravel(), 5050), np.delete(clean.ravel(), 5050), atol=0.01)
    assert seen(image).max() <= 5


def test_bright_specks_rarer_than_the_percentile_are_still_seen() -> None:
    image = np.zeros((1, 200, 200), np.uint8)
    image[0, 3, 3] = 9
    assert seen(image)[0, 3, 3] == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.7e308])
def test_a_pixel_that_is_no_number_is_refused_naming_the_picture(bad: float) -> None:
    image = RANDOM.random((1, 20, 20))
    image[0, 2, 3] = bad
    with pytest.raises(PictureError, match="plate1 has 1 pixels that are not numbers"):
        seen(image)


def test_a_constant_picture_is_refused_naming_picture_and_value() -> None:
    with pytest.raises(PictureError, match=r"plate1 has the same value everywhere \(7\)"):
        seen(np.full((3, 20, 20), 7, np.uint8))


def test_one_empty_channel_among_others_is_no_trouble() -> None:
    image = RANDOM.random((2, 20, 20))
    image[1] = 3
    assert np.isfinite(seen(image)).all()
    assert not seen(image)[1].any()


def test_grey_is_repeated_for_a_model_of_colour() -> None:
    grey = RANDOM.random((1, 4, 5))
    assert (fit_channels(grey, 3, colour=True) == grey).all()


def test_colour_becomes_luminance_for_a_model_of_grey() -> None:
    green, blue = np.zeros((3, 2, 2)), np.zeros((3, 2, 2))
    green[1], blue[2] = 1, 1
    assert fit_channels(green, 1, colour=False).shape == (1, 2, 2)
    assert fit_channels(green, 1, colour=False).min() > fit_channels(blue, 1, colour=False).max()


@pytest.mark.parametrize(("has", "channels", "colour"), [(4, 3, True), (1, 3, False), (2, 1, False), (1, 2, False)])
def test_other_channels_are_refused_naming_both_counts(has: int, channels: int, colour: bool) -> None:
    with pytest.raises(ModelError, match=f"{has} channels.*trained on {channels}"):
        fit_channels(np.zeros((has, 4, 4)), channels, colour)
