"""Muon: equally long in all directions; what is no filter learns as by AdamW; it can be gone on with."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from napari_unet.core.training.muon import FACTORS, ROUNDS, Muon, is_filter, orthogonal

RATE, DECAY = 0.003, 0.1


def network() -> nn.Sequential:
    """First and last layer, and filters of two sorts between."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.Conv2d(16, 8, 3, padding=1), nn.ReLU(),
        nn.ConvTranspose2d(8, 24, 2, 2), nn.Conv2d(24, 3, 1),
    )  # fmt: skip


def stepped(net: nn.Module, optimiser: torch.optim.Optimizer, count: int) -> dict[str, torch.Tensor]:
    """The weights after so many steps on the same pictures."""
    for seed in range(count):
        pictures = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(seed))
        optimiser.zero_grad()
        net(pictures).square().mean().backward()
        optimiser.step()
    return {name: value.detach().clone() for name, value in net.named_parameters()}


@pytest.mark.parametrize("shape", [(16, 144), (64, 64), (96, 16)])
def test_a_step_is_about_as_long_in_every_direction(shape: tuple[int, int]) -> None:
    scales = torch.logspace(0, -2, min(shape))
    matrix = (
        torch.linalg.qr(torch.randn(max(shape), min(shape), generator=torch.Generator().manual_seed(0)))[0] * scales
    )
    matrix = matrix if shape[0] > shape[1] else matrix.T
    lengths = torch.linalg.svdvals(orthogonal(matrix))
    assert lengths.min() > 0.6
    assert lengths.max() < 1.25
    assert (matrix * orthogonal(matrix)).sum() > 0, "downhill stays downhill"


def test_it_is_the_iteration_of_the_source() -> None:
    matrix = torch.randn(24, 90, generator=torch.Generator().manual_seed(0))
    whole = matrix / matrix.norm()
    for _ in range(ROUNDS):
        products = whole @ whole.T
        whole = FACTORS[0] * whole + (FACTORS[1] * products + FACTORS[2] * products @ products) @ whole
    torch.testing.assert_close(orthogonal(matrix), whole, rtol=1e-3, atol=1e-4)


def test_no_gradient_is_no_step() -> None:
    assert not orthogonal(torch.zeros(8, 72)).any()


def test_only_filters_between_many_channels_are_made_orthogonal() -> None:
    told = {name for name, value in network().named_parameters() if is_filter(value)}
    assert told == {"2.weight", "4.weight"}


def test_all_else_learns_as_by_adamw() -> None:
    ours, theirs = nn.Linear(12, 3), nn.Linear(12, 3)
    theirs.load_state_dict(ours.state_dict())
    for net, kind in ((ours, Muon), (theirs, torch.optim.AdamW)):
        optimiser = kind(net.parameters(), lr=RATE, weight_decay=DECAY)
        for seed in range(5):
            net(torch.randn(4, 12, generator=torch.Generator().manual_seed(seed))).square().mean().backward()
            optimiser.step()
            optimiser.zero_grad()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_it_is_gone_on_with_bit_for_bit() -> None:
    whole, broken = network(), network()
    expected = stepped(whole, Muon(whole.parameters(), RATE, DECAY), 3)
    first = Muon(broken.parameters(), RATE, DECAY)
    half = copy.deepcopy(broken)
    pictures = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    broken(pictures).square().mean().backward()
    first.step()
    half.load_state_dict(broken.state_dict())
    second = Muon(half.parameters(), RATE, DECAY)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for seed in (1, 2):
        second.zero_grad()
        half(torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(seed))).square().mean().backward()
        second.step()
    for name, value in half.named_parameters():
        assert torch.equal(value, expected[name]), name
