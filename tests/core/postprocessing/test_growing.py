"""Touching cells are parted as a flood of the relief parts them, which is only needed where heights tie."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from skimage.segmentation import watershed

from napari_unet.core.postprocessing import growing
from napari_unet.core.postprocessing.climbing import climb
from napari_unet.core.postprocessing.growing import grow, inner
from napari_unet.core.postprocessing.peaks import standing

KINDS = ("smooth", "rounded", "level", "no number", "endless")


def hills(rng: np.random.Generator, kind: str) -> tuple[np.ndarray, np.ndarray, int]:
    """A relief (Y, X) float32, the connected parts of a picture, and how many there are."""
    shape = (int(rng.integers(1, 90)), int(rng.integers(1, 90)))
    noise = ndimage.gaussian_filter(rng.normal(0, 1, shape), rng.uniform(0.5, 4))
    relief = (noise / max(noise.std(), 1e-9) * 0.2 + 0.5).astype(np.float32)
    if kind == "rounded":
        relief = np.round(relief * rng.integers(2, 25)).astype(np.float32) / 10
    if kind == "level":
        relief = np.clip(relief, 0.3, 0.7)
    if kind == "no number":
        relief[rng.random(shape) < 0.01] = np.nan
    if kind == "endless":
        relief[rng.random(shape) < 0.01] = np.inf
    labels, count = ndimage.label(ndimage.gaussian_filter(rng.normal(0, 1, shape), 3) > rng.uniform(-0.05, 0.02))
    return relief, labels, count


def flooded(relief: np.ndarray, labels: np.ndarray, count: int, seeds: np.ndarray) -> np.ndarray:
    """Each part by itself, in scikit-image."""
    markers = np.zeros(labels.shape, np.int32)
    markers.ravel()[seeds] = count + 1 + np.arange(len(seeds))
    result = np.zeros_like(labels)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        inside = labels[box] == number
        result[box][inside] = watershed(-relief[box], markers[box], mask=inside)[inside]
    return result


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [1e-3, 0.15, 0.3])
def test_every_pixel_belongs_to_whom_the_flood_gives_it(kind: str, depth: float) -> None:
    rng = np.random.default_rng(KINDS.index(kind))
    several = 0
    for _ in range(12):
        relief, labels, count = hills(rng, kind)
        slopes = climb(relief, labels > 0)
        found = standing(slopes, depth)
        expected = flooded(relief, labels, count, inner(slopes.top[found.kept], slopes.stride))
        grow(relief.copy(), labels, count, slopes, found)
        np.testing.assert_array_equal(labels, expected)
        several += len(found.kept) > count
    assert several > 5


def test_where_no_heights_tie_nothing_is_flooded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood takes most of the time that parting takes, and sliders wait for it."""

    def flood(*_: object, **__: object) -> None:
        raise AssertionError("flooded")

    monkeypatch.setattr(growing, "watershed", flood)
    relief = ndimage.gaussian_filter(np.random.default_rng(1).random((200, 200)), 3).astype(np.float32)
    slopes = climb(relief, np.ones(relief.shape, np.bool_))
    found = standing(slopes, 0.01)
    labels = np.ones(relief.shape, np.int32)
    grow(relief, labels, 1, slopes, found)
    assert len(np.unique(labels)) == len(found.kept) > 10
