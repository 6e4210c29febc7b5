"""Block by block gives, pixel for pixel and number for number, what the whole picture in one go gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.settings import BlockSettings, Kind, PostprocessingSettings
from tests.core.large.scenes import SMALL, discs, drawn, in_blocks

SHAPE = (600, 530)


def any_settings(rng: np.random.Generator) -> PostprocessingSettings:
    return PostprocessingSettings(
        smooth=float(rng.choice([0, 0, 0.5, 1.5])),
        threshold=float(rng.uniform(0.2, 0.8)),
        opening=int(rng.choice([0, 0, 1, 3])),
        closing=int(rng.choice([0, 0, 1, 4])),
        fill_holes=bool(rng.integers(4)),
        split=float(rng.choice([0, 0.3, 0.7, 0.85, 0.95])),
        smallest=int(rng.choice([0, 12, 60])),
        largest=int(rng.choice([0, 0, 400])),
        keep_cut=bool(rng.integers(3)),
        longest=float(rng.choice([0, 0, 2.5])),
        solidity=float(rng.choice([0, 0, 0.9])),
    )


@pytest.mark.parametrize("seed", range(14))
def test_objects_with_any_clean_up(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    probability, settings = discs(rng, SHAPE, int(rng.integers(200, 1500))), any_settings(rng)

    found = in_blocks(probability, "objects", settings, tmp_path / "blocks")

    whole = postprocess(probability, "objects", settings)
    assert whole.max() > 5
    np.testing.assert_array_equal(found.labels[:, :], whole)
    assert (found.numbers.count, found.numbers.covered) == (whole.max(), np.count_nonzero(whole))


def test_cells_that_fill_the_whole_picture_are_parted_alike(tmp_path: Path) -> None:
    """All of it is one connected clump, which no block sees whole."""
    probability = discs(np.random.default_rng(3), SHAPE, 2500)
    probability[0] = 1
    settings = PostprocessingSettings(smallest=0)

    labels = in_blocks(probability, "objects", settings, tmp_path / "blocks", BlockSettings(block=256, halo=64)).labels

    whole = postprocess(probability, "objects", settings)
    assert whole.max() > 300
    np.testing.assert_array_equal(labels[:, :], whole)


@pytest.mark.parametrize("seed", range(4))
def test_regions_with_any_clean_up(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.normal(0, 1, (3, *SHAPE)), (0, 6, 6))
    probability = (np.exp(60 * noise) / np.exp(60 * noise).sum(axis=0)).astype(np.float32)
    settings = any_settings(rng)

    found = in_blocks(probability, "regions", settings, tmp_path / "blocks")

    whole = postprocess(probability, "regions", settings)
    assert found.labels.dtype == np.uint8
    np.testing.assert_array_equal(found.labels[:, :], whole)
    assert found.numbers.count == 2


@pytest.mark.parametrize("kind", ["objects", "regions"])
@pytest.mark.parametrize("plane", [0, 1, 2])
def test_pixels_of_which_nothing_is_said_are_background_alike(plane: int, kind: Kind, tmp_path: Path) -> None:
    rng = np.random.default_rng(plane)
    probability = discs(rng, SHAPE, 600)
    probability[plane][rng.random(SHAPE) < 0.002] = np.nan
    settings = PostprocessingSettings(smooth=0.5, smallest=5)

    labels = in_blocks(probability, kind, settings, tmp_path / "blocks").labels

    np.testing.assert_array_equal(labels[:, :], whole := postprocess(probability, kind, settings))
    assert whole.max() >= 2


def test_an_object_through_all_blocks_is_one(tmp_path: Path) -> None:
    mask = np.zeros((600, 1500), np.bool_)
    rows = (300 + 250 * np.sin(np.arange(1500) / 90)).astype(int)
    mask[rows, np.arange(1500)] = True
    mask = ndimage.binary_dilation(mask, np.ones((15, 15)))
    for split in (0.0, 0.85):
        settings = PostprocessingSettings(split=split)
        wide = BlockSettings(block=256, halo=1504)
        cutting = SMALL if not split else wide
        labels = in_blocks(drawn(mask), "objects", settings, tmp_path / f"split {split}", cutting).labels
        np.testing.assert_array_equal(labels[:, :], postprocess(drawn(mask), "objects", settings))


def test_one_longer_than_the_halo_is_looked_at_as_far_as_it_goes(tmp_path: Path) -> None:
    mask = np.zeros((300, 900), np.bool_)
    mask[250:262, 20:880] = True

    found = in_blocks(drawn(mask), "objects", PostprocessingSettings(), tmp_path / "blocks")

    assert (found.numbers.count, found.numbers.unseen) == (1, 0)
    np.testing.assert_array_equal(found.labels[:, :] > 0, mask)


def test_one_that_is_longer_than_anybody_looks_is_told(tmp_path: Path) -> None:
    mask = np.zeros((256, 3000), np.bool_)
    mask[100:112, 20:2980] = True

    found = in_blocks(drawn(mask), "objects", PostprocessingSettings(), tmp_path / "blocks")

    assert found.numbers.unseen > 0
    np.testing.assert_array_equal(found.labels[:, :] > 0, mask)


def test_a_hole_over_many_blocks_is_filled_and_a_bay_is_not(tmp_path: Path) -> None:
    rows, columns = np.ogrid[:800, :800]
    far = np.hypot(rows - 400, columns - 400)
    ring = (far > 300) & (far < 330)
    bay = ring & ~((np.abs(rows - 400) < 5) & (columns > 400))
    settings = PostprocessingSettings(split=0)
    for number, (mask, filled) in enumerate(((ring, far < 330), (bay, bay))):
        labels = in_blocks(drawn(mask), "objects", settings, tmp_path / str(number)).labels
        np.testing.assert_array_equal(labels[:, :] > 0, filled)


def test_classes_of_objects_are_those_of_the_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    probability = np.concatenate([discs(rng, SHAPE, 500), rng.random((2, *SHAPE), np.float32)])
    settings = PostprocessingSettings()

    found = in_blocks(probability, "objects", settings, tmp_path / "blocks")

    whole = postprocess(probability, "objects", settings)
    np.testing.assert_array_equal(found.labels[:, :], whole)
    assert found.numbers.classes == object_classes(probability, whole)


def test_a_wide_blur_moves_hardly_a_pixel(tmp_path: Path) -> None:
    """It is computed by waves, whose rounding depends on the whole of what is blurred."""
    probability = discs(np.random.default_rng(1), SHAPE, 600)
    settings = PostprocessingSettings(smooth=4.0)
    labels = in_blocks(probability, "objects", settings, tmp_path / "blocks").labels
    whole = postprocess(probability, "objects", settings)
    assert np.mean((labels[:, :] > 0) != (whole > 0)) < 1e-4


def test_nothing_gives_nothing(tmp_path: Path) -> None:
    for kind in ("objects", "regions"):
        probability = np.zeros((3, 300, 300), np.float32)
        found = in_blocks(probability, kind, PostprocessingSettings(), tmp_path / kind)
        assert found.numbers.count == 0
        assert not found.labels[:, :].any()
