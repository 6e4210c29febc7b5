from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from napari_unet.core import fitting
from napari_unet.core.fitting import Fit, Patience, Truth, fit, merit
from napari_unet.core.metrics import Scores
from napari_unet.core.postprocessing import volumes
from napari_unet.core.settings import PostprocessingSettings

ALL = Patience(lambda *_: True)


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
    found = fit([truth], "objects", ("cell",), settings, ALL)
    assert merit(found.before) == 0
    assert merit(found.after) > 0.9
    assert found.settings.threshold < 0.45
    assert found.settings.smallest > 16


def test_settings_that_fit_stay(truth: Truth) -> None:
    settings = replace(PostprocessingSettings(), threshold=0.4, smallest=25)
    assert fit([truth], "objects", ("cell",), settings, ALL).settings == settings


def test_it_ends_when_it_should(truth: Truth) -> None:
    settings = PostprocessingSettings()
    found = fit([truth], "objects", ("cell",), settings, Patience(lambda *_: False))
    assert found.settings == settings
    assert found.after == found.before


def test_it_is_stopped_in_the_middle_of_a_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    """A volume of many cells takes seconds: it is asked before each of them, and nothing is compared then."""
    places = np.mgrid[:8, :64, :64]
    inside = sum((((at % 8) - 4) ** 2 for at in places), np.zeros((8, 64, 64))) < 9
    probability, annotation = np.where(inside, 0.9, 0.1)[np.newaxis], np.where(inside, 2, 1).astype(np.uint16)
    parted, compared, honest = list[int](), list[int](), volumes._relief

    def relief(*given: Any) -> Any:
        parted.append(1)
        return honest(*given)

    monkeypatch.setattr(volumes, "_relief", relief)
    monkeypatch.setattr(fitting, "evaluate", lambda *_, **__: compared.append(1))
    patience = Patience(lambda *_: True, stop=lambda: len(parted) >= 5)
    settings = replace(PostprocessingSettings(), volume=True)
    truth = Truth(probability.astype(np.float32), annotation, complete=True, volume=True)
    assert fit([truth], "objects", ("cell",), settings, patience) == Fit(settings, {}, {})
    assert (len(parted), compared) == (5, []), "of 64 cells"


@pytest.mark.parametrize(("heard", "scored"), [(0, 1), (1, 1), (4, 4), (5, 5)])
def test_it_is_stopped_in_the_middle_of_a_setting_with_the_best_so_far(
    truth: Truth, monkeypatch: pytest.MonkeyPatch, heard: int, scored: int
) -> None:
    """Of two pictures: the usual settings score twice, then the first change, which helps; then the second."""
    monkeypatch.setattr(fitting, "SPLITS", ())
    seen, honest = list[float](), fitting.score

    def counted(*given: Any) -> Scores:
        seen.append(given[3].threshold)
        return honest(*given)

    monkeypatch.setattr(fitting, "score", counted)
    patience = Patience(lambda *_: True, lambda: len(seen) >= heard)
    usual = PostprocessingSettings()
    found = fit([truth, truth], "objects", ("cell",), usual, patience)
    assert len(seen) == scored
    if heard < 2:
        assert found == Fit(usual, {}, {})
    else:
        assert found.settings.threshold == (usual.threshold if heard == 4 else 0.4)


def test_it_is_stopped_between_the_planes_of_a_stack(truth: Truth) -> None:
    asked = list[bool]()

    def stop() -> bool:
        asked.append(len(asked) >= 3)
        return asked[-1]

    stack = Truth(np.stack([truth.probability] * 9, 1), np.stack([truth.annotation] * 9), True)
    assert fit([stack], "objects", ("cell",), PostprocessingSettings(), Patience(lambda *_: True, stop)).after == {}
    assert len(asked) <= 6


def test_strokes_are_covered_or_not(truth: Truth) -> None:
    sparse = np.where(np.arange(80) % 9 < 2, truth.annotation, 0)
    found = fit([Truth(truth.probability, sparse, False)], "objects", ("cell",), PostprocessingSettings(), ALL)
    assert set(found.after) == {"dice", "pictures"}
    assert merit(found.after) > merit(found.before)


def test_of_regions_specks_and_rags_are_tidied_when_somebody_asks_for_it() -> None:
    rows, columns = np.mgrid[:80, :80]
    annotation = np.where(rows + 10 * np.sin(columns / 9) > 40, 2, 1).astype(np.uint16)
    sure = np.where(annotation == 2, 0.7, 0.3) + np.random.default_rng(0).normal(0, 0.15, annotation.shape)
    truth = Truth(np.stack([1 - sure, sure]).astype(np.float32), annotation, True)
    usual = PostprocessingSettings()
    assert fit([truth], "regions", ("leaf",), usual, ALL).settings == usual
    found = fit([truth], "regions", ("leaf",), usual, ALL, thorough=True)
    assert merit(found.after) > merit(found.before) + 0.03
    assert found.settings.smooth > 0


def test_holes_that_are_meant_stay_open_when_somebody_asks_for_it() -> None:
    annotation = np.ones((60, 60), np.uint16)
    annotation[10:50, 10:50], annotation[18:42, 18:42] = 2, 1
    truth = Truth(np.where(annotation == 2, 0.9, 0.1)[np.newaxis].astype(np.float32), annotation, True)
    usual = PostprocessingSettings(split=0.0)
    assert fit([truth], "objects", ("cell",), usual, ALL).settings.fill_holes
    assert not fit([truth], "objects", ("cell",), usual, ALL, thorough=True).settings.fill_holes


def test_nothing_to_fit_to_changes_nothing() -> None:
    settings = PostprocessingSettings()
    assert fit([], "objects", ("cell",), settings, ALL).settings == settings
