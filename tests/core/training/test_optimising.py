"""Every setting of how to learn is obeyed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

from napari_unet.core.data.sample import FixedSet
from napari_unet.core.errors import DeviceError
from napari_unet.core.model import load_model
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import TrainingSettings
from napari_unet.core.training import Stepped, train
from napari_unet.core.training.beginning import new_card
from napari_unet.core.training.distributed import Ranks
from napari_unet.core.training.muon import Muon
from napari_unet.core.training.optimising import Optimising, new_optimiser
from napari_unet.core.training.patches.sampler import Batch
from napari_unet.core.training.precision import learning_precision, possible_formats
from napari_unet.core.training.schedule import FALL, FLAT
from tests.core.training.scenes import scene, task_of
from tests.core.training.test_schedule import schedule

CPU = torch.device("cpu")
PAIR = FixedSet((scene(0), scene(1)))


def optimising(**values: object) -> Optimising:
    task = task_of(Path("unused"))
    card = new_card([scene(0)], dataclasses.replace(task, plan=task.plan.with_values(values)), None)
    torch.manual_seed(0)
    return Optimising(new_network(card), card, CPU, torch.float32, Ranks())


def batch() -> Batch:
    torch.manual_seed(1)
    planes = (torch.rand(2, 3, 16, 16) > 0.5).float()
    return Batch(torch.rand(2, 1, 16, 16), planes, torch.ones(2, 3, 16, 16), torch.zeros(2, 0, 16, 16))


def step_length(rate: float = 0.1, **values: object) -> float:
    """How far the weights have moved after one step."""
    made = optimising(**values)
    before = [value.detach().clone() for value in made.network.parameters()]
    made.learn(batch(), rate)
    moved = [(new - old).square().sum() for new, old in zip(made.network.parameters(), before, strict=True)]
    return float(torch.stack(moved).sum().sqrt().detach())


@pytest.mark.parametrize(
    ("name", "kind"),
    [("adamw", torch.optim.AdamW), ("adam", torch.optim.Adam), ("sgd", torch.optim.SGD), ("muon", Muon)],
)
def test_the_optimiser_and_its_decay_are_as_set(name: str, kind: type[torch.optim.Optimizer]) -> None:
    settings = dataclasses.replace(TrainingSettings(), optimiser=name, decay=0.2)
    made = new_optimiser([torch.nn.Parameter(torch.ones(1))], settings)
    assert type(made) is kind
    assert made.defaults["weight_decay"] == 0.2
    if name == "sgd":
        assert (made.defaults["momentum"], made.defaults["nesterov"]) == (0.9, True)


@pytest.mark.parametrize("name", ["adamw", "muon", "adam", "sgd"])
def test_every_optimiser_learns(name: str, tmp_path: Path) -> None:
    rate = 0.1 if name == "sgd" else 0.02
    reports = list(train(PAIR, task_of(tmp_path, epochs=1, steps=25, rate=rate, optimiser=name)))
    losses = [report.loss for report in reports if isinstance(report, Stepped)]
    assert sum(losses[-5:]) < 0.85 * sum(losses[:5])


def test_decay_draws_weights_to_zero() -> None:
    made = [optimising(decay=decay) for decay in (0.0, 1.0)]
    for one in made:
        one.learn(batch(), 0.1)
    free, drawn = (float(one.network.down[0][0].weight.detach().abs().mean()) for one in made)
    assert drawn < 0.95 * free


def test_a_long_gradient_is_shortened_unless_that_is_off() -> None:
    assert step_length(optimiser="sgd", clip=0.01, decay=0.0) == pytest.approx(0.1 * 0.01 * 1.9, rel=1e-3)
    assert step_length(optimiser="sgd", clip=0.0, decay=0.0) > 0.02


def test_without_averaging_the_model_is_the_last_weights() -> None:
    for averaging, equal in ((0.0, True), (0.9, False)):
        made = optimising(averaging=averaging)
        for _ in range(3):
            made.learn(batch(), 0.1)
        ours, theirs = made.network.state_dict(), made.average.network.state_dict()
        assert all(torch.equal(value, theirs[name]) for name, value in ours.items()) is equal


@pytest.mark.parametrize("architecture", ["unet", "residual", "nested"])
def test_a_frozen_encoder_stays_as_it_is_to_the_last_bit(architecture: str) -> None:
    made = optimising(freeze=True, architecture=architecture)
    fixed = {id(value) for value in made.network.encoder()}
    before = {name: value.clone() for name, value in made.network.state_dict().items()}
    for _ in range(2):
        made.learn(batch(), 0.1)
    after = made.network.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items() if name.startswith("down."))
    free = [name for name, value in made.network.named_parameters() if id(value) not in fixed]
    assert free
    assert all(not torch.equal(before[name], after[name]) for name in free)


def test_freezing_what_has_learned_nothing_is_said(tmp_path: Path) -> None:
    assert "frozen before it has learned anything" in next(train(PAIR, task_of(tmp_path, freeze=True))).note


def test_every_so_many_epochs_a_copy_is_kept(tmp_path: Path) -> None:
    list(train(PAIR, task_of(tmp_path, epochs=4, steps=1, checkpoints=2)))
    assert sorted(path.name for path in tmp_path.glob("epoch-*")) == [
        "epoch-0002.safetensors",
        "epoch-0004.safetensors",
    ]
    first, last = (load_model(tmp_path / f"epoch-000{epoch}.safetensors") for epoch in (2, 4))
    assert not torch.equal(first.network.head.weight, last.network.head.weight)


def test_a_precision_that_the_device_cannot_do_is_refused(tmp_path: Path) -> None:
    assert learning_precision("cpu", "float32") is torch.float32
    assert learning_precision("cpu", "bfloat16") is torch.bfloat16
    assert possible_formats("mps") == ("float32",)
    with pytest.raises(DeviceError, match=r"cannot learn in float16.*float32, bfloat16"):
        next(train(PAIR, task_of(tmp_path, precision="float16")))


def test_the_precision_is_used_and_written_down(tmp_path: Path) -> None:
    losses = []
    for name in ("float32", "bfloat16"):
        reports = list(train(PAIR, task_of(tmp_path / name, epochs=1, steps=1, precision=name)))
        losses.append(next(report.loss for report in reports if isinstance(report, Stepped)))
        assert load_model(tmp_path / name).card.precision == name
    assert losses[0] != losses[1]
    assert losses[0] == pytest.approx(losses[1], rel=0.05)


def test_a_constant_rate_stays_and_a_plateau_makes_it_fall() -> None:
    constant, plateau = schedule(kind="constant"), schedule(kind="plateau")
    for made in (constant, plateau):
        made.step = 500
        made.reached(0.5)
    assert (constant.rate, plateau.rate) == (1.0, 1.0)
    for made in (constant, plateau):
        for _ in range(FLAT):
            made.reached(0.5)
    assert constant.rate == 1.0
    assert plateau.rate == pytest.approx(FALL)
    plateau.reached(0.6)
    for _ in range(FLAT - 1):
        plateau.reached(0.6)
    assert plateau.rate == pytest.approx(FALL)


def test_warming_up_lasts_as_long_as_set() -> None:
    cold, long = schedule(kind="constant", warm=0.0), schedule(kind="constant", warm=0.5)
    assert cold.rate == 1.0
    long.step = 250
    assert long.rate == pytest.approx(0.5, abs=0.01)


def test_more_steps_for_the_same_leave_the_rate_where_it_was() -> None:
    made = schedule(kind="cosine")
    made.step = 400
    before = made.rate
    made.stretch(2)
    assert made.rate == pytest.approx(before, rel=1e-3)
    assert made.expected_steps == 400 + 1200
