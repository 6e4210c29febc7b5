"""When learning goes astray it finds back by itself; when it cannot, it says so and keeps the best."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from napari_unet.core.data.sample import FixedSet
from napari_unet.core.errors import TrainingError
from napari_unet.core.model import load_model
from napari_unet.core.training import Finished, Noticed, Report, Stepped, train
from napari_unet.core.training.optimising import Optimising
from napari_unet.core.training.patches.sampler import Batch
from napari_unet.core.training.returning import ASTRAY, RETURNS
from tests.core.training.scenes import scene, task_of

PAIR = FixedSet((scene(0), scene(1)))


def poisoned(monkeypatch: pytest.MonkeyPatch, *at: int) -> list[float]:
    """Before these steps the weights become infinite, as a far too high rate makes them; returns the rates."""
    rates: list[float] = []
    honest = Optimising.learn

    def learn(self: Optimising, batch: Batch, rate: float) -> float:
        rates.append(rate)
        if len(rates) in at:
            with torch.no_grad():
                self.network.head.weight.fill_(float("inf"))
        return honest(self, batch, rate)

    monkeypatch.setattr(Optimising, "learn", learn)
    return rates


def astray(reports: list[Report]) -> list[Noticed]:
    return [report for report in reports if isinstance(report, Noticed) and report.kind == "astray"]


def test_it_goes_back_to_the_last_good_state_with_a_tenth_of_the_rate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rates = poisoned(monkeypatch, 5)
    reports = list(train(PAIR, task_of(tmp_path, epochs=3, steps=4 + ASTRAY, schedule="constant", warm=0.0)))
    assert len(astray(reports)) == 1
    assert "went back to the last good state" in astray(reports)[0].sentence
    assert isinstance(reports[-1], Finished)
    back = 4 + ASTRAY
    assert rates[back - 1] == pytest.approx(rates[0])
    assert rates[back] == pytest.approx(rates[0] / 10)
    losses = [report.loss for report in reports if isinstance(report, Stepped)]
    assert all(loss != loss for loss in losses[4:back])
    assert all(loss == loss for loss in losses[back:])
    assert astray(reports)[0].sentence in load_model(tmp_path).card.noticed
    weights = load_model(tmp_path / "last.safetensors").network.state_dict()
    assert all(torch.isfinite(value).all() for value in weights.values())


def test_an_epoch_that_ends_astray_is_not_the_state_to_go_on_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    poisoned(monkeypatch, 3)  # the last step of the first epoch
    reports = list(train(PAIR, task_of(tmp_path, epochs=2, steps=3)))
    assert len(astray(reports)) == 1
    losses = [report.loss for report in reports if isinstance(report, Stepped)]
    assert all(loss == loss for loss in losses[3:])


def test_a_single_step_without_a_number_is_left_out_and_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    honest = Optimising.learn
    count = 0

    def learn(self: Optimising, batch: Batch, rate: float) -> float:
        nonlocal count
        count += 1
        if count == 2:
            batch.pictures.fill_(float("nan"))
        return honest(self, batch, rate)

    monkeypatch.setattr(Optimising, "learn", learn)
    reports = list(train(PAIR, task_of(tmp_path, epochs=1, steps=6)))
    losses = [report.loss for report in reports if isinstance(report, Stepped)]
    assert [loss == loss for loss in losses] == [True, False, True, True, True, True]
    assert not astray(reports)
    weights = load_model(tmp_path).network.state_dict()
    assert all(torch.isfinite(value.float()).all() for value in weights.values())


def test_what_goes_astray_again_and_again_ends_and_keeps_the_best(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    poisoned(monkeypatch, *range(4, 200))
    reports = []
    with pytest.raises(TrainingError, match=r"astray.*epoch \d+, is kept.*lower learning rate"):  # noqa: PT012
        for report in train(PAIR, task_of(tmp_path, epochs=30, steps=3)):
            reports.append(report)
    assert len(astray(reports)) == RETURNS
    assert all(torch.isfinite(value).all() for value in load_model(tmp_path).network.state_dict().values())
