"""Maps for the losses: how narrow the gap between two cells is, how far the next outline."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.settings import Kind, LossSettings
from napari_unet.core.training.losses.maps import FAR, SIGMA, gap_map, map_names, outline_map
from napari_unet.core.training.losses.targets import make_targets
from tests.core.training.scenes import discs, scene


def two_squares(gap: int) -> np.ndarray:
    mask = np.zeros((30, 50), np.int32)
    mask[8:20, 6:16] = 1
    mask[8:20, 16 + gap : 26 + gap] = 2
    return mask


def outline_of(own: np.ndarray) -> np.ndarray:
    """The pixels of an object with a neighbour above, below, left or right that is none of it."""
    places = [
        (row, column)
        for row, column in np.argwhere(own)
        for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
        if 0 <= r < own.shape[0] and 0 <= c < own.shape[1] and not own[r, c]
    ]
    return np.array(places)


def test_the_gap_map_is_the_papers_formula() -> None:
    mask = discs(3)[:40, :40].astype(np.int32)
    outlines = [outline_of(mask == number) for number in np.unique(mask[mask > 0])]
    expected = np.zeros(mask.shape)
    for place in np.ndindex(mask.shape):
        first, second = sorted(np.hypot(*(outline - place).T).min() for outline in outlines if len(outline))[:2]
        expected[place] = np.exp(-((first + second) ** 2) / (2 * SIGMA**2))
    assert expected.max() > 0.9
    np.testing.assert_allclose(gap_map(mask), expected, atol=5e-4)


def test_the_narrower_the_gap_the_more_it_counts_and_most_within_it() -> None:
    heights = [gap_map(two_squares(gap)).max() for gap in (0, 2, 4, 8)]
    assert heights == sorted(heights, reverse=True)
    narrow = gap_map(two_squares(2))
    inside = narrow[8:20, 15:19]
    assert inside.min() == pytest.approx(narrow.max())
    assert narrow[13, 2] < 0.05 * narrow.max(), "one cell alone is no gap"


def test_without_neighbours_there_is_no_gap() -> None:
    mask = two_squares(0)
    assert not gap_map(np.where(mask == 1, 1, 0)).any()
    assert not gap_map(np.zeros_like(mask)).any()
    assert not gap_map(np.ones_like(mask)).any(), "a cell that fills the picture has no outline in it"


def test_the_outline_map_rises_with_the_distance_to_the_nearest_pixel_of_another_class() -> None:
    classes = from_mask((discs(1) > 0).astype(np.uint8))
    others = [np.argwhere(classes != value) for value in (1, 2)]
    for place in np.random.default_rng(0).integers(0, 64, (60, 2)):
        nearest = np.hypot(*(others[classes[tuple(place)] - 1] - place).T).min()
        assert outline_map(classes)[tuple(place)] == pytest.approx(min(nearest - 0.5, FAR) / FAR, abs=1e-6)


def test_where_an_unpainted_pixel_is_nearer_than_the_outline_nothing_is_taught() -> None:
    classes = np.zeros((20, 30), np.uint8)
    classes[:, 5:25], classes[:, 25:] = 2, 1  # unpainted, 20 columns of a cell, background
    row = outline_map(classes)[10] * FAR
    assert not row[:15].any(), "nearer to the unpainted columns than to the outline"
    np.testing.assert_allclose(row[16:25], np.arange(8.5, -0.5, -1))
    np.testing.assert_allclose(row[25:], np.arange(0.5, 5))


def test_a_stroke_within_a_cell_teaches_nothing_of_its_outline() -> None:
    annotation = np.zeros((40, 40), np.uint16)
    annotation[10:15, 10:30] = 2
    sample = scene(0, image=np.ones((1, 40, 40)), annotation=annotation, complete=False)
    for kind in ("objects", "regions"):
        assert not make_targets(sample, kind, LossSettings(boundary=1.0)).maps.any()


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_maps_are_made_only_for_terms_that_are_on(kind: Kind) -> None:
    assert make_targets(scene(0), kind, LossSettings()).maps.shape == (0, 64, 64)
    both = LossSettings(boundary=1.0, border_map="unet")
    assert map_names(kind, both) == (("gap", "outline") if kind == "objects" else ("outline",))
    maps = make_targets(scene(0), kind, both).maps
    assert (maps.shape, maps.dtype) == ((len(map_names(kind, both)), 64, 64), np.float16)
    assert (maps.min() >= 0, maps.max() <= 1) == (True, True)
    assert "gap" not in map_names(kind, LossSettings(border_map="unet", border_weight=1.0))
    assert "gap" not in map_names(kind, LossSettings(border_map="unet", cross_entropy=0.0))


def test_of_two_cells_that_touch_the_outline_is_the_one_around_both() -> None:
    """Their own planes tell where they meet; to the cell plane both are cell."""
    maps = make_targets(
        scene(0, image=np.ones((1, 30, 50)), annotation=from_mask(two_squares(0))),
        "objects",
        LossSettings(boundary=1.0),
    ).maps
    assert maps[0, 13, 15] * FAR == pytest.approx(5.5, abs=0.01)
