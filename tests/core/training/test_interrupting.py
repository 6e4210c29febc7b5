"""Stop is heard in the middle of a step, forward and backward, and leaves nothing behind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from napari_unet.core.data.sample import FixedSet
from napari_unet.core.model import load_model
from napari_unet.core.training import EpochDone, Stepped, train
from napari_unet.core.training.interrupting import OFTEN, Stopped, interruptible
from napari_unet.core.training.optimising import Levels
from tests.core.training.scenes import scene, task_of

PAIR = FixedSet((scene(0), scene(1)))
LAYERS, NAP = 12, 1.2 * OFTEN
"""So many layers, each of which takes so many seconds: longer than the time between two questions."""

NAPS: list[str] = []
"""What was done, one a layer: told by counting, which a busy machine does not change."""


class Slow(torch.autograd.Function):
    """Takes its time, forward and backward."""

    @staticmethod
    def forward(context: object, x: Tensor) -> Tensor:
        time.sleep(NAP)
        NAPS.append("forward")
        return x.clone()

    @staticmethod
    def backward(context: object, gradient: Tensor) -> Tensor:
        time.sleep(NAP)
        NAPS.append("backward")
        return gradient


class Nap(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return Slow.apply(x)


@pytest.mark.parametrize("share", [0.3, 1.3])
def test_a_pass_that_takes_seconds_ends_with_the_layer_at_which_it_is_asked(share: float) -> None:
    network = nn.Sequential(*(Nap() for _ in range(LAYERS)))
    asked = round(share * LAYERS)
    NAPS.clear()
    with pytest.raises(Stopped), interruptible(network, lambda: len(NAPS) >= asked):
        network(torch.ones(1, requires_grad=True)).sum().backward()
    assert asked <= len(NAPS) <= asked + 1
    assert NAPS[-1] == ("forward" if share < 1 else "backward")
    assert not any(layer._forward_hooks for layer in network)


def test_what_is_not_asked_to_stop_is_as_ever() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Conv2d(4, 1, 3))
    gradients = []
    for stop in (None, lambda: False):
        network.zero_grad()
        torch.manual_seed(1)
        picture = torch.randn(2, 1, 16, 16)
        if stop:
            with interruptible(network, stop):
                network(picture).square().sum().backward()
        else:
            network(picture).square().sum().backward()
        gradients.append([value.grad.clone() for value in network.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*gradients, strict=True))


def test_a_training_stops_in_the_middle_of_a_step_and_keeps_the_best(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow, asked_at = False, 0

    def forward(self: Levels, pictures: Tensor) -> tuple[Tensor, ...]:
        if not hasattr(self.network, "nap"):
            self.network.nap = Nap()
        x = pictures.clone().requires_grad_()
        for _ in range(LAYERS if slow else 0):
            x = self.network.nap(x)
        return self.network.levels(x)

    def stop() -> bool:
        nonlocal asked_at
        if slow and not asked_at and len(NAPS) >= 3:
            asked_at = len(NAPS)
        return asked_at > 0

    monkeypatch.setattr(Levels, "forward", forward)
    reports = []
    learning = train(PAIR, task_of(tmp_path, epochs=50, steps=2, stop=stop))
    for report in learning:
        reports.append(report)
        if isinstance(report, EpochDone):
            break
    NAPS.clear()
    slow = True
    rest = list(learning)
    assert asked_at == 3
    assert len(NAPS) <= asked_at + 1
    assert not any(isinstance(report, Stepped) for report in rest)
    assert rest[-1].stopped == "asked"
    assert load_model(tmp_path).card.epochs_done == 1


@pytest.mark.parametrize("moment", ["measuring", "cleaning up"])
def test_it_also_stops_while_it_measures(moment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from napari_unet.core.training.judging.measuring import Measuring

    asked = False
    name = "measure" if moment == "measuring" else "suit"
    honest = getattr(Measuring, name)

    def asking(self: Measuring, *values: object) -> object:
        nonlocal asked
        asked = True
        return honest(self, *values)

    monkeypatch.setattr(Measuring, name, asking)
    reports = list(train(PAIR, task_of(tmp_path, epochs=2, stop=lambda: asked)))
    assert reports[-1].stopped == ("asked" if moment == "measuring" else "done")
    assert load_model(tmp_path).card.epochs_done == (1 if moment == "measuring" else 2)
