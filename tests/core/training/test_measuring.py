"""Measuring: scores of pictures kept out, and the clean-up that suits the model."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from napari_unet.core.fitting import Fit, Patience, candidates, merit, summary
from napari_unet.core.model import Model
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import LossSettings
from napari_unet.core.training.beginning import new_card
from napari_unet.core.training.judging import measuring
from napari_unet.core.training.judging.measuring import LARGEST, Answer, Measuring, windowed
from napari_unet.core.training.losses.targets import make_targets
from tests.core.training.scenes import scene, task_of


class Oracle(Measuring):
    """Measuring of a model that knows the truth, but is faint: it says 0.45 where a sure one would say 1."""

    def answers(self, model: Model):  # type: ignore[no-untyped-def]
        for sample in self._samples.values():
            planes = make_targets(sample, "objects", LossSettings()).planes / np.float32(255)
            yield Answer(sample, (planes * np.array([0.45, 1, 1])[:, None, None]).astype(np.float16))


@pytest.fixture
def model() -> Model:
    torch.manual_seed(0)
    card = new_card([scene(0)], task_of(Path()), None)
    return Model(card, new_network(card).eval())


def test_a_faint_model_gets_a_lower_threshold_and_scores_for_it(model: Model) -> None:
    oracle = Oracle([scene(0), scene(1)], "cpu", lambda: False)
    before = oracle.measure(model)
    settings, scores = oracle.suit(model, seconds=60)
    assert before["ap50"] == 0
    assert settings.threshold < 0.45
    assert scores["ap50"] > 0.9


def test_with_no_time_left_the_clean_up_stays_as_it_is(model: Model) -> None:
    settings, scores = Oracle([scene(0)], "cpu", lambda: False).suit(model, seconds=0)
    assert settings == model.card.postprocessing
    assert scores["ap50"] == 0


def test_without_a_clock_the_size_of_the_pictures_says_how_much_is_tried(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, honest = list[bool](), measuring.fit

    def fit(*given: Any) -> Fit:
        *rest, patience = given
        return honest(*rest, Patience(lambda *told: asked.append(patience.go_on(*told)) or asked[-1]))

    monkeypatch.setattr(measuring, "fit", fit)
    monkeypatch.setattr(measuring, "WORK", 3 * 64 * 64)
    Oracle([scene(0)], "cpu", lambda: False).suit(model, None)
    assert asked == [True, True, True, False]


def test_asked_to_stop_it_gives_no_score(model: Model) -> None:
    assert Measuring([scene(0)], "cpu", lambda: True).measure(model) == {}


def test_without_pictures_there_is_no_score(model: Model) -> None:
    assert Measuring([], "cpu", lambda: False).measure(model) == {}


def test_scores_come_with_their_spread_and_the_number_of_pictures(model: Model) -> None:
    one = Measuring([scene(0)], "cpu", lambda: False).measure(model)
    two = Measuring([scene(0), scene(1)], "cpu", lambda: False).measure(model)
    assert set(one) == {"dice", "ap50", "ap75", "pictures"}
    assert set(two) == set(one) | {"dice_spread", "ap50_spread", "ap75_spread"}
    assert two["pictures"] == 2


def test_of_strokes_it_is_said_whether_they_are_covered_and_not_how_many_objects(model: Model) -> None:
    strokes = scene(0)
    sparse = np.where(np.arange(64) % 8 < 2, strokes.annotation, 0)
    scores = Oracle([dataclasses.replace(strokes, annotation=sparse, complete=False)], "cpu", lambda: False).measure(
        model
    )
    assert set(scores) == {"dice", "pictures"}
    assert merit(scores) == scores["dice"]


def test_of_a_large_picture_a_window_is_measured() -> None:
    side = LARGEST + 200
    large = scene(0, image=np.zeros((1, side, 50)), annotation=np.ones((side, 50), np.uint16))
    assert windowed(large).annotation.shape == (LARGEST, 50)
    assert windowed(scene(0)).annotation.shape == (64, 64)


def test_no_scores_make_no_summary() -> None:
    assert summary([]) == {}


def test_cells_are_not_parted_by_planes_that_were_never_taught(tmp_path: Path) -> None:
    task = task_of(tmp_path)
    untaught = dataclasses.replace(task, plan=task.plan.with_values({"border": 0.0, "distance": 0.0}))
    for one, parted in ((task, True), (untaught, False)):
        card = new_card([scene(0)], one, None)
        assert (card.postprocessing.split > 0) == parted
        tried = [name for change in candidates(card.kind, card.postprocessing) for name in change]
        assert ("split" in tried) == parted
