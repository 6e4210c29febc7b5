from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_unet.core.fitting import Truth, fit, merit
from napari_unet.core.settings import PostprocessingSettings


@pytest.fixture
def truth() -> Truth:
    """Two discs that the network finds, but is not sure of, and specks that it finds, too."""
    rows, columns = np.mgrid[:60, :80]
    annotation = np.ones((60, 80), np.uint16)
    for number, column in ((2, 20), (3, 55)):
        annotation[(rows - 30) ** 2 + (columns - column) ** 2 < 100] = number
    cell = np.where(annotation > 1, 0.45, 0.05)
    cell[5:9, 5:9] = cell[50:54, 70:74] = 0.45
    return Truth(cell[np.newaxis].astype(np.float32), annotation, True)


def test_settings_are_found_whose_labels_agree(truth: Truth) -> None:
    settings = PostprocessingSettings()
    found = fit([truth], "objects", ("cell",), settings, lambda _done: True)
    assert merit(found.before) == 0
    assert merit(found.after) > 0.9
    assert found.settings.threshold < 0.45
    assert found.settings.smallest > 16


def test_settings_that_fit_stay(truth: Truth) -> None:
    settings = replace(PostprocessingSettings(), threshold=0.4, smallest=25)
    assert fit([truth], "objects", ("cell",), settings, lambda _done: True).settings == settings


def test_it_ends_when_it_should(truth: Truth) -> None:
    settings = PostprocessingSettings()
    found = fit([truth], "objects", ("cell",), settings, lambda _done: False)
    assert found.settings == settings
    assert found.after == found.before


def test_strokes_are_covered_or_not(truth: Truth) -> None:
    sparse = np.where(np.arange(80) % 9 < 2, truth.annotation, 0)
    found = fit(
        [Truth(truth.probability, sparse, False)], "objects", ("cell",), PostprocessingSettings(), lambda _done: True
    )
    assert set(found.after) == {"dice", "pictures"}
    assert merit(found.after) > merit(found.before)


def test_of_regions_specks_and_rags_are_tidied_when_somebody_asks_for_it() -> None:
    rows, columns = np.mgrid[:80, :80]
    annotation = np.where(rows + 10 * np.sin(columns / 9) > 40, 2, 1).astype(np.uint16)
    sure = np.where(annotation == 2, 0.7, 0.3) + np.random.default_rng(0).normal(0, 0.15, annotation.shape)
    truth = Truth(np.stack([1 - sure, sure]).astype(np.float32), annotation, True)
    usual = PostprocessingSettings()
    assert fit([truth], "regions", ("leaf",), usual, lambda _done: True).settings == usual
    found = fit([truth], "regions", ("leaf",), usual, lambda _done: True, thorough=True)
    assert merit(found.after) > merit(found.before) + 0.03
    assert found.settings.smooth > 0


def test_holes_that_are_meant_stay_open_when_somebody_asks_for_it() -> None:
    annotation = np.ones((60, 60), np.uint16)
    annotation[10:50, 10:50], annotation[18:42, 18:42] = 2, 1
    truth = Truth(np.where(annotation == 2, 0.9, 0.1)[np.newaxis].astype(np.float32), annotation, True)
    usual = PostprocessingSettings(split=0.0)
    assert fit([truth], "objects", ("cell",), usual, lambda _done: True).settings.fill_holes
    assert not fit([truth], "objects", ("cell",), usual, lambda _done: True, thorough=True).settings.fill_holes


def test_nothing_to_fit_to_changes_nothing() -> None:
    settings = PostprocessingSettings()
    assert fit([], "objects", ("cell",), settings, lambda _done: True).settings == settings
