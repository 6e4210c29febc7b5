"""The fast clean-up gives, pixel for pixel, what the plain scikit-image and SciPy calls give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from benchmarks.plain_cleanup import plain_blur, plain_closed, plain_objects, plain_opened, plain_regions
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.postprocessing.blur import blurred
from napari_unet.core.postprocessing.morphology import closed, opened
from napari_unet.core.settings import PostprocessingSettings


def clumps(rng: np.random.Generator, shape: tuple[int, int], count: int) -> np.ndarray:
    """Cell, border and distance of discs thrown at random, ragged by noise: (3, Y, X) float32."""
    rows, columns = np.indices(shape)
    distance, second = np.zeros(shape), np.zeros(shape)
    for _ in range(count):
        row, column, radius = rng.uniform(0, shape[0]), rng.uniform(0, shape[1]), rng.uniform(3, 14)
        depth = np.clip(1 - np.hypot(rows - row, columns - column) / radius, 0, 1)
        second = np.maximum(second, np.minimum(depth, distance))
        distance = np.maximum(distance, depth)
    noise = ndimage.gaussian_filter(rng.normal(0, 1, (3, *shape)), (0, 1.5, 1.5))
    planes = np.stack([distance * 4, second * 3, distance]) + noise * rng.uniform(0, 2)
    return np.clip(planes, 0, 1).astype(np.float32)


def any_settings(rng: np.random.Generator) -> PostprocessingSettings:
    return PostprocessingSettings(
        smooth=float(rng.choice([0, 0, 0.5, 2.5])),
        threshold=float(rng.uniform(0.1, 0.9)),
        opening=int(rng.choice([0, 0, 1, 3])),
        closing=int(rng.choice([0, 0, 1, 4])),
        fill_holes=bool(rng.integers(2)),
        split=float(rng.choice([0, 0.3, 0.7, 0.85, 0.95, 1])),
        smallest=int(rng.choice([0, 1, 12, 60])),
        largest=int(rng.choice([0, 0, 300])),
    )


@pytest.mark.parametrize("seed", range(60))
def test_objects_of_the_network(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probability = clumps(rng, (int(rng.integers(1, 120)), int(rng.integers(1, 140))), int(rng.integers(0, 40)))
    settings = any_settings(rng)

    labels = postprocess(probability, "objects", settings)

    np.testing.assert_array_equal(labels, plain_objects(probability, settings, blur=blurred))


@pytest.mark.parametrize("seed", range(20))
def test_objects_of_the_cell_plane_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probability = clumps(rng, (90, 110), 30)[:1]
    settings = any_settings(rng)

    labels = postprocess(probability, "objects", settings)

    np.testing.assert_array_equal(labels, plain_objects(probability, settings, blur=blurred))


@pytest.mark.parametrize("seed", range(20))
def test_regions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.normal(0, 1, (rng.integers(2, 5), 70, 90)), (0, 3, 3))
    probability = (np.exp(60 * noise) / np.exp(60 * noise).sum(axis=0)).astype(np.float32)
    settings = any_settings(rng)

    labels = postprocess(probability, "regions", settings)

    np.testing.assert_array_equal(labels, plain_regions(probability, settings, blur=blurred))


@pytest.mark.parametrize("sigma", [0.5, 1.0, 3.5, 10.0])
@pytest.mark.parametrize("shape", [(1, 1), (7, 200), (97, 101), (128, 96)])
def test_the_blur_is_the_usual_one(shape: tuple[int, int], sigma: float) -> None:
    plane = np.random.default_rng(1).random(shape, np.float32)

    np.testing.assert_allclose(blurred(plane, sigma), plain_blur(plane, sigma), atol=2e-6)


@pytest.mark.parametrize("seed", range(6))
def test_with_the_usual_blur_hardly_a_pixel_differs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probability = clumps(rng, (200, 200), 60)
    settings = PostprocessingSettings(smooth=1.5)

    labels = postprocess(probability, "objects", settings)

    assert np.mean(labels != plain_objects(probability, settings)) < 1e-3


@pytest.mark.parametrize("radius", [1, 2, 3, 4, 5, 8, 13, 21, 30])
@pytest.mark.parametrize("shape", [(1, 70), (40, 1), (33, 64), (90, 130)])
def test_discs_of_any_size_open_and_close_pictures_of_any_size(shape: tuple[int, int], radius: int) -> None:
    rng = np.random.default_rng(radius)
    mask = ndimage.gaussian_filter(rng.normal(0, 1, shape), radius / 3) > 0

    np.testing.assert_array_equal(opened(mask, radius), plain_opened(mask, radius))
    np.testing.assert_array_equal(closed(mask, radius), plain_closed(mask, radius))
