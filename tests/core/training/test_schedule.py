"""The schedule: the rate rises, falls and arrives, by steps or by the clock."""

from __future__ import annotations

import dataclasses
import time

import pytest
import torch

from napari_unet.core.model import UNet
from napari_unet.core.settings import TrainingSettings
from napari_unet.core.training.average import Average
from napari_unet.core.training.precision import learning_precision
from napari_unet.core.training.schedule import END, LITTLE, LONG, Schedule
from tests.core.training.scenes import SMALL


def schedule(
    steps: int = 1000, minutes: float = 0.0, ago: float = 0.0, kind: str = "cosine", warm: float = 0.03
) -> Schedule:
    settings = dataclasses.replace(TrainingSettings(), minutes=minutes, schedule=kind, warm=warm)
    made = Schedule(settings, steps, 1.0, time.monotonic())
    made._learning_since -= ago
    made._begun -= ago
    return made


def rates(made: Schedule) -> list[float]:
    found = []
    for step in range(made.steps + 1):
        made.step = step
        found.append(made.rate)
    return found


def test_the_rate_rises_quickly_then_falls_to_nearly_nothing() -> None:
    found = rates(schedule())
    top = found.index(max(found))
    assert 10 <= top <= 50
    assert found[: top + 1] == sorted(found[: top + 1])
    assert found[top:] == sorted(found[top:], reverse=True)
    assert 0.95 < max(found) <= 1
    assert abs(found[-1] - END) < 1e-6


def test_few_steps_begin_at_the_full_rate() -> None:
    assert rates(schedule(steps=5))[0] > 0.9


def test_in_a_short_time_the_rate_rises_by_the_clock() -> None:
    made = schedule(steps=100_000, minutes=1, ago=5)
    made.step = 8
    assert made.rate > 0.9


def test_with_a_time_limit_the_clock_counts() -> None:
    assert abs(schedule(minutes=10, ago=255).progress - 0.5) < 0.01
    early, late = schedule(minutes=10, ago=60), schedule(minutes=10, ago=255)
    early.step = late.step = 100
    assert late.rate < early.rate
    assert not schedule(minutes=10, ago=500).out_of_time
    assert schedule(minutes=10, ago=590).out_of_time


def test_time_is_kept_for_measuring_but_never_most_of_it() -> None:
    made = schedule(minutes=10, ago=390)
    assert not made.out_of_time
    made.reserve(180)
    assert not made.out_of_time
    made.reserve(1e9)
    assert made.progress < 1
    assert schedule(minutes=10, ago=410).out_of_time is False


def test_it_is_known_whether_there_is_time_for_something() -> None:
    assert schedule(minutes=10, ago=500).has_time_for(60)
    assert not schedule(minutes=10, ago=500).has_time_for(120)
    assert schedule().has_time_for(1e9)


def test_measuring_at_the_end_takes_no_minute_after_seconds_of_learning() -> None:
    assert schedule(ago=5).seconds_for_measuring == LITTLE
    assert 30 <= schedule(ago=30).seconds_for_measuring < 31
    assert schedule(ago=3000).seconds_for_measuring == LONG
    assert 30 <= schedule(minutes=60, ago=30).seconds_for_measuring < 31
    assert 9 < schedule(minutes=10, ago=590).seconds_for_measuring <= 10
    assert schedule(minutes=10, ago=700).seconds_for_measuring == 1


def test_the_expected_steps_follow_the_pace() -> None:
    made = schedule(steps=100_000, minutes=10, ago=138)
    made.step = 50
    assert 150 < made.expected_steps < 250
    assert 300 < made.seconds_left <= 600
    assert schedule(steps=70).expected_steps == 70


def test_the_average_follows_and_is_steadier_than_what_it_follows() -> None:
    torch.manual_seed(0)
    network = UNet(1, 1, SMALL)
    average = Average(network, 0.995)
    centre = network.head.weight.detach().clone()
    for _ in range(300):
        network.head.weight.data = centre + torch.randn_like(centre)
        average.follow(network)
    averaged = average.network.head.weight
    assert float((averaged - centre).abs().mean()) < 0.3 * float((network.head.weight - centre).abs().mean().detach())
    assert not averaged.requires_grad


def test_the_average_counts_what_batch_normalisation_has_seen() -> None:
    network = UNet(1, 1, SMALL)
    average = Average(network, 0.995)
    for _ in range(20):
        network(5 + torch.rand(2, 1, 16, 16))
        average.follow(network)
    seen = average.network.state_dict()["down.0.1.running_var"]
    torch.testing.assert_close(seen, network.state_dict()["down.0.1.running_var"], rtol=0.5, atol=0.5)


def test_the_processor_alone_decides_how_exactly_to_compute(monkeypatch: pytest.MonkeyPatch) -> None:
    for named, precision in (("avx512_bf16", torch.bfloat16), ("amx_bf16", torch.bfloat16), ("avx2", torch.float32)):
        monkeypatch.setattr(
            torch.cpu, "get_capabilities", lambda named=named: {"avx2": True, named: True}, raising=False
        )
        assert learning_precision("cpu", "auto") is precision
        assert learning_precision("mps", "auto") is torch.float32


def test_the_rate_has_fallen_where_it_follows_a_cosine_to_its_end() -> None:
    early, late = schedule(minutes=10, ago=255), schedule(minutes=10, ago=520)
    assert not early.has_annealed
    assert late.has_annealed
    assert not schedule(minutes=10, ago=520, kind="plateau").has_annealed


def test_the_rate_has_fallen_though_steps_of_small_patches_do_not_add_up_to_whole_epochs() -> None:
    made = schedule(steps=24)
    for _ in range(41):  # an epoch of 12 steps: patches of 208 px are 112 px at first
        made.stepped((112 / 208) ** 2)
    assert not made.has_annealed
    for _ in range(12):
        made.stepped(1.0)
    assert made.progress < 1
    assert made.has_annealed
    assert made.rate < 0.02
